import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendConsolePage } from '../console/layout.ts';
import { actorOf, type Routes } from '../identity/access.ts';
import { formAgain, largeFile, refuseInvalid, sentFile, typedTexts, withProblem } from '../kit/http.ts';
import { button, errorSummary, fieldError, fileField, onceField, textField } from '../kit/parts/form.ts';
import { Problem } from '../kit/problem.ts';
import { findFile } from '../ledger/evidence/files.ts';
import { sendKept } from '../ledger/evidence/serve.ts';
import type { Site } from '../portal/context.ts';
import { draftPath } from './draft-page.ts';
import { getDraft } from './examine.ts';
import { addPicture, describePicture, removePicture } from './pictures.ts';
import { bulletinReaders, bulletinWriters } from './rules.ts';
import type { Picture } from './scene.ts';
import type { Draft } from './schema.ts';
import { listPictures } from './store.ts';

const Key = Type.String({ minLength: 8, maxLength: 100 });
const Words = {
  alt: Type.String({ maxLength: 300 }),
  caption: Type.String({ maxLength: 200 }),
  source: Type.String({ maxLength: 100 }),
};
const NewPicture = Type.Object({ key: Key, ...Words, file: Type.Optional(Type.Any()) });
const Described = Type.Object({ key: Key, ...Words, do: Type.Optional(Type.Enum(['save', 'remove'])) });
const Id = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const params = Type.Object({ id: Id });
const one = Type.Object({ id: Id, position: Type.Integer({ minimum: 1, maximum: 999 }) });

/** The pictures of a draft: sent, described, taken off, looked at. */
export function addPictureConsole(routes: Routes, site: Site): void {
  const reading = { access: { roles: bulletinReaders } } as const;
  const writing = { access: { roles: bulletinWriters } } as const;
  const path = '/console/bulletins/drafts/:id/pictures';
  routes.get(path, { config: reading, schema: { params, hide: true } }, async (request, reply) =>
    show(site, request, reply, request.params.id),
  );
  routes.post(
    path,
    { config: { ...writing, ...largeFile }, schema: { params, body: NewPicture, hide: true }, ...formAgain },
    async (request, reply) =>
      attempt(site, request, reply, async () => {
        refuseInvalid(request);
        const { key, file, alt, caption, source } = request.body;
        const entering = { actor: actorOf(request, 'console'), idempotency_key: key };
        const sent = sentFile(file);
        const content = sent && { content: sent, name: sent.file_name };
        await addPicture(site.db, entering, request.params.id, content, { alt, caption, source });
      }),
  );
  routes.get(
    `${path}/:position`,
    { config: reading, schema: { params: one, hide: true } },
    async (request, reply) => {
      const { id, position } = request.params;
      const found = (await listPictures(site.db.queries, id)).find(
        (picture) => picture.position === position,
      );
      const file = found && (await findFile(site.db.queries, found.file_digest));
      return sendKept(reply, file, null, 'no-store');
    },
  );
  routes.post(
    `${path}/:position`,
    { config: writing, schema: { params: one, body: Described, hide: true }, ...formAgain },
    async (request, reply) =>
      attempt(site, request, reply, async () => {
        refuseInvalid(request);
        const { key, alt, caption, source } = request.body;
        const { id, position } = request.params;
        const entering = { actor: actorOf(request, 'console'), idempotency_key: key };
        if (request.body.do === 'remove') await removePicture(site.db, entering, id, position);
        else await describePicture(site.db, entering, id, position, { alt, caption, source });
      }),
  );
}

async function attempt(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  work: () => Promise<void>,
): Promise<FastifyReply> {
  const { id } = request.params as { id: number };
  try {
    await work();
    return reply.redirect(draftPath(id, '/pictures'), 303);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    return show(site, request, withProblem(reply, problem), id, problem, typedTexts(request.body));
  }
}

async function show(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  id: number,
  problem?: Problem,
  typed: Record<string, string> = {},
): Promise<FastifyReply> {
  const draft = await getDraft(site.db, id);
  const pictures = await listPictures(site.db.queries, id);
  const body = html`<h1>图片</h1>${errorSummary('zh', problem)}<p class="lead">在正文里单独一行写 [[picture 1]]，图片就放在那里。照片会去掉拍摄地点等信息后保存。</p>
${pictures.map((picture) => card(draft, picture))}${draft.state === 'draft' ? newForm(draft, problem, typed) : ''}`;
  const trail = [
    { href: '/console/bulletins', text: '公报发布' },
    { href: draftPath(id), text: `草稿 ${id}` },
  ];
  return sendConsolePage(site, request, reply, { title: '图片', body, trail });
}

function wordFields(at: string, values: Record<string, string>, problem?: Problem): HtmlSafeString[] {
  const fields = [
    ['caption', '图说', '写在图片下面'],
    ['source', '来源', '拍摄者或提供单位'],
    ['alt', '替代文字', '看不见图片的人听到的描述'],
  ] as const;
  return fields.map(([name, label, hint]) =>
    textField({
      name,
      id: `${name}-${at}`,
      label,
      hint,
      value: values[name] ?? '',
      maxlength: name === 'alt' ? 300 : name === 'caption' ? 200 : 100,
      error: fieldError('zh', problem, name),
    }),
  );
}

function card(draft: Draft, picture: Picture): HtmlSafeString {
  const { position, alt, caption, source, width, height } = picture;
  const path = draftPath(draft.id, `/pictures/${position}`);
  const shown = html`<img src="${path}" alt="${alt || `图 ${position}`}" width="${Math.round((180 * width) / height)}" height="180">`;
  if (draft.state !== 'draft')
    return html`<section class="picture-card"><h2>图 ${position}</h2>${shown}<p>${caption}（${source}）</p></section>`;
  return html`<section class="picture-card"><h2>图 ${position} <code>[[picture ${position}]]</code></h2>${shown}<form method="post" action="${path}" class="stack">${onceField(randomUUID())}${wordFields(String(position), { alt, caption, source })}<div class="buttons">${button({ text: '保存', kind: 'plain', name: 'do', value: 'save' })}${button({ text: '移除', kind: 'danger', name: 'do', value: 'remove' })}</div></form></section>`;
}

function newForm(draft: Draft, problem: Problem | undefined, typed: Record<string, string>): HtmlSafeString {
  return html`<h2>添加图片</h2><form method="post" enctype="multipart/form-data" action="${draftPath(draft.id, '/pictures')}" class="stack">${onceField(randomUUID())}${fileField(
    {
      name: 'file',
      label: '图片文件',
      accept: 'image/*',
      hint: 'JPG、PNG 等，最大 20 MB',
      error: fieldError('zh', problem, 'file'),
    },
  )}${wordFields('new', typed, problem)}${button({ text: '添加' })}</form>`;
}
