import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendConsolePage } from '../console/layout.ts';
import { currentHead } from '../journal/head.ts';
import { withProblem } from '../kit/http.ts';
import { button, errorSummary, fieldError, textField } from '../kit/parts/form.ts';
import { dataTable } from '../kit/parts/table.ts';
import { Problem } from '../kit/problem.ts';
import { listUnits } from '../units/actions.ts';
import { type Holding, type Routes, staffOf } from './access.ts';
import { roleNames } from './roles.ts';
import { logSecurity } from './security-log.ts';
import { changePassword } from './sign-in.ts';
import { passkeyButton } from './sign-in-forms.ts';
import { type Door, visitorOf } from './sign-in-pages.ts';
import { deletePasskey, listPasskeys } from './store.ts';
import { words } from './words.ts';

const Change = Type.Object({
  current: Type.String({ maxLength: 1000 }),
  password: Type.String({ maxLength: 1000 }),
});

/** The own account: who the system takes one for, what one may do, and how one signs in. */
export function addAccountPage(routes: Routes, door: Door): void {
  const config = { access: 'staff' } as const;
  routes.get('/account', { config, schema: { hide: true } }, (request, reply) => show(door, request, reply));
  const schema = { body: Change, hide: true };
  routes.post('/account/password', { config, schema }, async (request, reply) => {
    try {
      const { account_id } = staffOf(request);
      const cookies = await changePassword(door.sign_in, visitorOf(request), account_id, request.body);
      reply.header('set-cookie', cookies);
      return show(door, request, reply, { changed: true });
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      return show(door, request, withProblem(reply, problem), { problem });
    }
  });
  const params = Type.Object({ id: Type.String({ maxLength: 60 }) });
  routes.post(
    '/account/passkeys/:id/removal',
    { config, schema: { params, hide: true } },
    async (request, reply) => {
      const { account_id } = staffOf(request);
      await deletePasskey(door.site.db.queries, account_id, request.params.id);
      const record = { event: 'passkey_removed', success: true, account_id, address: request.ip } as const;
      await logSecurity(door.site.db.queries, record);
      return reply.redirect('/account', 303);
    },
  );
}

async function show(
  { site, passkeys }: Door,
  request: FastifyRequest,
  reply: FastifyReply,
  said: { changed?: boolean; problem?: Problem } = {},
): Promise<FastifyReply> {
  const { account_id, name, unit_id, holdings } = staffOf(request);
  const { entry_no } = await currentHead(site.db);
  const units = new Map((await listUnits(site.db.queries, entry_no)).map((unit) => [unit.id, unit.name]));
  const added = await listPasskeys(site.db.queries, account_id);
  const held = dataTable<Holding>({
    caption: words.roles.zh,
    caption_hidden: true,
    rows: holdings,
    columns: [
      { title: words.role.zh, cell: (row) => roleNames[row.role].zh },
      { title: words.held_for.zh, cell: (row) => `${units.get(row.unit_id)}及下属` },
    ],
  });
  const body = html`<h1>${words.account.zh}</h1>${errorSummary('zh', said.problem)}
${said.changed ? html`<div class="notice good" role="status"><p>${words.password_changed.zh}</p></div>` : ''}
<dl class="facts"><div><dt>${words.name.zh}</dt><dd>${name}</dd></div><div><dt>${words.unit.zh}</dt><dd>${units.get(unit_id)}</dd></div></dl>
<h2>${words.roles.zh}</h2>${held}
<h2>${words.change_password.zh}</h2>${passwordForm(said.problem)}
<h2>${words.passkeys.zh}</h2><p>${words.passkeys_lead.zh}</p>
${added.length ? html`<ul class="list">${added.map((one) => html`<li>${one.name ?? words.passkeys.zh} · ${one.created_on}<form method="post" action="/account/passkeys/${one.id}/removal"><button type="submit" class="link">${words.remove.zh}</button></form></li>`)}</ul>` : html`<p>${words.passkeys_none.zh}</p>`}
${
  passkeys
    ? passkeyButton({ way: 'add', text: words.passkey_add.zh, failed: words.passkey_failed.zh, with: name })
    : html`<p class="hint">${words.passkeys_need_name.zh}</p>`
}
<form method="post" action="/sign-out"><button type="submit" class="button plain">${words.sign_out.zh}</button></form>`;
  return sendConsolePage(site, request, reply, { title: words.account.zh, body });
}

function passwordForm(problem: Problem | undefined): HtmlSafeString {
  const field = (name: 'current' | 'password', label: string, autocomplete: string, hint?: string) =>
    textField({
      name,
      label,
      ...(hint && { hint }),
      value: '',
      type: 'password',
      autocomplete,
      error: fieldError('zh', problem, name),
    });
  return html`<form method="post" action="/account/password" class="stack">
${field('current', words.current_password.zh, 'current-password')}
${field('password', words.new_password.zh, 'new-password', words.password_hint.zh)}
${button({ text: words.change_password.zh, kind: 'plain' })}</form>`;
}
