import { randomUUID } from 'node:crypto';
import { html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendConsolePage } from '../../console/layout.ts';
import { actorOf, type Routes } from '../../identity/access.ts';
import { readDay } from '../../kit/days.ts';
import { withProblem } from '../../kit/http.ts';
import { button, errorSummary, fieldError, onceField, textField } from '../../kit/parts/form.ts';
import { Problem } from '../../kit/problem.ts';
import type { Site } from '../../portal/context.ts';
import { getStaffProject } from '../actions.ts';
import { type Naming, readNaming } from '../naming.ts';
import { projectPath } from '../page.ts';
import type { ProjectRow } from '../schema.ts';
import { planItems } from './actions.ts';
import { evidenceKindsIn, evidenceWords, planners } from './rules.ts';
import type { ItemRow, NewItem } from './schema.ts';

const most = 40;
const params = Type.Object({ number: Type.String({ maxLength: 40 }) });
const columns = [
  'position',
  'title',
  'weight',
  'unit',
  'planned_start',
  'planned_end',
  'depends_on',
  'evidence',
] as const;
/** A row of the form as it was typed. */
type Typed = Record<(typeof columns)[number], string>;
/** The form: `title.0`, `weight.0`, … for the first row. */
const PlanForm = Type.Record(Type.String({ maxLength: 40 }), Type.String({ maxLength: 400 }));

/** Planning a checklist: a row for each item, a few empty ones below; an emptied title takes an item off. */
export function addChecklistConsole(routes: Routes, site: Site): void {
  const config = { access: { roles: planners } } as const;
  const path = '/console/projects/:number/checklist';
  routes.get(path, { config, schema: { params, hide: true } }, (request, reply) =>
    show(site, request, reply),
  );
  routes.post(path, { config, schema: { params, body: PlanForm, hide: true } }, async (request, reply) => {
    const { number } = request.params;
    const { key = '' } = request.body;
    const typed = rowsOf(request.body);
    try {
      const actor = actorOf(request, 'console');
      const { project, entry_no } = await getStaffProject(site.db, actor, number);
      const naming = await readNaming(site.db.queries, entry_no);
      const items = typed
        .filter((row) => row.title.trim() !== '')
        .map((row) => readItem(row, project, naming));
      const reason = request.body.reason?.trim() || undefined;
      const entering = { actor, reason, idempotency_key: key || randomUUID() };
      await planItems(site.db, entering, [{ number, items }]);
      return reply.redirect(`${projectPath({ number })}#checklist`, 303);
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.kind === 'not_found') throw problem;
      return show(site, request, withProblem(reply, problem), {
        typed,
        reason: request.body.reason ?? '',
        problem,
      });
    }
  });
}

function rowsOf(form: Readonly<Record<string, string>>): Typed[] {
  const count = Object.keys(form).filter((name) => /^title\.\d{1,3}$/.test(name)).length;
  return Array.from(
    { length: Math.min(count, most) },
    (_, index) => Object.fromEntries(columns.map((name) => [name, form[`${name}.${index}`] ?? ''])) as Typed,
  );
}

function readItem(row: Typed, project: ProjectRow, naming: Naming): NewItem {
  const wrong = (text: string) =>
    new Problem('ledger/item_plan', 'invalid', {
      zh: `“${row.title}”：${text}`,
      en: `“${row.title}”: ${text}`,
    });
  const year = Number(project.start.slice(0, 4));
  const day = (name: 'planned_start' | 'planned_end') => {
    if (row[name].trim() === '') return null;
    const read = readDay(row[name], { edge: name === 'planned_start' ? 'first' : 'last', year });
    if (read?.kind === 'day') return read.day;
    throw wrong(`时间“${row[name]}”读不懂，请写成 2021-08-31 或 8月底。`);
  };
  const unit = row.unit.trim() ? naming.findUnit(row.unit) : undefined;
  if (unit && !('meaning' in unit)) throw wrong(`单位“${row.unit}”不在名录里或不唯一。`);
  const weight = row.weight.trim() || '1';
  if (!/^\d{1,6}(\.\d{1,2})?$/.test(weight)) throw wrong(`权重“${weight}”应是数字。`);
  const lead = naming.units.find((one) => one.id === project.unit_id)!.code;
  return {
    position: Number(row.position) || 0,
    title: row.title.trim().slice(0, 200),
    weight,
    unit_code: unit ? unit.meaning.code : lead,
    planned_start: day('planned_start'),
    planned_end: day('planned_end'),
    depends_on: (row.depends_on.match(/\d+/g) ?? []).map(Number),
    evidence_kinds: evidenceKindsIn(row.evidence),
  };
}

const widths: Record<keyof Typed, string> = {
  position: 'narrow',
  title: 'wide',
  weight: 'narrow',
  unit: 'middle',
  planned_start: '',
  planned_end: '',
  depends_on: 'narrow',
  evidence: 'middle',
};

async function show(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  asked: { typed?: Typed[]; reason?: string; problem?: Problem } = {},
): Promise<FastifyReply> {
  const { number } = request.params as { number: string };
  const actor = actorOf(request, 'console');
  const { project, items, entry_no } = await getStaffProject(site.db, actor, number);
  const naming = await readNaming(site.db.queries, entry_no);
  const stored = items.map((item) => typedOf(item, naming));
  const next = Math.max(0, ...items.map((item) => item.position));
  const empty = Array.from({ length: items.length === 0 ? 6 : 3 }, (_, index) => emptyRow(next + index + 1));
  const rows = asked.typed ?? [...stored, ...empty];
  const cell = (name: keyof Typed, label: string, row: Typed, index: number, list?: string) =>
    html`<td class="${widths[name]}" data-label="${label}"><input type="text" name="${name}.${index}" value="${row[name]}" aria-label="${label}，第 ${index + 1} 行" ${list ? html`list="${list}"` : ''} maxlength="400"></td>`;
  const body = html`<h1>编排执行清单</h1><p class="lead"><a href="${projectPath(project)}">${project.title}</a></p>
${errorSummary('zh', asked.problem)}
<form method="post" action="${projectPath(project, '/checklist')}" class="plan">${onceField(randomUUID())}
<p class="meta">权重是每项占的份量，进度 = 已核验事项的权重 ÷ 全部权重。佐证任一种即可，不能只认照片。清空“事项”会去掉还没开始的一项。</p>
<section class="scroll" tabindex="0" aria-label="执行清单"><table class="data"><caption><span class="hidden">执行清单</span></caption><thead><tr><th scope="col">序号</th><th scope="col">事项</th><th scope="col">权重</th><th scope="col">责任单位</th><th scope="col">计划开始</th><th scope="col">计划完成</th><th scope="col">在哪项之后</th><th scope="col">佐证</th></tr></thead>
<tbody>${rows.map(
    (row, index) =>
      html`<tr>${cell('position', '序号', row, index)}${cell('title', '事项', row, index)}${cell('weight', '权重', row, index)}${cell('unit', '责任单位', row, index, 'units')}${cell('planned_start', '计划开始', row, index)}${cell('planned_end', '计划完成', row, index)}${cell('depends_on', '在哪项之后', row, index)}${cell('evidence', '佐证', row, index)}</tr>`,
  )}</tbody></table></section>
<datalist id="units">${naming.units.map((unit) => html`<option value="${unit.name}"></option>`)}</datalist>
${project.state === 'in_progress' || project.state === 'completion_claimed' || project.state === 'verifying' ? textField({ name: 'reason', label: '调整理由', hint: '项目已在办：增减事项、改权重由区统筹办办理，须写理由。', value: asked.reason ?? '', maxlength: 400, error: fieldError('zh', asked.problem, 'note') }) : ''}
<div class="buttons">${button({ text: '保存清单' })}</div></form>`;
  const trail = [
    { href: '/console/projects', text: '项目台账' },
    { href: projectPath(project), text: project.title },
  ];
  return sendConsolePage(site, request, reply, { title: '编排执行清单', body, trail });
}

function typedOf(item: ItemRow, naming: Naming): Typed {
  return {
    position: String(item.position),
    title: item.title,
    weight: String(Number(item.weight)),
    unit: naming.unitName(item.unit_id),
    planned_start: item.planned_start ?? '',
    planned_end: item.planned_end ?? '',
    depends_on: (item.depends_on ?? []).join('、'),
    evidence: item.evidence_kinds.map((kind) => evidenceWords[kind].zh).join('、'),
  };
}

function emptyRow(position: number): Typed {
  const evidence = evidenceKindsIn('')
    .map((kind) => evidenceWords[kind].zh)
    .join('、');
  const none = { title: '', unit: '', planned_start: '', planned_end: '', depends_on: '' };
  return { position: String(position), weight: '1', evidence, ...none };
}
