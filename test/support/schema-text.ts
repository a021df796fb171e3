import type pg from 'pg';

interface Listed {
  table: string;
  line: string;
}

const columns = `
  select c.relname as table, '  ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
    || case when a.attnotnull then ' not null' else '' end
    || case when a.attidentity <> '' then ' identity' else '' end
    || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') as line
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where c.relnamespace = $1::regnamespace and c.relkind = 'r' order by c.relname, a.attnum`;

// PostgreSQL 18 lists what may not be null as constraints too; the columns say it already.
const constraints = `
  select c.relname as table, '  ' || pg_get_constraintdef(o.oid) as line
  from pg_constraint o join pg_class c on c.oid = o.conrelid
  where o.connamespace = $1::regnamespace and o.contype <> 'n' order by c.relname, o.contype desc, o.conname`;

const indexes = `
  select t.relname as table, '  ' || pg_get_indexdef(i.indexrelid) as line
  from pg_index i join pg_class t on t.oid = i.indrelid join pg_class x on x.oid = i.indexrelid
  where t.relnamespace = $1::regnamespace and not i.indisprimary
    and not exists (select 1 from pg_constraint o where o.conindid = i.indexrelid)
  order by t.relname, x.relname`;

/** A district's tables as a reader wants them: each with its columns, constraints and indexes, one in a line. */
export async function schemaText(client: Pick<pg.Pool, 'query'>, schema: string): Promise<string> {
  const tables = new Map<string, string[]>();
  for (const query of [columns, constraints, indexes]) {
    const found = await client.query<Listed>(query, [schema]);
    for (const { table, line } of found.rows) tables.set(table, [...(tables.get(table) ?? []), line]);
  }
  const text = [...tables].map(([table, lines]) => [table, ...lines].join('\n')).join('\n\n');
  return `${text.replaceAll(`${schema}.`, '')}\n`;
}
