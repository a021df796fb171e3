import type { FastifyReply } from 'fastify';
import { barChart, lineChart } from '../kit/chart.ts';
import { cutoffText } from '../kit/clock.ts';
import { type Message, say } from '../kit/i18n.ts';
import type { View } from '../kit/page.ts';
import { chartWidths } from '../kit/parts/chart.ts';
import { grouped } from '../kit/parts/figures.ts';
import { Problem } from '../kit/problem.ts';
import type { Site } from '../portal/context.ts';
import { namesOf } from '../portal/names.ts';
import { type Answer, type Asked, answerOf, seriesOf } from './answer.ts';
import { addressOf } from './citation.ts';
import { shown } from './compute.ts';
import type { Definition, Dimension } from './definition.ts';
import { askedVersion, definitionHash } from './registry.ts';
import { words } from './words.ts';

/** The kinds of files that a figure comes as: open data, and its pictures. */
export type FileKind = 'csv' | 'json' | 'svg';

/** How high the picture of a series is, in CSS pixels. */
export const seriesHeight = 280;

/** How high the picture of a breakdown is: a bar for each part, or a line where the parts are days. */
export function partsHeight(by: Dimension | undefined, parts: number): number {
  return by === 'day' ? seriesHeight : 48 + parts * 32;
}

/**
 * Sends a figure as a file, at the same address and question as its page. Raises `figures/unknown`, `figures/unreleased`,
 * and what `answerOf` raises.
 */
export async function sendFile(
  site: Site,
  view: View,
  reply: FastifyReply,
  code: string,
  kind: FileKind,
  asked: Asked & { of?: 'parts' | 'series' | undefined; narrow?: '1' | undefined },
): Promise<FastifyReply> {
  const definition = askedVersion(site.registry, code, asked);
  const answer = await answerOf(site, definition, asked, { digests: kind === 'json' });
  if (!answer) throw new Problem('figures/unreleased', 'not_found', words.unreleased);
  reply.header('cache-control', 'private, no-cache').header('vary', 'Accept-Language, Cookie');
  switch (kind) {
    case 'csv':
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${code}.csv"`)
        .send(await csvOf(site, answer));
    case 'json':
      return reply.send(await jsonOf(site, answer));
    case 'svg':
      return reply.type('image/svg+xml').send(await pictureOf(site, view, answer, asked));
  }
}

/** One line for the whole or for each part; an empty value is withheld, or there is none. A figure's keys are codes and its values numbers: nothing becomes a formula. */
async function csvOf(site: Site, answer: Answer): Promise<string> {
  const { definition, question } = answer;
  const names = await namesIn(site, answer, 'zh');
  const head = [
    'code',
    'title',
    'dimension',
    'key',
    'name',
    'value',
    'withheld',
    'unit',
    'cutoff',
    'entry_no',
  ];
  const lines = rowsOf(answer).map((row) => [
    definition.code,
    definition.title.zh,
    question.by ?? '',
    row.key ?? '',
    names.get(row.key ?? '') ?? '',
    shown(definition, row.value) ?? '',
    String(row.withheld === true),
    definition.unit.zh,
    question.cutoff.toISOString(),
    String(question.entry_no),
  ]);
  return `\ufeff${[head, ...lines].map((line) => line.map(quoted).join(',')).join('\r\n')}\r\n`;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function rowsOf({ question, whole, parts }: Answer): Answer['parts'] {
  return question.by ? parts : [whole];
}

/** What the parts of an answer are called; what is recorded for an area itself, beside those in it, says so. */
export async function namesIn(
  site: Site,
  { question, newest }: Answer,
  language: View['language'],
): Promise<Map<string, string>> {
  if (!question.by) return new Map();
  const names = await namesOf(site.db.queries, question.by, newest.known_entry, language);
  const own = question.by === 'area' && question.area.length > 6 ? names.get(question.area) : undefined;
  if (own) names.set(question.area, language === 'zh' ? `${own}本级` : `${own} itself`);
  return names;
}

async function jsonOf(site: Site, answer: Answer) {
  const { definition, question } = answer;
  const names = await namesIn(site, answer, 'zh');
  const number = (value: string | null) => {
    const text = shown(definition, value);
    return text === null ? null : Number(text);
  };
  return {
    code: definition.code,
    version: definition.version,
    title: definition.title.zh,
    explanation: definition.explanation.zh,
    unit: definition.unit.zh,
    definition_hash: definitionHash(site.db.queries, definition),
    cutoff: question.cutoff.toISOString(),
    entry_no: question.entry_no,
    area_code: question.area,
    dimension: question.by ?? null,
    boundaries: question.boundaries ?? 'then',
    values: rowsOf(answer).map(({ key, value, numerator, denominator, inputs, digest, withheld }) => ({
      ...(question.by && { key, name: names.get(key ?? '') ?? key }),
      value: number(value),
      exact: value,
      ...(denominator !== null && { numerator, denominator }),
      withheld: withheld === true,
      ...(!definition.personal && { inputs, digest }),
    })),
    series: (await seriesOf(site, answer)).map((point) => ({
      cutoff: point.cutoff.toISOString(),
      value: number(point.value),
    })),
    url: addressOf(answer),
  };
}

async function pictureOf(
  site: Site,
  view: View,
  answer: Answer,
  { of, narrow }: { of?: 'parts' | 'series' | undefined; narrow?: '1' | undefined },
): Promise<string> {
  const { definition, parts } = answer;
  const t = (message: Message) => say(view.language, message);
  const width = narrow ? chartWidths.narrow : chartWidths.wide;
  const size = { width, height: seriesHeight };
  const amountOf = (value: string | null) => (value === null ? null : Number(shown(definition, value)));
  if (of === 'series') {
    const points = (await seriesOf(site, answer)).map((point) => ({
      label: cutoffText(point.cutoff, view.language),
      amount: amountOf(point.value),
    }));
    return lineChart(points, size);
  }
  if (answer.question.by === 'day') {
    return lineChart(
      parts.map(({ key, value }) => ({ label: key ?? '', amount: amountOf(value) })),
      size,
    );
  }
  const names = await namesIn(site, answer, view.language);
  const rows = parts.map((part) => ({
    label: names.get(part.key ?? '') ?? part.key ?? '',
    amount: part.value === null ? null : Number(part.value),
    text: part.withheld ? t(words.withheld) : textOf(definition, part.value, t(words.none)),
  }));
  return barChart(rows, { width, height: partsHeight(undefined, rows.length) });
}

function textOf(definition: Definition, value: string | null, none: string): string {
  const text = shown(definition, value);
  return text === null ? none : grouped(text);
}
