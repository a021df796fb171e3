import { checkReach, checkRole, type Entitled } from '../../identity/access.ts';
import { type Transaction, type Written, write } from '../../journal/write.ts';
import type { Database } from '../../kit/db.ts';
import { Problem, refuseIf } from '../../kit/problem.ts';
import { getProjects } from '../actions.ts';
import type { ProjectRow } from '../schema.ts';
import { updateProjects } from '../store.ts';
import {
  type Answer,
  answers,
  type Channel,
  checkCollector,
  checkSurveyed,
  collectors,
  newSurveyCode,
  type Tally,
} from './rules.ts';
import { findSurveyed, insertAnswers } from './store.ts';

/** How answers are entered. */
interface Entering {
  actor: Entitled;
  idempotency_key?: string | undefined;
}

/**
 * Enters answers that somebody collected by telephone or on paper. Raises `ledger/not_surveyed`, `ledger/own_survey`,
 * `ledger/survey_empty`, `identity/reach`.
 */
export function recordAnswers(
  db: Database,
  entering: Entering,
  collector: string,
  asked: { number: string; channel: Exclude<Channel, 'qr'>; tally: Tally },
): Promise<Written<undefined>> {
  const { number, channel, tally } = asked;
  const change = {
    ...entering,
    action: 'ledger/survey_answer',
    subject: `project:${number}`,
    input: { number, channel, tally: { ...tally } },
  };
  return write(db, change, async (tx) => {
    const { account_id, unit_id } = entering.actor;
    const [project] = await getProjects(tx, [number]);
    refuseIf(checkRole(entering.actor, collectors));
    refuseIf(checkReach(entering.actor, collectors, project!.unit_id));
    refuseIf(checkSurveyed(project!));
    refuseIf(checkCollector(project!, entering.actor));
    if (answers.every((answer) => tally[answer] === 0)) throw nothingCounted();
    await ensureCode(tx, project!);
    await insertAnswers(tx, {
      ...tally,
      project_id: project!.id,
      channel,
      occurred_at: tx.entry.at,
      collector,
      account_id,
      unit_id,
    });
    return undefined;
  });
}

/**
 * Gives a project that is surveyed the QR code that it lacks: its survey was asked for after completion was claimed, or it
 * was imported as claimed. Raises `ledger/not_surveyed`, `identity/reach`.
 */
export function makeSurveyCode(
  db: Database,
  entering: Entering,
  number: string,
): Promise<Written<undefined>> {
  const change = {
    ...entering,
    action: 'ledger/survey_code',
    subject: `project:${number}`,
    input: { number },
  };
  return write(db, change, async (tx) => {
    const [project] = await getProjects(tx, [number]);
    refuseIf(checkReach(entering.actor, collectors, project!.unit_id));
    refuseIf(checkSurveyed(project!));
    await ensureCode(tx, project!);
    return undefined;
  });
}

async function ensureCode(tx: Transaction, { id, survey_code }: ProjectRow): Promise<void> {
  if (survey_code === null) await updateProjects(tx, [{ id, survey_code: newSurveyCode() }]);
}

/** An answer by QR code, of somebody who need not say who they are. Raises `ledger/no_survey`, `ledger/not_surveyed`. */
export function giveAnswer(
  db: Database,
  code: string,
  answer: Answer,
  idempotency_key: string,
): Promise<Written<undefined>> {
  const actor = { name: 'resident', account_id: null, unit_id: null, via: 'portal' } as const;
  const change = {
    actor,
    idempotency_key,
    action: 'ledger/survey_answer',
    subject: 'project',
    input: { answer, code },
  };
  return write(db, change, async (tx) => {
    const project = await findSurveyed(tx.queries, code);
    if (!project) throw noSurvey();
    refuseIf(checkSurveyed(project));
    tx.entry.subject = `project:${project.number}`;
    const tally = { satisfied: 0, mostly: 0, unsatisfied: 0, unknown: 0, [answer]: 1 };
    const nobody = { collector: null, account_id: null, unit_id: null };
    await insertAnswers(tx, {
      ...tally,
      ...nobody,
      project_id: project.id,
      channel: 'qr',
      occurred_at: tx.entry.at,
    });
    return undefined;
  });
}

/** The Problem of a code that leads to no survey. */
export function noSurvey(): Problem {
  return new Problem('ledger/no_survey', 'not_found', {
    zh: '这个二维码已经失效。可以在项目页面上查看进展。',
    en: 'This QR code leads nowhere any more. See the page of the project.',
  });
}

/** The Problem of one answer more from an address than one household gives. */
export function tooManyAnswers(): Problem {
  return new Problem('ledger/survey_many', 'too_many', {
    zh: '这个网络一小时内已经为这件事提交了几份评价，这一份没有计入。请过一小时再来，或换用手机流量；也可以请镇村工作人员登记。',
    en: 'Several answers about this came from your network within an hour, so this one was not counted. Come back in an hour, use mobile data, or tell the staff of your town or village.',
  });
}

function nothingCounted(): Problem {
  const text = { zh: '请至少填一项大于 0 的份数。', en: 'Give at least one count above 0.' };
  return new Problem('ledger/survey_empty', 'invalid', text, { satisfied: text });
}
