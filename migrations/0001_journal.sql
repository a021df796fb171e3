-- The one door for changes: who did what, when, and a digest of every version it opened or closed.
create table journal (
  entry_no bigint primary key,
  at timestamptz(3) not null,
  actor text not null,
  actor_unit bigint,
  via text not null check (via in ('console', 'portal', 'api', 'cli', 'job')),
  action text not null,
  subject text not null,
  reason text,
  detail jsonb not null,
  outcome jsonb,
  idempotency_key text,
  input_digest text,
  simulated boolean not null,
  rows_digest text not null,
  prev_hash text not null,
  hash text not null
);
create unique index journal_idempotency_key on journal (idempotency_key) where idempotency_key is not null;
create index journal_at on journal (at);
create index journal_subject on journal (subject, entry_no);

-- Its one row is locked by every writer, so that entry order is commit order.
create table journal_head (
  id smallint primary key check (id = 1),
  entry_no bigint not null,
  at timestamptz(3) not null,
  hash text not null
);
insert into journal_head values (1, 0, '1970-01-01T00:00:00Z', '');
