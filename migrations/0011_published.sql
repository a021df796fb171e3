-- What residents see the registers by: the newest publication, the entry that it was computed at, and the one it made.
create view published as
  select number, cutoff, known_entry, since_entry as entry_no from bulletin order by id desc limit 1;
