import type { Database, Queries } from '../../kit/db.ts';
import { Problem } from '../../kit/problem.ts';
import { listUnits } from '../../units/actions.ts';
import { takeAction } from '../actions.ts';
import { ratingAction } from '../checks.ts';
import type { ActionName, Asked, PartyRow, RequestRow, StepRow } from '../schema.ts';
import { findLinked, listSteps } from '../store.ts';
import { linkDigest } from '../submission/actions.ts';

/** A request as the person who asked for it sees it. */
export interface MyRequest {
  request: RequestRow;
  party: PartyRow;
  steps: StepRow[];
  /** The units by their names. */
  units: ReadonlyMap<number, string>;
}

/** The request that a private link's secret opens. Raises `requests/no_link`. */
export async function getMyRequest(queries: Queries, secret: string | undefined): Promise<MyRequest> {
  const linked = secret ? await findLinked(queries, linkDigest(secret)) : undefined;
  if (!linked) throw noLink();
  const units = new Map(
    (await listUnits(queries, Number.MAX_SAFE_INTEGER)).map((unit) => [unit.id, unit.name]),
  );
  return { ...linked, steps: await listSteps(queries, linked.request.id), units };
}

/**
 * Takes a step of the person's own: to say more, to rate, to cancel. A rating is done again, or ends it, by what it says.
 * Raises `requests/no_link` and the Problems of a step.
 */
export async function takeMyAction(
  db: Database,
  { secret, key }: { secret: string | undefined; key: string },
  name: ActionName | 'rating',
  asked: Asked,
): Promise<void> {
  const { request } = await getMyRequest(db.queries, secret);
  const action = name === 'rating' ? ratingAction(request, asked.solved) : name;
  const entering = { taker: { who: 'person' }, idempotency_key: `my-${key}` } as const;
  await takeAction(db, entering, request.number, action, asked);
}

function noLink(): Problem {
  return new Problem('requests/no_link', 'not_found', {
    zh: '这个链接不对，或者不是在这部手机上提交的。请用提交时给您的链接打开，或到村（居）查询。',
    en: 'This link is wrong, or the request was sent from another phone. Open the link that you were given.',
  });
}
