import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendConsolePage } from '../../console/layout.ts';
import { actorOf, checkRole, type Entitled, type Routes, staffOf } from '../../identity/access.ts';
import type { Role } from '../../identity/roles.ts';
import { largeFile, sentFile, withProblem } from '../../kit/http.ts';
import { button, errorSummary, fieldError, fileField, onceField, textField } from '../../kit/parts/form.ts';
import { Problem, refuseIf } from '../../kit/problem.ts';
import type { Site } from '../../portal/context.ts';
import { coordinators } from '../course.ts';
import { keepSafely } from '../evidence/actions.ts';
import { findFile } from '../evidence/files.ts';
import { sendKept } from '../evidence/serve.ts';
import { ledgerReaders } from '../rules.ts';
import { keepStampedList, stampedListWrong } from './actions.ts';
import { findStampedList, listStampedLists, type StampedList } from './store.ts';

const path = '/console/stamped-lists';
const mostListed = 100;

/** A stamped list is one of the whole district, so it is for who looks after or over the whole; and for who kept it. */
export const stampedListReaders = [
  'coordinator',
  'district_leader',
  'liaison',
  'inspector',
  'publisher',
] as const satisfies readonly Role[];

const Printed = {
  title: Type.Optional(Type.String({ maxLength: 100 })),
  query: Type.Optional(Type.String({ maxLength: 3000 })),
  entry: Type.Optional(Type.String({ pattern: '^\\d{0,15}$' })),
};

/** The form that keeps a scan, about what was printed. */
export function stampedListPath(query: string, entry_no: number): string {
  return `${path}?${new URLSearchParams({ query, entry: String(entry_no) })}#keep`;
}

/** The scans of stamped lists: which list it was, as known at which entry, and the scan itself. */
export function addStampedLists(routes: Routes, site: Site): void {
  const read = { access: { roles: ledgerReaders } } as const;
  const querystring = Type.Object(Printed);
  routes.get(path, { config: read, schema: { querystring, hide: true } }, (request, reply) =>
    show(site, request, reply, request.query),
  );
  const body = Type.Object({
    ...Printed,
    key: Type.String({ minLength: 8, maxLength: 100 }),
    file: Type.Optional(Type.Any()),
  });
  const config = { access: { roles: coordinators }, ...largeFile } as const;
  routes.post(path, { config, schema: { body, hide: true } }, async (request, reply) => {
    const { key, title = '', query = '', entry = '', file } = request.body;
    try {
      const sent = sentFile(file);
      if (!sent) throw stampedListWrong('file', '请选择扫描件。', 'Choose the scan.');
      const kept = await keepSafely(site.db, { content: sent, name: sent.file_name });
      const entering = { actor: actorOf(request, 'console'), idempotency_key: key };
      // Whoever copies an address by hand may copy all of it.
      const conditions = query.trim().replace(/^[^?]*\?/, '');
      const printed = { title, query: conditions, known_entry: entry ? Number(entry) : undefined };
      await keepStampedList(site.db, entering, printed, kept);
      return reply.redirect(path, 303);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      return show(site, request, withProblem(reply, problem), { title, query, entry }, problem);
    }
  });
  const params = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) });
  routes.get(`${path}/:id/file`, { config: read, schema: { params, hide: true } }, async (request, reply) => {
    const found = await findStampedList(site.db.queries, request.params.id);
    const actor = actorOf(request, 'console');
    if (found?.account_id !== actor.account_id) refuseIf(checkRole(actor, stampedListReaders));
    const file = found && (await findFile(site.db.queries, found.file_digest));
    return sendKept(reply, file, found?.file_name ?? null, 'no-store');
  });
}

interface Asked {
  title?: string;
  query?: string;
  entry?: string;
}

async function show(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  asked: Asked,
  problem?: Problem,
): Promise<FastifyReply> {
  // The form's own route is for fewer roles than the page, so the person is asked rather than the route's actor.
  const person = staffOf(request);
  const own = checkRole(person, stampedListReaders) ? person.account_id : undefined;
  const lists = await listStampedLists(site.db.queries, own, mostListed);
  const office = !checkRole(person, coordinators);
  const body = html`<h1>盖章扫描件</h1>${errorSummary('zh', problem)}<p class="lead">打印、签字、盖章之后的清单扫描存档，和当时的数据版本放在一起。</p>
${lists.length ? html`<ul class="plain-list">${lists.map(listed)}</ul>` : html`<p>还没有存档。</p>`}
${lists.length === mostListed ? html`<p class="meta">只列出最近 ${mostListed} 份。</p>` : ''}
${office ? html`<h2 id="keep">存一份</h2>${form(asked, problem)}` : ''}`;
  return sendConsolePage(site, request, reply, {
    title: '盖章扫描件',
    body,
    trail: [{ href: '/console/projects', text: '项目台账' }],
  });
}

function listed(one: StampedList): HtmlSafeString {
  const list = one.query
    ? html` · <a href="/console/projects?${one.query}">对应的清单（现在的样子）</a>`
    : '';
  return html`<li><a href="${path}/${one.id}/file">${one.title}</a> <span class="meta">数据版本 ${one.known_entry} · ${one.file_name}${list}</span></li>`;
}

function form({ title = '', query = '', entry = '' }: Asked, problem: Problem | undefined): HtmlSafeString {
  const error = (name: string) => fieldError('zh', problem, name);
  const printed = entry
    ? html`<p>打印的是<a href="/console/projects${query ? `?${query}` : ''}">这份清单</a>，数据版本 ${entry}。</p><input type="hidden" name="query" value="${query}"><input type="hidden" name="entry" value="${entry}">`
    : textField({
        name: 'query',
        label: '打印页的网址（可不填）',
        hint: '从打印页上的“存盖章扫描件”进来就不用填。',
        value: query,
        maxlength: 3000,
      });
  return html`<form method="post" action="${path}" enctype="multipart/form-data" class="stack">${onceField(randomUUID())}${printed}
${textField({ name: 'title', label: '这是哪份清单', hint: '如：2021年9月项目台账', value: title, maxlength: 100, error: error('title') })}
${fileField({ name: 'file', label: '盖章扫描件', hint: 'PDF 或照片，不超过 20 MB。', accept: '.pdf,image/*', error: error('file') })}
${button({ text: '存档' })}</form>`;
}

/** Whether somebody sees the stamped lists of the whole district. */
export function seesStampedLists(actor: Pick<Entitled, 'holdings'>): boolean {
  return !checkRole(actor, stampedListReaders);
}
