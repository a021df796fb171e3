import { randomUUID } from 'node:crypto';
import { html } from '@prairielearn/html';
import { sql } from 'kysely';
import { Type } from 'typebox';
import { sendConsolePage } from '../../console/layout.ts';
import { actorOf, checkRole, type Routes } from '../../identity/access.ts';
import { currentHead } from '../../journal/head.ts';
import { write } from '../../journal/write.ts';
import { largeFile, sentFile, withProblem } from '../../kit/http.ts';
import { button, errorSummary, fieldError, fileField, onceField, textField } from '../../kit/parts/form.ts';
import { Problem } from '../../kit/problem.ts';
import { insertRows } from '../../kit/versioned.ts';
import type { Site } from '../../portal/context.ts';
import { coordinators } from '../course.ts';
import { keepSafely } from '../evidence/actions.ts';
import { findFile } from '../evidence/files.ts';
import { sendKept } from '../evidence/serve.ts';
import { ledgerReaders } from '../rules.ts';

const path = '/console/stamped-lists';

/** A printed list that came back stamped (盖章扫描件). */
interface StampedList {
  id: number;
  title: string;
  query: string;
  known_entry: number;
  file_digest: string;
  file_name: string;
}

/** The scans of stamped lists: which list it was, as known at which entry, and the scan itself. */
export function addStampedLists(routes: Routes, site: Site): void {
  const read = { access: { roles: ledgerReaders } } as const;
  const show = async (
    request: Parameters<typeof actorOf>[0],
    reply: Parameters<typeof withProblem>[0],
    problem?: Problem,
  ) => {
    const lists = (
      await sql<StampedList>`select * from stamped_list order by id desc limit 100`.execute(site.db.queries)
    ).rows;
    const office = !checkRole(actorOf(request, 'console'), coordinators);
    const form = html`<form method="post" action="${path}" enctype="multipart/form-data" class="stack">${onceField(randomUUID())}
${textField({ name: 'title', label: '这是哪份清单', hint: '如：2021年9月项目台账', value: '', maxlength: 100, error: fieldError('zh', problem, 'title') })}
${textField({ name: 'query', label: '打印时的网址条件（可不填）', hint: '从打印页地址里 ? 之后复制，便于以后打开同一份。', value: '', maxlength: 1000 })}
${fileField({ name: 'file', label: '盖章扫描件', hint: 'PDF 或照片，不超过 20 MB。', accept: '.pdf,image/*', error: fieldError('zh', problem, 'file') })}
${button({ text: '存档' })}</form>`;
    const body = html`<h1>盖章扫描件</h1>${errorSummary('zh', problem)}<p class="lead">打印、签字、盖章之后的清单扫描存档，和当时的数据版本放在一起。</p>
${lists.length ? html`<ul class="plain-list">${lists.map((one) => html`<li><a href="${path}/${one.id}/file">${one.title}</a> <span class="meta">数据版本 ${one.known_entry} · ${one.file_name}${one.query ? html` · <a href="/console/projects?${one.query}">对应的清单</a>` : ''}</span></li>`)}</ul>` : html`<p>还没有存档。</p>`}
${office ? html`<h2>存一份</h2>${form}` : ''}`;
    return sendConsolePage(site, request, reply, {
      title: '盖章扫描件',
      body,
      trail: [{ href: '/console/projects', text: '项目台账' }],
    });
  };
  routes.get(path, { config: read, schema: { hide: true } }, (request, reply) => show(request, reply));
  const body = Type.Object({
    key: Type.String({ minLength: 8, maxLength: 100 }),
    title: Type.String({ maxLength: 100 }),
    query: Type.String({ maxLength: 1000 }),
    file: Type.Optional(Type.Any()),
  });
  const config = { access: { roles: coordinators }, ...largeFile } as const;
  routes.post(path, { config, schema: { body, hide: true } }, async (request, reply) => {
    const { key, title, query, file } = request.body;
    try {
      const sent = sentFile(file);
      if (!title.trim()) throw wrong('title', '请写明是哪份清单。', 'Say which list it is.');
      if (!sent) throw wrong('file', '请选择扫描件。', 'Choose the scan.');
      const kept = await keepSafely(site.db, { content: sent, name: sent.file_name });
      const { entry_no: known_entry } = await currentHead(site.db);
      const actor = actorOf(request, 'console');
      const change = {
        actor,
        idempotency_key: key,
        action: 'ledger/stamped_list',
        subject: 'stamped_list',
        input: { title, query, digest: kept.digest },
      };
      await write(site.db, change, async (tx) => {
        const { account_id, unit_id } = actor;
        const { digest: file_digest, name: file_name, media_type } = kept;
        const row = {
          title: title.trim(),
          query,
          known_entry,
          file_digest,
          file_name,
          media_type,
          account_id,
          unit_id,
        };
        await insertRows(tx, 'stamped_list', [row]);
        return undefined;
      });
      return reply.redirect(path, 303);
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      return show(request, withProblem(reply, problem), problem);
    }
  });
  const params = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) });
  routes.get(`${path}/:id/file`, { config: read, schema: { params, hide: true } }, async (request, reply) => {
    const found = (
      await sql<StampedList>`select * from stamped_list where id = ${request.params.id}`.execute(
        site.db.queries,
      )
    ).rows[0];
    const file = found && (await findFile(site.db.queries, found.file_digest));
    return sendKept(reply, file, found?.file_name ?? null, 'no-store');
  });
}

function wrong(field: string, zh: string, en: string): Problem {
  const text = { zh, en };
  return new Problem('ledger/stamped_list', 'invalid', text, { [field]: text });
}
