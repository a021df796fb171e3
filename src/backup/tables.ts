import type pg from 'pg';

/** A table as a backup takes it: its columns, and the query of a range of its rows as known at the backup's entry. */
export interface Table {
  name: string;
  columns: string[];
  /** The rows whose id is above `from` and at most `to`; every row where there are no ids. */
  selection(from: number, to: number): string;
  /** The highest id; 0 for a table that is read at once. */
  last: number;
}

/** What a backup leaves out: who is signed in, guessing or confirming a phone at the moment, and what the schema says of itself. */
const leftOut = new Set([
  'migration',
  'auth_session',
  'auth_verification',
  'sign_in_attempt',
  'sign_in_link',
  'phone_code',
  'used_proof',
]);

/**
 * What is kept beside a versioned row and not versioned itself, with the row to which it belongs: what belongs to a row of
 * after the backup's entry stays out, or a row made after a restore, whose number is the same, would come upon it.
 */
const beside = new Map([
  ['message_delivery', { table: 'message', by: 'message_id' }],
  ['message_read', { table: 'message', by: 'message_id' }],
  ['person_key', { table: 'person', by: 'person_id' }],
  ['person_phone', { table: 'person', by: 'person_id' }],
  ['request_link', { table: 'request_party', by: 'party_id' }],
]);

/**
 * The tables of a district in the order in which they can be filled, each as known at an entry. A current row that was
 * changed since is taken from its past; rows and their past are read in one statement, so that none slips between.
 */
export async function backedUpTables(client: pg.Client, schema: string, entry_no: number): Promise<Table[]> {
  const found = await client.query<{ name: string; columns: string[] }>(
    `select c.relname as name, array_agg(a.attname::text order by a.attnum) as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = $1::regnamespace and c.relkind = 'r' group by c.relname order by c.relname`,
    [schema],
  );
  const names = new Set(found.rows.map((row) => row.name));
  const tables: Table[] = [];
  for (const { name, columns } of found.rows) {
    if (leftOut.has(name)) continue;
    const key = columns.includes('id') && name !== 'journal_head' && !name.startsWith('auth_') ? 'id' : null;
    const by = name === 'journal' ? 'entry_no' : key;
    const source = sourceOf(name, columns, names, entry_no);
    tables.push({
      name,
      columns,
      selection: (from, to) =>
        by
          ? `select * from (${source}) as t where ${by} > ${from} and ${by} <= ${to} order by ${by}`
          : source,
      last: by ? await highest(client, name, by, names) : 0,
    });
  }
  // A table that others refer to is filled before them.
  return tables.toSorted((a, b) => Number(b.name === 'auth_user') - Number(a.name === 'auth_user'));
}

function sourceOf(name: string, columns: string[], names: Set<string>, entry_no: number): string {
  const list = columns.map((column) => `"${column}"`).join(', ');
  if (name === 'journal') return `select ${list} from journal where entry_no <= ${entry_no}`;
  if (name === 'journal_head') {
    return `select 1::smallint as id, entry_no, at, hash from journal where entry_no = ${entry_no}`;
  }
  if (name === 'journal_reader') return `select name, least(entry_no, ${entry_no}) as entry_no from ${name}`;
  if (name === 'project_words') return `select ${list} from ${name} where since_entry <= ${entry_no}`;
  const owner = beside.get(name);
  if (owner) {
    return `select ${list} from ${name} where ${owner.by} in (
      select id from ${owner.table} where since_entry <= ${entry_no}
      union all select id from ${owner.table}_past where since_entry <= ${entry_no})`;
  }
  if (name.endsWith('_past')) return `select ${list} from ${name} where until_entry <= ${entry_no}`;
  if (!names.has(`${name}_past`)) return `select ${list} from ${name}`;
  return `select ${list} from ${name} where since_entry <= ${entry_no}
    union all select ${list} from ${name}_past where since_entry <= ${entry_no} and until_entry > ${entry_no}`;
}

async function highest(client: pg.Client, name: string, by: string, names: Set<string>): Promise<number> {
  const past = names.has(`${name}_past`) ? `, coalesce((select max(${by}) from ${name}_past), 0)` : '';
  const found = await client.query<{ last: number }>(
    `select greatest(coalesce((select max(${by}) from ${name}), 0)${past})::bigint as last`,
  );
  return found.rows[0]!.last;
}
