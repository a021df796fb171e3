import { type RawBuilder, sql } from 'kysely';
import { asOf } from '../kit/versioned.ts';

/**
 * The areas inside one area, itself included, as known at an entry, to stand after `from`. `branch` is the direct
 * child of the scope that an area belongs to (the scope itself for the scope): what figures are broken down by.
 */
export function areasInside(scope: string, entry_no: number): RawBuilder<{ code: string; branch: string }> {
  return sql`(
    with recursive known as (select * from ${asOf('area', entry_no, ['code', 'parent_code'])} as area),
    inside as (
      select code, code as branch from known where code = ${scope}
      union all
      select known.code, case when inside.code = ${scope} then known.code else inside.branch end
      from known join inside on known.parent_code = inside.code
    )
    select code, branch from inside)`;
}
