import { html } from '@prairielearn/html';
import { sendConsolePage } from '../console/layout.ts';
import { currentHead } from '../journal/head.ts';
import { dataTable } from '../kit/parts/table.ts';
import { listUnits } from '../units/actions.ts';
import { type Holding, type Routes, staffOf } from './access.ts';
import { roleNames } from './roles.ts';
import { type Door, passkeyButton } from './sign-in-pages.ts';
import { listPasskeys } from './store.ts';
import { words } from './words.ts';

/** The own account: who the system takes one for, what one may do, and how one signs in. */
export function addAccountPage(routes: Routes, { site, passkeys }: Door): void {
  const config = { access: 'staff' } as const;
  routes.get('/account', { config, schema: { hide: true } }, async (request, reply) => {
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
    const body = html`<h1>${words.account.zh}</h1>
<dl class="facts"><div><dt>${words.name.zh}</dt><dd>${name}</dd></div><div><dt>${words.unit.zh}</dt><dd>${units.get(unit_id)}</dd></div></dl>
<h2>${words.roles.zh}</h2>${held}
<h2>${words.passkeys.zh}</h2><p>${words.passkeys_lead.zh}</p>
${added.length ? html`<ul class="list">${added.map((one) => html`<li>${one.name ?? words.passkeys.zh} · ${one.created_on}</li>`)}</ul>` : html`<p>${words.passkeys_none.zh}</p>`}
${
  passkeys
    ? passkeyButton({ way: 'add', text: words.passkey_add.zh, failed: words.passkey_failed.zh, with: name })
    : html`<p class="hint">${words.passkeys_need_name.zh}</p>`
}
<form method="post" action="/sign-out"><button type="submit" class="button plain">${words.sign_out.zh}</button></form>`;
    return sendConsolePage(site, request, reply, { title: words.account.zh, body });
  });
}
