// Supervision in the demonstration: some mornings of August the rules sweep, and in the afternoon every second unit signs
// for what it got and answers. What nobody answers goes up, so that there are notices of each grade, some of them ended.
import type { Entitled } from '../src/identity/access.ts';
import type { Database } from '../src/kit/db.ts';
import { answerNotice, listNotices, signNotice } from '../src/supervision/notices/actions.ts';
import { sweep } from '../src/supervision/notices/sweep.ts';
import { listUnits } from '../src/units/actions.ts';

const afternoon = 6 * 3_600_000;

/** One day of supervision: the sweep as of a moment, and what units say to it six hours later. */
export async function superviseDay(
  db: Database,
  at: Date,
  actorOf: (login: string) => Entitled | undefined,
): Promise<void> {
  await sweep(db, { at, simulated_at: at });
  const units = new Map(
    (await listUnits(db.queries, Number.MAX_SAFE_INTEGER)).map((unit) => [unit.id, unit.code]),
  );
  const simulated_at = new Date(at.getTime() + afternoon);
  for (const notice of await listNotices(db.queries, { open: true }, 1000)) {
    const code = units.get(notice.unit_id)!;
    const to_head = notice.grade === 'yellow' || notice.grade === 'red';
    const officer = to_head
      ? (actorOf(`${code}.head`) ?? actorOf(`${code.slice(0, 9)}.coordinator`))
      : actorOf(`${code}.officer`);
    if (!officer || notice.state !== 'issued') continue;
    if (notice.id % 3 === 0) await signNotice(db, { actor: officer, simulated_at }, notice.id);
    if (notice.id % 3 === 1) {
      const promised_on = new Date(at.getTime() + 10 * 86_400_000).toISOString().slice(0, 10);
      const text = '前期协调用地和材料耽搁了，已增加施工力量，分两班推进。';
      await answerNotice(db, { actor: officer, simulated_at }, notice.id, { text, promised_on });
    }
  }
}
