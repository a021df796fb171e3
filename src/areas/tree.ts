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

/** The areas inside each of several areas, itself included, as known at an entry, to stand after `from`: `scope` is which of them. */
export function areasInsideEach(
  scopes: readonly string[],
  entry_no: number,
): RawBuilder<{ scope: string; code: string }> {
  return sql`(
    with recursive known as (select * from ${asOf('area', entry_no, ['code', 'parent_code'])} as area),
    inside as (
      select code as scope, code from known where code = any(${scopes})
      union all
      select inside.scope, known.code from known join inside on known.parent_code = inside.code
    )
    select scope, code from inside)`;
}

/**
 * The same as `areasInside` on the boundaries of now: an area that ended counts where its successors lie. One that was split counts in the
 * smallest area that all its successors lie in, since nobody knows how much of it went where.
 */
export function areasInsideNow(
  scope: string,
  entry_no: number,
): RawBuilder<{ code: string; branch: string }> {
  return sql`(
    with recursive known as (select * from ${asOf('area', entry_no, ['code', 'parent_code'])} as area),
    succession as (
      select * from ${asOf('area_succession', entry_no, ['from_code', 'to_code'])} as area_succession),
    reached as (
      select code as origin, code from known
      union
      select reached.origin, succession.to_code from reached join succession on succession.from_code = reached.code
    ),
    last as (
      select origin, code, count(*) over (partition by origin) as ends from reached
      where not exists (select from succession where succession.from_code = reached.code)
    ),
    above as (
      select code, code as ancestor from known
      union all
      select above.code, known.parent_code from above join known on known.code = above.ancestor
      where known.parent_code is not null
    ),
    placed as (
      select distinct on (origin) origin, ancestor as code from last join above using (code)
      group by origin, ancestor, ends having count(*) = ends order by origin, length(ancestor) desc
    )
    select placed.origin as code, inside.branch from placed join ${areasInside(scope, entry_no)} as inside using (code))`;
}
