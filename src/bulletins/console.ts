import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { addDays } from '../calendar/rules.ts';
import { sendConsolePage } from '../console/layout.ts';
import { isDemonstration } from '../demonstration.ts';
import { actorOf, type Routes } from '../identity/access.ts';
import { listPeople } from '../identity/actions.ts';
import { cutoffOf, cutoffText, dayOf } from '../kit/clock.ts';
import { formAgain, refuseInvalid, typedTexts, withProblem } from '../kit/http.ts';
import { button, errorSummary, fieldError, onceField, selectField, textField } from '../kit/parts/form.ts';
import { dataTable } from '../kit/parts/table.ts';
import { Problem } from '../kit/problem.ts';
import type { Site } from '../portal/context.ts';
import { audienceOf, type Bulletin, listAllBulletins, listTemplates } from './actions.ts';
import { type CourseSettings, checkWriter, stateName } from './course.ts';
import { draftPath } from './draft-page.ts';
import { createDraft } from './drafts.ts';
import { courseOf } from './examine.ts';
import { bulletinReaders, bulletinWriters, kindOf, kindOfStored, kinds, termLimits } from './rules.ts';
import type { Draft } from './schema.ts';
import { listDrafts } from './store.ts';
import { mostDrafts, waitingFor } from './waiting.ts';

const Begin = Type.Object({
  key: Type.String({ minLength: 8, maxLength: 100 }),
  template: Type.String({ minLength: 1, maxLength: 60 }),
  cutoff: Type.String({ maxLength: 40 }),
});
const title = '公报发布';
const path = '/console/bulletins';

/** The desk of bulletins: what waits for this person, what is under way, what was issued, and a new one to begin. */
export function addBulletinConsole(routes: Routes, site: Site): void {
  const reading = { access: { roles: bulletinReaders } } as const;
  routes.get(path, { config: reading, schema: { hide: true } }, async (request, reply) =>
    show(site, request, reply, {}),
  );
  routes.post(
    path,
    { config: { access: { roles: bulletinWriters } }, schema: { body: Begin, hide: true }, ...formAgain },
    async (request, reply) => {
      try {
        refuseInvalid(request);
        const { id } = await begin(site, request, request.body);
        return reply.redirect(draftPath(id), 303);
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        return show(site, request, withProblem(reply, problem), { ...typedTexts(request.body), problem });
      }
    },
  );
}

async function begin(site: Site, request: FastifyRequest, form: Static<typeof Begin>) {
  const { key, template, cutoff } = form;
  const found = (await listTemplates(site.db.queries)).find((one) => one.code === template);
  const kind = found?.kind ?? 'press';
  const entering = { actor: actorOf(request, 'console'), idempotency_key: key };
  const asked = {
    kind,
    audience: kindOf(kind).audience,
    template,
    title: '',
    text: '',
    cutoff: cutoffOf(cutoff),
    addressee: null,
    contact: null,
    term_days: kindOf(kind).needs.includes('term_days') ? termLimits.usual : null,
    synthetic: await isDemonstration(site.db),
  };
  return (await createDraft(site.db, site.registry, entering, asked)).outcome;
}

interface Typed {
  template?: string;
  cutoff?: string;
  key?: string;
  problem?: Problem;
}

async function show(site: Site, request: FastifyRequest, reply: FastifyReply, typed: Typed) {
  const actor = actorOf(request, 'console');
  const { queries } = site.db;
  const drafts = await listDrafts(queries, mostDrafts);
  const settings = await courseOf(site.db);
  const people = await listPeople(queries);
  const mine = await waitingFor(site.db, actor, drafts, settings);
  const rest = drafts.filter((draft) => !mine.includes(draft));
  const body = html`<h1>${title}</h1>${errorSummary('zh', typed.problem)}
${checkWriter(actor) ? '' : await beginForm(site, typed)}
${mine.length ? html`<h2>等您办理 <span class="count">${mine.length}</span></h2>${draftTable('等您办理', mine, settings, people)}` : ''}
<h2>起草和审核中 <span class="count">${rest.length}</span></h2>${rest.length ? draftTable('起草和审核中', rest, settings, people) : html`<p>没有在办的文稿。</p>`}
<h2>已发布</h2>${issuedTable(await listAllBulletins(queries, 30))}
<p><a href="${path}/templates">模板</a> · <a href="${path}/course">审核和签发设置</a> · <a href="${path}/writing">怎么写</a></p>`;
  return sendConsolePage(site, request, reply, { title, body });
}

async function beginForm(site: Site, typed: Typed): Promise<HtmlSafeString> {
  const templates = await listTemplates(site.db.queries);
  const options = Object.entries(kinds).flatMap(([kind, { zh }]) =>
    templates
      .filter((one) => one.kind === kind)
      .map((one) => ({
        value: one.code,
        text: one.title.startsWith(zh) ? one.title : `${zh}：${one.title}`,
      })),
  );
  return html`<form class="filters narrow" method="post" action="${path}">${onceField(typed.key ?? randomUUID())}
${selectField({ name: 'template', label: '起草什么', value: typed.template ?? '', options })}
${textField({
  name: 'cutoff',
  label: '截至',
  maxlength: 40,
  hint: '2021-09-03（当日24时）或 2021-09-03T09:00',
  value: typed.cutoff ?? addDays(dayOf(new Date()), -1),
  error: fieldError('zh', typed.problem, 'cutoff'),
})}
${button({ text: '起草' })}</form>`;
}

function draftTable(
  caption: string,
  drafts: readonly Draft[],
  settings: CourseSettings,
  people: Map<number, string>,
): HtmlSafeString {
  return dataTable({
    caption,
    caption_hidden: true,
    rows: drafts,
    columns: [
      {
        title: '文稿',
        cell: (one) =>
          html`<a href="${draftPath(one.id)}">${one.title.replace(/\[\[.*?\]\]/g, '…') || '（还没有标题）'}</a>`,
      },
      { title: '类型', cell: (one) => kindOf(one.kind).zh },
      { title: '状态', cell: (one) => stateName(one, settings) },
      { title: '截至', cell: (one) => cutoffText(one.cutoff, 'zh') },
      {
        title: '起草人',
        cell: (one) => (one.author_account_id !== null && people.get(one.author_account_id)) || '',
      },
    ],
  });
}

function issuedTable(bulletins: readonly Bulletin[]): HtmlSafeString {
  if (bulletins.length === 0) return html`<p>还没有发布公报。</p>`;
  return dataTable({
    caption: '已发布',
    caption_hidden: true,
    rows: bulletins,
    columns: [
      { title: '公报', cell: (one) => html`<a href="${path}/${one.number}">${one.title}</a>` },
      { title: '编号', cell: (one) => one.number },
      { title: '类型', cell: (one) => kindOf(kindOfStored(one.kind)).zh },
      { title: '给谁看', cell: (one) => (audienceOf(one) === 'public' ? '公开' : '内部') },
      { title: '截至', cell: (one) => cutoffText(one.cutoff, 'zh') },
      { title: '状态', cell: (one) => (one.withdrawn_at ? '已撤稿' : '') },
    ],
  });
}
