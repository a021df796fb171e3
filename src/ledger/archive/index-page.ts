import { type HtmlSafeString, html, unsafeHtml } from '@prairielearn/html';
import { dayOf, momentText } from '../../kit/clock.ts';
import type { Instruction } from '../../supervision/actions.ts';
import type { StaffProject } from '../actions.ts';
import { cellText } from '../cells.ts';
import { evidenceWords, percentOf, progressOf } from '../checklist/rules.ts';
import type { ItemStepRow } from '../checklist/schema.ts';
import { ledgerColumns } from '../columns.ts';
import type { Comment } from '../comments/store.ts';
import type { EvidenceRow } from '../evidence/store.ts';
import type { Difference } from '../history/rules.ts';
import type { ProjectEntry } from '../history/store.ts';
import { actionWord } from '../history/words.ts';
import type { Naming } from '../naming.ts';
import type { Extension, ProjectRow } from '../schema.ts';
import { answers, answerWords, channelWords, sumTallies } from '../survey/rules.ts';
import type { SurveyAnswer } from '../survey/store.ts';
import { itemStateWords, staffStateWords } from '../words.ts';

/** Everything that an archive holds about a project beside the files themselves. */
export interface Archived extends Pick<StaffProject, 'project' | 'steps' | 'items' | 'entry_no'> {
  naming: Naming;
  people: ReadonlyMap<number, string>;
  numberOf: (id: number) => string;
  parts: readonly Pick<ProjectRow, 'number' | 'title' | 'state'>[];
  item_steps: readonly ItemStepRow[];
  evidence: readonly EvidenceRow[];
  extensions: readonly Extension[];
  comments: readonly Comment[];
  survey: readonly SurveyAnswer[];
  instructions: readonly Instruction[];
  entries: readonly ProjectEntry[];
  /** What entries did, in sentences and cell by cell. */
  deeds: ReadonlyMap<number, readonly string[]>;
  changes: ReadonlyMap<number, readonly Difference[]>;
}

/** Where a file of evidence lies in the archive. */
export function pathOf(evidence: Pick<EvidenceRow, 'file_name' | 'title'>, index: number): string {
  return `佐证/${String(index + 1).padStart(3, '0')} ${evidence.file_name ?? evidence.title}`;
}

type Cell = string | HtmlSafeString;
/** A part of the index: its name, and its table, or what is said where there is nothing. */
interface Section {
  title: string;
  heads: readonly string[];
  rows: readonly (readonly Cell[])[];
  none?: string;
}

const numerals = ['一', '二', '三', '四', '五', '六', '七', '八', '九', '十', '十一'];
const style =
  'body{font:14px/1.6 "Microsoft YaHei",sans-serif;max-width:72em;margin:2em auto;padding:0 1em}table{border-collapse:collapse;width:100%}td,th{border:1px solid #999;padding:4px 8px;text-align:left;vertical-align:top;white-space:pre-line}';

/** The index of an archive: a page that is read without anything else. */
export function indexPage(archived: Archived): HtmlSafeString {
  const { project, entry_no } = archived;
  const sections = [
    ...aboutProject(archived),
    ...aboutWork(archived),
    ...whatWasSaid(archived),
    entriesOf(archived),
  ];
  return html`${unsafeHtml('<!DOCTYPE html>')}
<html lang="zh-CN"><head><meta charset="utf-8"><title>${project.number} ${project.title}</title><style>${unsafeHtml(style)}</style></head><body>
<h1>一项一档：${project.title}</h1><p>${project.number} · ${staffStateWords[project.state].zh} · 数据版本 ${entry_no} · ${dayOf(new Date())} 导出</p>
${sections.map(
  ({ title, heads, rows, none = '没有。' }, index) =>
    html`<h2>${numerals[index]}、${title}</h2>${
      rows.length === 0
        ? html`<p>${none}</p>`
        : html`<table><thead><tr>${heads.map((head) => html`<th>${head}</th>`)}</tr></thead><tbody>${rows.map((row) => html`<tr>${row.map((cell) => html`<td>${cell}</td>`)}</tr>`)}</tbody></table>`
    }
`,
)}</body></html>`;
}

function whoIn({ naming, people }: Archived) {
  return (account_id: number | null, unit_id: number | null) =>
    [naming.unitName(unit_id), account_id === null ? '' : people.get(account_id)].filter(Boolean).join(' ');
}

function itemNameIn({ items }: Archived) {
  const positions = new Map(items.map((item) => [item.id, `第 ${item.position} 项`]));
  return (id: number | null) => (id === null ? '整个项目' : (positions.get(id) ?? '已去掉的事项'));
}

function aboutProject({ project, naming, numberOf, parts, items }: Archived): Section[] {
  const facts = ledgerColumns
    .filter(({ name }) => name !== 'progress')
    .map(({ name, title }) => [title, cellText(name, project, naming, numberOf)] as const)
    .filter(([, text]) => text);
  const below = parts.map(({ number, title, state }) => [
    '子项目',
    `${number} ${title}（${staffStateWords[state].zh}）`,
  ]);
  return [
    {
      title: '基本情况',
      heads: ['列', '内容'],
      rows: [...facts, ...Object.entries(project.extra ?? {}), ...below],
    },
    {
      title: `执行清单（进度 ${percentOf(progressOf(items)) ?? '—'}%）`,
      heads: ['序号', '事项', '权重', '责任单位', '计划', '实际', '状态'],
      rows: items.map((item) => [
        String(item.position),
        item.title,
        String(Number(item.weight)),
        naming.unitName(item.unit_id),
        `${item.planned_start ?? ''} – ${item.planned_end ?? ''}`,
        `${item.actual_start ?? ''} – ${item.actual_end ?? ''}`,
        itemStateWords[item.state].zh,
      ]),
    },
  ];
}

function aboutWork(archived: Archived): Section[] {
  const { item_steps, evidence, steps, extensions, people } = archived;
  const [who, itemName] = [whoIn(archived), itemNameIn(archived)];
  return [
    {
      title: '清单事项办理过程',
      heads: ['时间', '事项', '状态', '办理', '说明'],
      rows: item_steps.map((step) => [
        momentText(step.occurred_at),
        itemName(step.item_id),
        itemStateWords[step.to_state].zh,
        who(step.account_id, step.unit_id),
        step.note ?? '',
      ]),
    },
    {
      title: `佐证材料（${evidence.length} 份）`,
      heads: ['序号', '方式', '名称', '属于', '提供', '日期', '校验码（SHA-256）'],
      rows: evidence.map((one, index) => [
        String(index + 1),
        evidenceWords[one.kind].zh,
        one.file_digest
          ? html`<a href="${encodeURI(pathOf(one, index))}">${one.title}</a>${one.text ? `：${one.text}` : ''}`
          : `${one.title}${one.text ? `：${one.text}` : ''}`,
        itemName(one.item_id),
        who(one.account_id, one.unit_id),
        one.occurred_on,
        one.file_digest ?? '',
      ]),
    },
    {
      title: '办理过程',
      heads: ['时间', '环节', '办理', '说明'],
      rows: steps.map((step) => [
        momentText(step.occurred_at),
        staffStateWords[step.to_state].zh,
        who(step.account_id, step.unit_id),
        step.note ?? '',
      ]),
    },
    {
      title: '延期',
      heads: ['申请时间', '申请', '原时限', '延到', '理由', '决定', '决定人', '决定说明'],
      rows: extensions.map((one) => [
        momentText(one.asked_at),
        who(one.account_id, one.unit_id),
        one.former_deadline,
        one.deadline,
        one.reason,
        one.decision === null ? '待决定' : one.decision === 'granted' ? '同意' : '不同意',
        one.decided_by === null
          ? ''
          : [people.get(one.decided_by), one.decided_at && momentText(one.decided_at)]
              .filter(Boolean)
              .join(' '),
        one.decision_note ?? '',
      ]),
    },
  ];
}

function whatWasSaid(archived: Archived): Section[] {
  const { instructions, comments, survey } = archived;
  const [who, itemName] = [whoIn(archived), itemNameIn(archived)];
  const { rate, valid, sample } = sumTallies(survey);
  const counted = survey.length > 0 ? `（满意度 ${rate ?? '—'}%，有效 ${valid}，样本 ${sample}）` : '';
  return [
    {
      title: '领导批示',
      heads: ['时间', '领导', '批示', '代录'],
      rows: instructions.map((one) => [momentText(one.at), one.leader, one.text, one.entered_by ?? '']),
    },
    {
      title: `群众满意度测评${counted}`,
      heads: ['时间', '方式', ...answers.map((answer) => answerWords[answer].zh), '采集'],
      rows: survey.map((one) => [
        momentText(one.occurred_at),
        channelWords[one.channel],
        ...answers.map((answer) => String(one[answer])),
        one.channel === 'qr'
          ? ''
          : who(null, one.unit_id)
              .concat(' ', one.collector ?? '')
              .trim(),
      ]),
    },
    {
      title: '留言',
      heads: ['时间', '关于', '留言人', '内容'],
      rows: comments.map((one) => [
        momentText(one.occurred_at),
        itemName(one.item_id),
        who(one.account_id, one.unit_id),
        one.text,
      ]),
    },
  ];
}

function entriesOf({ entries, deeds, changes, people, naming }: Archived): Section {
  return {
    title: `操作记录（${entries.length} 条）`,
    heads: ['数据版本', '时间', '操作', '内容', '操作人', '理由'],
    rows: entries.map((entry) => [
      String(entry.entry_no),
      momentText(entry.at),
      actionWord(entry.action),
      [
        ...(deeds.get(entry.entry_no) ?? []),
        ...(changes.get(entry.entry_no) ?? []).map(
          ({ title, from, to }) => `${title}：${from || '（空）'} → ${to || '（空）'}`,
        ),
      ].join('\n'),
      [
        naming.unitName(entry.actor_unit),
        entry.actor.startsWith('account:')
          ? (people.get(Number(entry.actor.slice(8))) ?? entry.actor)
          : entry.actor,
      ]
        .filter(Boolean)
        .join(' '),
      entry.reason ?? '',
    ]),
  };
}
