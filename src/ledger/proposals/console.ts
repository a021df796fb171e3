import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { sendConsolePage } from '../../console/layout.ts';
import { actorOf, type Routes, reaches, staffOf } from '../../identity/access.ts';
import { cutoffOf, dayOf } from '../../kit/clock.ts';
import { withProblem } from '../../kit/http.ts';
import {
  areaField,
  button,
  errorSummary,
  fieldError,
  onceField,
  selectField,
  textField,
} from '../../kit/parts/form.ts';
import { Problem } from '../../kit/problem.ts';
import type { Site } from '../../portal/context.ts';
import { readCell } from '../cells.ts';
import { type ColumnName, getColumn } from '../columns.ts';
import { coordinators, doers, proposalStates } from '../course.ts';
import { scopeOf } from '../list/console.ts';
import { readView } from '../list/query.ts';
import { listLedger } from '../list/store.ts';
import { type Naming, namingOf } from '../naming.ts';
import { projectPath } from '../page.ts';
import { ledgerReaders } from '../rules.ts';
import type { NewProject, ProjectRow } from '../schema.ts';
import { staffStateWords } from '../words.ts';
import { issueProjects, proposeProjects } from './actions.ts';

const path = '/console/proposals';
const most = 500;
const Key = Type.String({ minLength: 8, maxLength: 100 });
const proposers = [...doers, ...coordinators] as const;
const Text = (maxLength: number) => Type.Optional(Type.String({ maxLength }));
const Proposal = Type.Object({
  key: Key,
  title: Text(200),
  content: Text(4000),
  target: Text(1000),
  field_code: Text(60),
  area_code: Text(60),
  unit_id: Text(100),
  start: Text(60),
  deadline: Text(60),
  beneficiaries: Text(40),
  budget: Text(40),
  source_note: Text(1000),
});
type Proposal = Static<typeof Proposal>;

/** 梳理: what departments, towns and villages propose, and how it becomes a numbered list. */
export function addProposals(routes: Routes, site: Site): void {
  const read = { access: { roles: ledgerReaders } } as const;
  routes.get(path, { config: read, schema: { hide: true } }, async (request, reply) => {
    const { queries } = site.db;
    const actor = actorOf(request, 'console');
    const scope = await scopeOf(site, actor);
    const view = readView({ state: proposalStates.join(), sort: '-number' });
    const projects = await listLedger(queries, view, scope, most);
    const naming = await namingOf(site.db);
    const groups = Map.groupBy(projects, (project) => project.state);
    const holds = (roles: readonly string[]) =>
      staffOf(request).holdings.some((one) => roles.includes(one.role));
    const approved = groups.get('approved') ?? [];
    const body = html`<h1>申报和梳理</h1>
<p class="lead">申报 → 初审 → 汇总 → 审定 → 印发。审定的才计入“梳理”。</p>
<div class="tools">${holds(proposers) ? html`<a class="button" href="${path}/new">申报项目</a>` : ''}${holds(coordinators) && approved.length > 0 ? html`<a class="button plain" href="${path}/issue">印发清单（${approved.length} 个已审定）</a>` : ''}</div>
${projects.length === 0 ? html`<p>现在没有申报中的项目。</p>` : ''}
${proposalStates.map((state) => stateGroup(groups.get(state) ?? [], staffStateWords[state].zh, naming))}`;
    return sendConsolePage(site, request, reply, { title: '申报和梳理', body });
  });
  const propose = { access: { roles: proposers } } as const;
  routes.get(`${path}/new`, { config: propose, schema: { hide: true } }, (request, reply) =>
    showForm(site, request, reply, {}),
  );
  routes.post(
    `${path}/new`,
    { config: propose, schema: { body: Proposal, hide: true } },
    async (request, reply) => {
      const { key, ...typed } = request.body;
      try {
        const actor = actorOf(request, 'console');
        const naming = await namingOf(site.db);
        const proposal = readProposal(typed, naming, staffOf(request).unit_id);
        const { outcome } = await proposeProjects(site.db, { actor, idempotency_key: key }, [proposal]);
        return reply.redirect(projectPath({ number: outcome.numbers[0]! }), 303);
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        return showForm(site, request, withProblem(reply, problem), { typed, problem });
      }
    },
  );
  addIssue(routes, site);
}

function stateGroup(projects: readonly ProjectRow[], title: string, naming: Naming): HtmlSafeString | '' {
  if (projects.length === 0) return '';
  return html`<h2>${title} <span class="count">${projects.length}</span></h2><ul class="plain-list">${projects.map(
    (project) =>
      html`<li><a href="${projectPath(project)}">${project.title}</a> <span class="meta">${project.number} · ${naming.unitName(project.proposing_unit_id ?? project.unit_id)}申报 · 拟由${naming.unitName(project.unit_id)}牵头 · ${naming.fieldName(project.field_code)}</span></li>`,
  )}</ul>`;
}

interface Asked {
  typed?: Omit<Proposal, 'key'>;
  problem?: Problem;
}

async function showForm(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { typed = {}, problem }: Asked,
): Promise<FastifyReply> {
  const naming = await namingOf(site.db);
  const own = naming.units.find((unit) => unit.id === staffOf(request).unit_id);
  const error = (name: string) => fieldError('zh', problem, name);
  const field = (name: keyof typeof typed, label: string, value = '', hint?: string) =>
    textField({
      name,
      label,
      value: typed[name] ?? value,
      maxlength: 200,
      error: error(name),
      ...(hint && { hint }),
    });
  const units = naming.units.map((unit) => ({ value: unit.name, text: unit.name }));
  const areas = naming.areas.map((area) => ({ value: area.code, text: area.name }));
  const fields = naming.fields.map((one) => ({ value: one.title, text: one.title }));
  const body = html`<h1>申报项目</h1><p class="lead">${own?.name ?? ''}</p>${errorSummary('zh', problem)}
<form method="post" action="${path}/new" class="stack">${onceField(randomUUID())}
${field('title', '项目名称', '', '一句话说清为谁办什么事。')}
${areaField({ name: 'content', label: '主要内容', value: typed.content ?? '', rows: 3, maxlength: 4000, error: error('content') })}
${areaField({ name: 'target', label: '目标成效（可不填）', value: typed.target ?? '', rows: 2, maxlength: 1000, error: error('target') })}
${selectField({ name: 'field_code', label: '领域', value: typed.field_code ?? '', all: '请选择', options: fields, error: error('field_code') })}
${selectField({ name: 'area_code', label: '地区', value: typed.area_code ?? own?.area_code ?? '', options: areas, error: error('area_code') })}
${selectField({ name: 'unit_id', label: '拟由谁牵头', value: typed.unit_id ?? own?.name ?? '', options: units, error: error('unit_id') })}
${field('start', '开始时间', dayOf(new Date()))}
${field('deadline', '完成时限', '', '可写 8月31日、年底前、长期坚持。')}
${field('beneficiaries', '受益人数（可不填）')}
${field('budget', '预算，万元（可不填）')}
${areaField({ name: 'source_note', label: '来源（谁提出的、依据）', value: typed.source_note ?? '', rows: 2, maxlength: 1000, error: error('source_note') })}
${button({ text: '提交申报' })}</form>`;
  const trail = [{ href: path, text: '申报和梳理' }];
  return sendConsolePage(site, request, reply, { title: '申报项目', body, trail });
}

function readProposal(typed: Omit<Proposal, 'key'>, naming: Naming, own: number): Omit<NewProject, 'number'> {
  const year = Number(dayOf(new Date()).slice(0, 4));
  const fields: Record<string, Problem['text']> = {};
  const value = (name: ColumnName & keyof typeof typed): unknown => {
    const read = readCell(getColumn(name), typed[name] ?? '', { naming, year });
    if (read.kind === 'value') return read.value;
    fields[name] =
      read.kind === 'wrong'
        ? read.message
        : { zh: `请写明“${getColumn(name).title}”是哪一个。`, en: `Say which “${name}” is meant.` };
    return null;
  };
  const code = (id: unknown) => naming.units.find((unit) => unit.id === id)?.code ?? '';
  const title = value('title') as string;
  const deadline = value('deadline') as string | null;
  if (!deadline && !fields.deadline)
    fields.deadline = { zh: '请写完成时限，没有时限写“长期坚持”。', en: 'Give the deadline.' };
  const area_code = value('area_code') as string;
  const proposal = {
    title,
    content: (value('content') as string | null) ?? title,
    target: value('target') as string | null,
    field_code: value('field_code') as string,
    area_code,
    unit_code: code(value('unit_id')),
    start: (value('start') as string | null) ?? dayOf(new Date()),
    deadline: deadline ?? '',
    beneficiaries: value('beneficiaries') as number | null,
    budget: value('budget') as string | null,
    source_note: value('source_note') as string | null,
    source: 'request' as const,
    level: naming.areas.find((area) => area.code === area_code)?.level ?? ('district' as const),
    disclosure: 'public' as const,
    synthetic: false,
    proposing_unit_code: code(own),
    kind: deadline === 'infinity' ? ('standing' as const) : ('dated' as const),
  };
  const [first] = Object.values(fields);
  if (first) throw new Problem('ledger/proposal', 'invalid', first, fields);
  return proposal;
}

/** 印发: approved projects become a numbered list with a batch and a document. */
function addIssue(routes: Routes, site: Site): void {
  const config = { access: { roles: coordinators } } as const;
  const approvedOf = async (request: FastifyRequest) => {
    const scope = await scopeOf(site, actorOf(request, 'console'));
    const all = await listLedger(
      site.db.queries,
      readView({ state: 'approved', sort: 'number' }),
      scope,
      most,
    );
    return all.filter((project) => reaches(actorOf(request, 'console'), coordinators, project.unit_id));
  };
  const show = async (
    request: FastifyRequest,
    reply: FastifyReply,
    typed: Record<string, string> = {},
    problem?: Problem,
  ) => {
    const projects = await approvedOf(request);
    const form = html`<form method="post" action="${path}/issue" class="stack">${onceField(randomUUID())}
${textField({ name: 'batch', label: '批次', hint: '如：第四批', value: typed.batch ?? '', maxlength: 60, error: fieldError('zh', problem, 'batch') })}
${textField({ name: 'document_no', label: '印发文号', hint: '如：金办〔2021〕12号', value: typed.document_no ?? '', maxlength: 60, error: fieldError('zh', problem, 'document_no') })}
${textField({ name: 'issued_on', label: '印发日期', type: 'date', value: typed.issued_on ?? dayOf(new Date()), error: fieldError('zh', problem, 'issued_on') })}
<fieldset><legend>哪些项目（按这里的顺序编序号）</legend>${projects.map((project) => html`<label class="check"><input type="checkbox" name="number" value="${project.number}" checked> ${project.title} <span class="meta">${project.number}</span></label>`)}</fieldset>
${button({ text: '印发' })}</form>`;
    const body = html`<h1>印发清单</h1>${errorSummary('zh', problem)}<p class="lead">把已审定的项目编成一批印发，印发后即为立项。</p>
${projects.length === 0 ? html`<p>没有已审定、待印发的项目。</p><p><a class="button plain" href="${path}">回到申报和梳理</a></p>` : form}`;
    const trail = [{ href: path, text: '申报和梳理' }];
    return sendConsolePage(site, request, reply, { title: '印发清单', body, trail });
  };
  routes.get(`${path}/issue`, { config, schema: { hide: true } }, (request, reply) => show(request, reply));
  const body = Type.Object({
    key: Key,
    batch: Type.String({ maxLength: 60 }),
    document_no: Type.String({ maxLength: 60 }),
    issued_on: Type.String({ maxLength: 10 }),
    number: Type.Optional(Type.Array(Type.String({ maxLength: 40 }), { maxItems: most })),
  });
  routes.post(`${path}/issue`, { config, schema: { body, hide: true } }, async (request, reply) => {
    const { key, batch, document_no, issued_on, number: numbers = [] } = request.body;
    try {
      const required = { batch: '请写批次。', document_no: '请写印发文号。' };
      for (const [name, zh] of Object.entries(required)) {
        if (request.body[name as 'batch'].trim()) continue;
        const text = { zh, en: 'Required.' };
        throw new Problem('ledger/issue', 'invalid', text, { [name]: text });
      }
      if (numbers.length === 0)
        throw new Problem('ledger/issue', 'invalid', { zh: '请至少选一个项目。', en: 'Choose a project.' });
      const end = cutoffOf(issued_on);
      const issued_at = new Date(Math.min(end.getTime() - 6 * 3_600_000, Date.now()));
      const entering = { actor: actorOf(request, 'console'), idempotency_key: key };
      await issueProjects(
        site.db,
        entering,
        { batch: batch.trim(), document_no: document_no.trim(), issued_at },
        numbers,
      );
      return reply.redirect(`/console/projects?batch=${encodeURIComponent(batch.trim())}`, 303);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      return show(request, withProblem(reply, problem), { batch, document_no, issued_on }, problem);
    }
  });
}
