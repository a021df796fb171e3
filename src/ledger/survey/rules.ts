// 群众满意度测评: once completion is claimed, where the project asks for it. Answers come by QR code, by telephone or on paper,
// are collected by somebody of another unit than the one that did the work, and 不了解 is no part of the valid base.
import { randomBytes } from 'node:crypto';
import type { Role } from '../../identity/roles.ts';
import type { Message } from '../../kit/i18n.ts';
import { Problem } from '../../kit/problem.ts';
import { verifiers } from '../course.ts';
import type { ProjectRow, ProjectState } from '../schema.ts';

/** The answers, and what they are called. */
export const answerWords = {
  satisfied: { zh: '满意', en: 'Satisfied' },
  mostly: { zh: '基本满意', en: 'Mostly satisfied' },
  unsatisfied: { zh: '不满意', en: 'Not satisfied' },
  unknown: { zh: '不了解', en: 'Do not know' },
} as const satisfies Record<string, Message>;
export type Answer = keyof typeof answerWords;

/** The answers in their order. */
export const answers = Object.keys(answerWords) as Answer[];

/** How answers come in, and what that is called. */
export const channelWords = { qr: '扫码', phone: '电话', paper: '纸质' } as const;
export type Channel = keyof typeof channelWords;

/** Who collects answers by telephone and on paper. */
export const collectors = [...verifiers, 'village_officer'] as const satisfies readonly Role[];

const surveyed: readonly ProjectState[] = ['completion_claimed', 'verifying', 'completed', 'archived'];

/** 192 bits that nobody guesses: what a QR code leads to. */
export function newSurveyCode(): string {
  return randomBytes(24).toString('base64url');
}

/** A Problem when a project is not surveyed, or not yet; nothing otherwise. */
export function checkSurveyed(project: Pick<ProjectRow, 'survey' | 'state'>): Problem | undefined {
  if (project.survey && surveyed.includes(project.state)) return undefined;
  return new Problem('ledger/not_surveyed', 'conflict', {
    zh: '这个项目现在没有开展满意度测评。',
    en: 'No survey is held about this project at present.',
  });
}

/** A Problem when whoever collects answers belongs to the unit that did the work; nothing otherwise. */
export function checkCollector(
  project: Pick<ProjectRow, 'unit_id'>,
  collector: { unit_id: number | null },
): Problem | undefined {
  if (collector.unit_id !== project.unit_id) return undefined;
  return new Problem('ledger/own_survey', 'forbidden', {
    zh: '满意度由承办单位以外的人采集。',
    en: 'Answers are collected by somebody of another unit than the one that did the work.',
  });
}

/** Answers counted, by kind. */
export type Tally = Record<Answer, number>;

/** Sums of answers: everybody asked, those whose answer counts, and how many of them are satisfied at least mostly. */
export interface SurveySums extends Tally {
  sample: number;
  valid: number;
  /** In per cent to one decimal, half up; none without a valid answer. */
  rate: string | null;
}

/** What tallies add up to. */
export function sumTallies(tallies: readonly Tally[]): SurveySums {
  const sum = (answer: Answer) => tallies.reduce((total, one) => total + one[answer], 0);
  const [satisfied, mostly, unsatisfied, unknown] = answers.map(sum) as [number, number, number, number];
  const valid = satisfied + mostly + unsatisfied;
  const tenths = valid === 0 ? null : Math.floor(((satisfied + mostly) * 2000 + valid) / (valid * 2));
  const rate = tenths === null ? null : `${Math.floor(tenths / 10)}.${tenths % 10}`;
  return { satisfied, mostly, unsatisfied, unknown, valid, sample: valid + unknown, rate };
}
