import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendConsolePage } from '../console/layout.ts';
import { isDemonstration } from '../demonstration.ts';
import { actorOf, checkRole, type Entitled, type Routes } from '../identity/access.ts';
import { formAgain, refuseInvalid, typedTexts, withProblem } from '../kit/http.ts';
import { areaField, button, errorNotice, fieldError, onceField } from '../kit/parts/form.ts';
import { Problem } from '../kit/problem.ts';
import { findFile } from '../ledger/evidence/files.ts';
import { sendKept } from '../ledger/evidence/serve.ts';
import type { Site } from '../portal/context.ts';
import {
  audienceOf,
  type Bulletin,
  findAnyBulletin,
  findSuccessor,
  unknownBulletin,
  withdraw,
} from './actions.ts';
import { bulletinArticle } from './bulletin-page.ts';
import { draftPath } from './draft-page.ts';
import { createCorrection } from './drafts.ts';
import { bulletinReaders, bulletinWriters, withdrawers } from './rules.ts';
import { findDraftOf, hasPicture } from './store.ts';

const Key = Type.String({ minLength: 8, maxLength: 100 });
const params = Type.Object({ number: Type.String({ maxLength: 40 }) });
const Correction = Type.Object({ key: Key, reason: Type.String({ maxLength: 500 }) });
const Withdrawal = Type.Object({
  key: Key,
  reason: Type.String({ maxLength: 500 }),
  mask_title: Type.Optional(Type.Literal('on')),
});

/** An issued bulletin for staff: read, corrected, taken back. Papers for staff have their only page here. */
export function addIssuedConsole(routes: Routes, site: Site): void {
  const reading = { access: { roles: bulletinReaders } } as const;
  const path = '/console/bulletins/:number';
  routes.get(path, { config: reading, schema: { params, hide: true } }, async (request, reply) =>
    show(site, request, reply, request.params.number, {}),
  );
  const pictured = Type.Object({ digest: Type.String({ pattern: '^[0-9a-f]{64}$' }) });
  routes.get(
    '/console/bulletins/pictures/:digest',
    { config: reading, schema: { params: pictured, hide: true } },
    async (request, reply) => {
      const { digest } = request.params;
      const file = (await hasPicture(site.db.queries, digest))
        ? await findFile(site.db.queries, digest)
        : undefined;
      return sendKept(reply, file, null, 'no-store');
    },
  );
  routes.post(
    `${path}/correction`,
    {
      config: { access: { roles: bulletinWriters } },
      schema: { params, body: Correction, hide: true },
      ...formAgain,
    },
    async (request, reply) =>
      attempt(site, request, reply, 'correction', async (actor) => {
        refuseInvalid(request);
        const { key, reason } = request.body;
        const entering = { actor, idempotency_key: key };
        const asked = { number: request.params.number, reason, synthetic: await isDemonstration(site.db) };
        return draftPath((await createCorrection(site.db, site.registry, entering, asked)).outcome.id);
      }),
  );
  routes.post(
    `${path}/withdrawal`,
    {
      config: { access: { roles: withdrawers } },
      schema: { params, body: Withdrawal, hide: true },
      ...formAgain,
    },
    async (request, reply) =>
      attempt(site, request, reply, 'withdrawal', async (actor) => {
        refuseInvalid(request);
        const { key, reason, mask_title } = request.body;
        const { number } = request.params;
        await withdraw(
          site.db,
          { actor, idempotency_key: key },
          { number, reason, mask_title: mask_title === 'on' },
        );
        return `/console/bulletins/${number}`;
      }),
  );
}

interface Refused {
  form?: 'correction' | 'withdrawal';
  problem?: Problem;
  reason?: string;
}

async function attempt(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  form: 'correction' | 'withdrawal',
  work: (actor: Entitled) => Promise<string>,
): Promise<FastifyReply> {
  try {
    return reply.redirect(await work(actorOf(request, 'console')), 303);
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    const { number } = request.params as { number: string };
    const { reason } = typedTexts(request.body);
    const refused = { form, problem, ...(reason !== undefined && { reason }) };
    return show(site, request, withProblem(reply, problem), number, refused);
  }
}

async function show(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  number: string,
  refused: Refused,
): Promise<FastifyReply> {
  const bulletin = await findAnyBulletin(site.db.queries, number);
  if (!bulletin) throw unknownBulletin();
  const successor = await findSuccessor(site.db.queries, number);
  const base = audienceOf(bulletin) === 'public' ? '/bulletins' : '/console/bulletins';
  const { registry } = site;
  const article = await bulletinArticle({ bulletin, successor, registry, language: 'zh', base });
  const draft = await findDraftOf(site.db.queries, number);
  const body = html`<div class="two-columns"><aside><h2>办理</h2>
${base === '/bulletins' ? html`<p><a href="/bulletins/${number}">公开页面</a></p>` : html`<p>内部文稿，不在公众网站发布。</p>`}
${draft ? html`<p><a href="${draftPath(draft.id)}">起草和审核经过</a></p>` : ''}
${forms(bulletin, successor !== undefined, actorOf(request, 'console'), refused)}</aside><div class="main-column">${article}</div></div>`;
  const trail = [{ href: '/console/bulletins', text: '公报发布' }];
  return sendConsolePage(site, request, reply, { title: number, body, trail });
}

function forms(bulletin: Bulletin, superseded: boolean, actor: Entitled, refused: Refused) {
  const { number } = bulletin;
  const of = (form: 'correction' | 'withdrawal') => (refused.form === form ? refused : {});
  const field = (form: 'correction' | 'withdrawal', label: string) => {
    const { problem, reason } = of(form);
    return areaField({
      name: 'reason',
      id: `${form}-reason`,
      label,
      value: reason ?? '',
      rows: 2,
      maxlength: 500,
      error: fieldError('zh', problem, 'reason'),
    });
  };
  const open = (form: 'correction' | 'withdrawal') => (of(form).problem ? html`open` : '');
  const corrects = !superseded && !checkRole(actor, bulletinWriters);
  const takesBack = !bulletin.withdrawn_at && !checkRole(actor, withdrawers);
  const parts: (HtmlSafeString | '')[] = [
    corrects
      ? html`<details class="act" ${open('correction')}><summary>更正</summary><form method="post" action="/console/bulletins/${number}/correction" class="stack">${onceField(randomUUID())}${errorNotice(of('correction').problem)}<p class="hint">按原文起草一份更正，审核签发后取代这一份；两份都保留，互相注明。</p>${field('correction', '更正理由（公开显示）')}${button({ text: '起草更正', kind: 'plain' })}</form></details>`
      : '',
    takesBack
      ? html`<details class="act" ${open('withdrawal')}><summary>撤稿</summary><form method="post" action="/console/bulletins/${number}/withdrawal" class="stack">${onceField(randomUUID())}${errorNotice(of('withdrawal').problem)}<p class="hint">正文、图片和文件立即从所有页面撤下，编号和理由保留。不能恢复。</p>${field('withdrawal', '撤稿理由（公开显示，不要写个人信息）')}<p><label><input type="checkbox" name="mask_title"> 同时隐去标题</label></p>${button({ text: '立即撤稿', kind: 'danger' })}</form></details>`
      : '',
  ];
  return parts;
}
