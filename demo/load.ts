import { addAreas } from '../src/areas/actions.ts';
import type { Entitled } from '../src/identity/access.ts';
import { addAccounts, entitledAs } from '../src/identity/actions.ts';
import { currentHead } from '../src/journal/head.ts';
import { cutoffOf } from '../src/kit/clock.ts';
import { Problem } from '../src/kit/problem.ts';
import { addFields, registerProjects, reviewSecrecy, takeSteps } from '../src/ledger/actions.ts';
import { planItems, takeItemSteps } from '../src/ledger/checklist/actions.ts';
import { editCells } from '../src/ledger/edits.ts';
import { askExtension, decideExtension } from '../src/ledger/extensions/actions.ts';
import { proposeProjects } from '../src/ledger/proposals/actions.ts';
import { setOffice } from '../src/office/actions.ts';
import { type Product, prepare } from '../src/product.ts';
import { report } from '../src/reporting/actions.ts';
import { saveCells, takeReportStep } from '../src/reporting/reports/actions.ts';
import { keepForm } from '../src/reporting/reports/setup.ts';
import { addUnits } from '../src/units/actions.ts';
import { publishDemonstration } from './bulletins.ts';
import { jinwan2021 } from './jinwan-2021/pack.ts';
import type { PackEvent } from './jinwan-2021/types.ts';
import { enterWishEvent } from './wishes.ts';

const packs = { 'jinwan-2021': jinwan2021 };

/** The moment before everything in the pack, when the district was set up. */
const setUp = new Date('2021-03-01T09:00:00+08:00');
const published = { at: new Date('2021-09-03T17:10:00+08:00'), cutoff: cutoffOf('2021-09-03T09:00') };

/** How far the loading is: entries made, of how many. */
export type OnProgress = (done: number, of: number) => void;

/**
 * Enters a demonstration into an empty district through the same actions as everybody else, and publishes its
 * bulletin. Loading it again changes nothing and says so by `false`.
 * Raises `demo/unknown_pack`, `demo/not_empty` where a district already has areas of its own.
 */
export async function loadDemonstration(
  product: Product,
  name: string,
  onProgress: OnProgress,
): Promise<boolean> {
  const make = packs[name as keyof typeof packs];
  if (!make) throw unknownPack(name);
  if (await isLoaded(product)) return false;
  const { db } = product;
  const pack = make();
  const setting: Entitled = {
    name: 'job:demonstration',
    account_id: null,
    unit_id: null,
    via: 'job',
    holdings: 'unlimited',
  };
  await prepare(product, setUp);
  await addAreas(db, setting, pack.areas, setUp);
  await addUnits(db, setting, pack.units, setUp);
  await addFields(db, { actor: setting, simulated_at: setUp }, pack.fields);
  await setOffice(db, { actor: setting, simulated_at: setUp }, pack.office);
  const people = pack.people.map((person) => ({ ...person, synthetic: true }));
  await addAccounts(db, { actor: setting, simulated_at: setUp }, people);
  // Everything is entered by people with the roles they hold, so the demonstration obeys the rules that it shows.
  const actors = new Map<string, Entitled>();
  for (const { login } of people) actors.set(login, await entitledAs(db.queries, login));

  let done = 0;
  const enter = async (event: PackEvent) => {
    await enterEvent(product, event, actors.get(event.by)!);
    onProgress(++done, pack.events.length);
  };
  // Handed over in order and without waiting for each, so that entries share transactions.
  for (let index = 0; index < pack.events.length; index += 64) {
    await Promise.all(pack.events.slice(index, index + 64).map(enter));
  }
  await publishDemonstration(product, (login) => actors.get(login)!, published);
  return true;
}

async function enterEvent(product: Product, event: PackEvent, actor: Entitled): Promise<void> {
  const { db, registry } = product;
  const entering = { actor, simulated_at: new Date(event.at) };
  switch (event.kind) {
    case 'registration': {
      const { batch, document_no, projects } = event;
      const issued_at = entering.simulated_at;
      await registerProjects(db, entering, { batch, document_no, issued_at }, projects);
      break;
    }
    case 'proposal':
      await proposeProjects(db, entering, event.proposals);
      break;
    case 'checklist':
      await planItems(db, entering, event.plans);
      break;
    case 'steps':
      await takeSteps(db, entering, event.to, event.steps);
      break;
    case 'item_steps':
      await takeItemSteps(db, entering, event.to, event.steps);
      break;
    case 'correction':
      await editCells(db, { ...entering, reason: event.reason }, event.cells);
      break;
    case 'review':
      await reviewSecrecy(db, entering, event.reviewer, event.numbers);
      break;
    case 'extension':
      await askExtension(db, entering, event);
      break;
    case 'extension_decision':
      await decideExtension(db, entering, event);
      break;
    case 'report':
      await report(db, { ...entering, ...(event.reason && { reason: event.reason }) }, event.form, event.csv);
      break;
    case 'report_form':
      await keepForm(db, entering, event.form, event.checks);
      break;
    case 'report_cells':
      await saveCells(db, registry, entering, event.path, event.cells);
      break;
    case 'report_step':
      await takeReportStep(db, registry, entering, event.path, event);
      break;
    default:
      await enterWishEvent(product, event, actor);
  }
}

/** Whether the district already holds a complete demonstration. */
async function isLoaded({ db }: Product): Promise<boolean> {
  const area = await db.queries.selectFrom('area').select('id').limit(1).executeTakeFirst();
  if (!area) return false;
  const { at } = await currentHead(db);
  const simulated = await db.queries
    .selectFrom('journal')
    .select('entry_no')
    .where('simulated', '=', true)
    .limit(1)
    .executeTakeFirst();
  const bulletin = await db.queries.selectFrom('bulletin').select('id').limit(1).executeTakeFirst();
  if (simulated && (bulletin || at >= published.at)) return true;
  throw notEmpty();
}

function unknownPack(name: string): Problem {
  return new Problem('demo/unknown_pack', 'not_found', {
    zh: `没有名为 ${name} 的演示数据。可用：${Object.keys(packs).join('、')}。`,
    en: `There is no demonstration named ${name}. Known: ${Object.keys(packs).join(', ')}.`,
  });
}

function notEmpty(): Problem {
  return new Problem('demo/not_empty', 'conflict', {
    zh: '这个区已有数据，或上次载入演示数据时中断。演示数据只能载入空库：请用 SHISHI_DATA 指定一个新目录。',
    en: 'This district already has data, or an earlier loading was interrupted. A demonstration goes into an empty database only: set SHISHI_DATA to a new folder.',
  });
}
