-- Whose turn it is to read an import: when two do at once, the plan of the later one is kept and the other's is not.
alter table ledger_import add attempt int not null default 0;

-- What items depend on are positions, so a checklist has each once.
create unique index item_position on item (project_id, position);
