import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { listAreas, listKeptSuccessions, planSuccession, succeedAreas } from '../areas/actions.ts';
import { readSuccession, type TypedSuccession } from '../areas/reading.ts';
import { linksOf } from '../areas/rules.ts';
import type { Succession } from '../areas/schema.ts';
import { actorOf, type Routes } from '../identity/access.ts';
import { namesOfAccounts } from '../identity/actions.ts';
import { currentHead } from '../journal/head.ts';
import { dayText, isDay, momentText } from '../kit/clock.ts';
import { withProblem } from '../kit/http.ts';
import { areaField, button, errorSummary, fieldError, onceField, textField } from '../kit/parts/form.ts';
import { dataTable } from '../kit/parts/table.ts';
import { Problem } from '../kit/problem.ts';
import type { Site } from '../portal/context.ts';
import { listUnits } from '../units/actions.ts';
import { sendConsolePage } from './layout.ts';
import { areaKeepers } from './rules.ts';
import { words } from './words.ts';

const path = '/console/areas';
const longest = 4000;
const typed = {
  on_day: Type.String({ maxLength: 10 }),
  ending: Type.String({ maxLength: longest }),
  beginning: Type.String({ maxLength: longest }),
  links: Type.Optional(Type.String({ maxLength: longest })),
  note: Type.String({ maxLength: 300 }),
};
const Asked = Type.Object({
  key: Type.String({ minLength: 8, maxLength: 100 }),
  do: Type.Enum(['look', 'save', 'edit']),
  ...typed,
});

interface Said {
  typed?: TypedSuccession;
  problem?: Problem;
  planned?: Succession;
  saved?: boolean;
}

/** 区划调整: splitting, merging and moving towns and villages, looked at before it is entered; and what was done, by whom. */
export function addAreaConsole(routes: Routes, site: Site): void {
  const config = { access: { roles: areaKeepers } } as const;
  const querystring = Type.Object({ saved: Type.Optional(Type.String({ maxLength: 5 })) });
  routes.get(path, { config, schema: { querystring, hide: true } }, (request, reply) =>
    show(site, request, reply, { saved: request.query.saved === '1' }),
  );
  routes.post(path, { config, schema: { body: Asked, hide: true } }, async (request, reply) => {
    const { key, do: step, links = '', ...rest } = request.body;
    const typed = { links, ...rest };
    if (step === 'edit') return show(site, request, reply, { typed });
    try {
      const { entry_no } = await currentHead(site.db);
      const planned = readSuccession(checked(typed), await listAreas(site.db.queries, entry_no));
      if (step === 'look') {
        await planSuccession(site.db, planned);
        return show(site, request, reply, { typed, planned });
      }
      await succeedAreas(site.db, actorOf(request, 'console'), planned, key);
      return reply.redirect(`${path}?saved=1`, 303);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      return show(site, request, withProblem(reply, problem), { typed, problem });
    }
  });
}

/** The day and the document are wanted of everybody who is not the command line. */
function checked(typed: TypedSuccession): TypedSuccession {
  const missing = (field: string, zh: string, en: string) => {
    throw new Problem('areas/missing', 'invalid', { zh, en }, { [field]: { zh, en } });
  };
  if (!isDay(typed.on_day)) missing('on_day', '请选从哪一天起。', 'Choose the first day.');
  if (!typed.note.trim()) missing('note', '请写依据的文件。', 'Name the document that orders it.');
  return typed;
}

async function show(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  { typed, problem, planned, saved }: Said,
): Promise<FastifyReply> {
  const body = html`<h1>${words.areas.zh}</h1>${saved ? html`<p class="notice good" role="status">已办理。以前的数据仍算在原区划名下；从那一天起填报和登记用新的区划。</p>` : ''}${errorSummary('zh', problem)}
${planned && typed ? await preview(site, planned, typed) : form(typed, problem)}
${await history(site)}`;
  return sendConsolePage(site, request, reply, { title: words.areas.zh, body });
}

function form(typed: TypedSuccession | undefined, problem: Problem | undefined): HtmlSafeString {
  const field = (name: keyof TypedSuccession) => ({
    name,
    value: typed?.[name] ?? '',
    maxlength: longest,
    error: fieldError('zh', problem, name),
  });
  return html`<p class="lead">拆分、合并、划转、变更代码都在这里办：原区划终止，新区划接替。区划不改名、代码不复用，所以以前的数字不会变。</p>
<form method="post" action="${path}" class="stack narrow">${onceField(randomUUID())}
${textField({ ...field('on_day'), label: '从哪一天起', type: 'date', maxlength: 10 })}
${areaField({ ...field('ending'), label: '哪些区划终止', hint: '每行一个代码或名称；镇终止时，它的村（居）也要写上' })}
${areaField({ ...field('beginning'), label: '由哪些区划接替', hint: '每行一个：代码 名称 英文名（可不写）。拆分写多行，合并写一行；划转到别的镇，写那个镇的代码开头的新代码' })}
<details ${typed?.links || problem?.code === 'areas/succession' ? html`open` : ''}><summary>几个变成几个时：谁变成谁</summary>${areaField({ ...field('links'), label: '谁变成谁', hint: '每行一对：原代码 新代码' })}</details>
${textField({ ...field('note'), label: '依据的文件', hint: '如：珠府函〔2022〕1号；会记入操作记录', maxlength: 300 })}
${button({ text: '先看一看', name: 'do', value: 'look' })}</form>`;
}

/** What would become of what, and what to do after it; nothing is changed until it is confirmed. */
async function preview(site: Site, planned: Succession, typed: TypedSuccession): Promise<HtmlSafeString> {
  const { entry_no } = await currentHead(site.db);
  const areas = new Map((await listAreas(site.db.queries, entry_no)).map((area) => [area.code, area.name]));
  for (const { code, name } of planned.beginning) areas.set(code, name);
  const name = (code: string) => `${areas.get(code) ?? ''}（${code}）`;
  const units = (await listUnits(site.db.queries, entry_no)).filter(({ area_code }) =>
    planned.ending.includes(area_code),
  );
  const kept = (field: keyof TypedSuccession) =>
    html`<input type="hidden" name="${field}" value="${typed[field]}">`;
  return html`<h2>将要这样调整</h2><p>从${dayText(planned.on_day, 'zh')}起，${planned.ending.length} 个区划终止，${planned.beginning.length} 个区划接替。依据：${planned.note}。</p>
${dataTable({
  caption: '将要这样调整',
  caption_hidden: true,
  rows: linksOf(planned),
  columns: [
    { title: '原区划', cell: (link) => name(link.from_code) },
    { title: '', cell: () => '→' },
    { title: '接替的区划', cell: (link) => name(link.to_code) },
  ],
})}
<ul class="list"><li>这一天以前的项目、填报数仍算在原区划名下，已发布的数字不变。</li><li>床位、人口这类现有数：接替的区划都报了以前，仍按原区划最后一次的数计。</li>${units.length > 0 ? html`<li>这些单位还在原区划名下，请随后调整：${units.map((unit) => unit.short_name).join('、')}。</li>` : ''}</ul>
<form method="post" action="${path}" class="stack">${onceField(randomUUID())}${kept('on_day')}${kept('ending')}${kept('beginning')}${kept('links')}${kept('note')}
<div class="buttons">${button({ text: '确认办理', name: 'do', value: 'save' })}${button({ text: '返回修改', kind: 'plain', name: 'do', value: 'edit' })}</div></form>`;
}

async function history(site: Site): Promise<HtmlSafeString> {
  const { queries } = site.db;
  const kept = await listKeptSuccessions(queries);
  if (kept.length === 0) return html`<h2>办理过的调整</h2><p>还没有调整过。</p>`;
  const people = await namesOfAccounts(queries);
  const { entry_no } = await currentHead(site.db);
  const areas = new Map((await listAreas(queries, entry_no)).map((area) => [area.code, area.name]));
  const name = (code: string) => `${areas.get(code) ?? ''}（${code}）`;
  return html`<h2>办理过的调整</h2>${dataTable({
    caption: '办理过的调整',
    caption_hidden: true,
    rows: kept,
    columns: [
      { title: '从哪一天起', cell: (row) => row.on_day },
      { title: '原区划', cell: (row) => name(row.from_code) },
      { title: '接替的区划', cell: (row) => name(row.to_code) },
      { title: '依据', cell: (row) => row.note ?? '' },
      { title: '谁办理的', cell: (row) => people.get(row.actor) ?? '系统' },
      { title: '办理时间', cell: (row) => momentText(row.at) },
      { title: '数据版本', cell: (row) => row.since_entry, numeric: true },
    ],
  })}`;
}
