import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { sendConsolePage, staffView } from '../console/layout.ts';
import { currentHead } from '../journal/head.ts';
import { withProblem } from '../kit/http.ts';
import { button, errorSummary, fileField, onceField, selectField, textField } from '../kit/parts/form.ts';
import { dataTable } from '../kit/parts/table.ts';
import { Problem } from '../kit/problem.ts';
import type { Site } from '../portal/context.ts';
import { listUnits, type UnitRow } from '../units/actions.ts';
import { actorOf, type Routes, reaches, staffOf, unitsWithin } from './access.ts';
import {
  type Account,
  addAccounts,
  endRole,
  getKeptAccount,
  getSeenAccount,
  grantRole,
  listAccounts,
  listHoldings,
  type RoleHolding,
  setDisabled,
} from './actions.ts';
import { issueLink } from './links.ts';
import { roleNames, roles } from './roles.ts';
import { accountKeepers, accountReaders } from './rules.ts';
import { AccountParams, AccountsForm, Key, RoleForm } from './schema.ts';
import { accountColumns, readAccounts } from './sheet.ts';
import { words } from './words.ts';

const trail = [{ href: '/console/accounts', text: words.accounts.zh }];
const readers = { access: { roles: accountReaders } } as const;
const keepers = { access: { roles: accountKeepers } } as const;

/** The accounts of the units that an administrator's role reaches: list, import, links, roles, closing. */
export function addAccountConsole(routes: Routes, site: Site): void {
  const query = Type.Object({ q: Type.Optional(Type.String({ maxLength: 100 })) });
  routes.get(
    '/console/accounts',
    { config: readers, schema: { querystring: query, hide: true } },
    (request, reply) => showAccounts(site, request, reply),
  );
  routes.post(
    '/console/accounts',
    { config: keepers, schema: { body: AccountsForm, hide: true }, bodyLimit: 600_000 },
    async (request, reply) => {
      const { key, file } = request.body;
      try {
        const accounts = await readAccounts(Buffer.from(file));
        const entering = { actor: actorOf(request, 'console'), idempotency_key: key };
        const { added } = (await addAccounts(site.db, entering, accounts)).outcome;
        return showAccounts(site, request, reply, {
          done: `已添加 ${added} 个账号。请为每人生成一次性登录链接。`,
        });
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        return showAccounts(site, request, withProblem(reply, problem), { problem });
      }
    },
  );
  addAccount(routes, site);
}

function addAccount(routes: Routes, site: Site): void {
  const path = '/console/accounts/:id';
  const once = { params: AccountParams, body: Type.Object({ key: Key }), hide: true };
  routes.get(path, { config: readers, schema: { params: AccountParams, hide: true } }, (request, reply) =>
    showAccount(site, request, reply, request.params.id),
  );
  routes.post(`${path}/link`, { config: keepers, schema: once }, async (request, reply) => {
    const actor = actorOf(request, 'console');
    const account = await getKeptAccount(site.db.queries, actor, request.params.id);
    const by = staffOf(request).account_id;
    const link = await issueLink(site.db, { account_id: account.id, purpose: 'setup', hours: 72, by });
    return showAccount(site, request, reply, account.id, { link });
  });
  for (const [name, disabled] of [
    ['closing', true],
    ['opening', false],
  ] as const) {
    routes.post(`${path}/${name}`, { config: readers, schema: once }, (request, reply) =>
      change(site, request, reply, request.params.id, (entering) =>
        setDisabled(site.db, { ...entering, address: request.ip }, request.params.id, disabled),
      ),
    );
  }
  const grant = { params: AccountParams, body: RoleForm, hide: true };
  routes.post(`${path}/roles`, { config: readers, schema: grant }, (request, reply) => {
    const { role, unit_code, for_login } = request.body;
    const holding = { role, ...(unit_code && { unit_code }), ...(for_login && { for_login }) };
    return change(site, request, reply, request.params.id, (entering) =>
      grantRole(site.db, entering, request.params.id, holding),
    );
  });
  const ended = {
    ...once,
    params: Type.Intersect([AccountParams, Type.Object({ holding: AccountParams.properties.id })]),
  };
  routes.post(`${path}/roles/:holding/end`, { config: readers, schema: ended }, (request, reply) =>
    change(site, request, reply, request.params.id, (entering) =>
      endRole(site.db, entering, request.params.id, request.params.holding),
    ),
  );
}

/** What was typed when a role was to be given. */
type Asked = Partial<Static<typeof RoleForm>>;

/** Makes a change of an account and shows the account again, with what was wrong if it was refused. */
async function change(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  account_id: number,
  make: (entering: { actor: ReturnType<typeof actorOf>; idempotency_key: string }) => Promise<unknown>,
): Promise<FastifyReply> {
  const { key } = request.body as { key: string };
  try {
    await make({ actor: actorOf(request, 'console'), idempotency_key: key });
    return reply.redirect(`/console/accounts/${account_id}`, 303);
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.kind === 'not_found') throw problem;
    const asked = request.body as Asked;
    return showAccount(site, request, withProblem(reply, problem), account_id, { problem, asked });
  }
}

async function showAccounts(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  said: { done?: string; problem?: Problem } = {},
): Promise<FastifyReply> {
  const actor = actorOf(request, 'console');
  const { entry_no } = await currentHead(site.db);
  const units = await listUnits(site.db.queries, entry_no);
  const names = new Map(units.map((unit) => [unit.id, unit]));
  const q = (request.query as { q?: string }).q?.trim() ?? '';
  const all = await listAccounts(site.db.queries, [...unitsWithin(actor, accountReaders)]);
  const accounts = all.filter(({ name, login, unit_id }) =>
    [name, login, names.get(unit_id)?.name ?? ''].some((text) => text.includes(q)),
  );
  const holdings = await listHoldings(
    site.db.queries,
    accounts.map((account) => account.id),
  );
  const keeps =
    actor.holdings === 'unlimited' ||
    actor.holdings.some(({ role }) => accountKeepers.some((one) => one === role));
  const body = html`<h1>${words.accounts.zh}</h1>
${said.done ? html`<div class="notice good" role="status"><p>${said.done}</p></div>` : ''}${errorSummary('zh', said.problem)}
<form class="filters narrow" method="get" action="/console/accounts">${textField({ name: 'q', label: '姓名、登录名或单位', maxlength: 100, value: q, type: 'search' })}${button({ text: '查找', kind: 'plain' })}</form>
<p class="count" role="status">共 ${accounts.length} 个${keeps ? html` · <a href="#import">${words.add_accounts.zh}</a>` : ''}</p>${accountTable(accounts, holdings, names)}
${keeps ? importForm(units.filter((unit) => reaches(actor, accountKeepers, unit.id))) : ''}`;
  return sendConsolePage(site, request, reply, { title: words.accounts.zh, body });
}

function accountTable(
  accounts: Account[],
  holdings: readonly RoleHolding[],
  units: Map<number, UnitRow>,
): HtmlSafeString {
  const rolesOf = Map.groupBy(holdings, (one) => one.account_id);
  return dataTable<Account>({
    caption: words.accounts.zh,
    caption_hidden: true,
    rows: accounts,
    columns: [
      { title: words.name.zh, cell: (row) => html`<a href="/console/accounts/${row.id}">${row.name}</a>` },
      { title: words.login.zh, cell: (row) => row.login },
      { title: words.unit.zh, cell: (row) => units.get(row.unit_id)?.short_name },
      {
        title: words.roles.zh,
        cell: (row) => (rolesOf.get(row.id) ?? []).map(({ role }) => roleNames[role].zh).join('、'),
      },
      { title: words.state.zh, cell: (row) => (row.disabled ? words.closed.zh : words.open.zh) },
    ],
  });
}

function importForm(units: readonly UnitRow[]): HtmlSafeString {
  return html`<section id="import"><h2>${words.add_accounts.zh}</h2>
<p>第一行写列名：${accountColumns.join('、')}。角色写法与本页相同，多个用“、”隔开；只有联络员填“代办领导登录名”。</p>
<details><summary>可用的单位代码（${units.length}）</summary><p>${units.map((unit) => `${unit.short_name} ${unit.code}`).join('、')}</p></details>
<form method="post" action="/console/accounts" enctype="multipart/form-data" class="stack">${onceField(randomUUID())}
${fileField({ name: 'file', label: '表格文件', hint: '.xlsx 或 CSV，不超过 500 KB。', accept: '.xlsx,.csv' })}
${button({ text: '导入' })}</form></section>`;
}

async function showAccount(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  account_id: number,
  said: { link?: string; problem?: Problem; asked?: Asked } = {},
): Promise<FastifyReply> {
  const actor = actorOf(request, 'console');
  const account = await getSeenAccount(site.db.queries, actor, account_id);
  const { entry_no } = await currentHead(site.db);
  const units = new Map((await listUnits(site.db.queries, entry_no)).map((unit) => [unit.id, unit]));
  const holdings = await listHoldings(site.db.queries, [account_id]);
  const post = (path: string, content: HtmlSafeString) =>
    html`<form method="post" action="/console/accounts/${account_id}/${path}" class="stack">${onceField(randomUUID())}${content}</form>`;
  const view = await staffView(site, request);
  const origin = `${request.protocol}://${request.host}`;
  const body = html`<h1>${account.name}</h1>${errorSummary(view.language, said.problem)}
${
  said.link
    ? html`<div class="notice good" role="status"><p>一次性登录链接，72 小时内有效，只显示这一次，请当面或通过可靠途径交给本人：</p><p><code>${origin}${said.link}</code></p></div>`
    : ''
}
<dl class="facts"><div><dt>${words.login.zh}</dt><dd>${account.login}</dd></div><div><dt>${words.unit.zh}</dt><dd>${units.get(account.unit_id)?.name}</dd></div><div><dt>${words.state.zh}</dt><dd>${account.disabled ? words.closed.zh : words.open.zh}</dd></div></dl>
<h2>${words.roles.zh}</h2>${dataTable<RoleHolding>({
    caption: words.roles.zh,
    caption_hidden: true,
    rows: holdings,
    columns: [
      { title: words.role.zh, cell: (row) => roleNames[row.role].zh },
      { title: words.held_for.zh, cell: (row) => `${units.get(row.unit_id)?.name}及下属` },
      { title: '', cell: (row) => post(`roles/${row.id}/end`, button({ text: '收回', kind: 'plain' })) },
    ],
  })}
<div class="buttons">${reaches(actor, accountKeepers, account.unit_id) ? post('link', button({ text: '生成一次性登录链接' })) : ''}
${account.disabled ? post('opening', button({ text: '重新启用', kind: 'plain' })) : post('closing', button({ text: '停用账号', kind: 'danger' }))}</div>
<h2>授予角色</h2>${post('roles', grantFields([...units.values()], said.asked))}`;
  return sendConsolePage(site, request, reply, { title: account.name, body, trail });
}

function grantFields(units: readonly UnitRow[], asked: Asked = {}): HtmlSafeString {
  return html`${selectField({
    name: 'role',
    label: words.role.zh,
    value: asked.role ?? '',
    options: roles.map((role) => ({ value: role, text: roleNames[role].zh })),
  })}${selectField({
    name: 'unit_code',
    label: words.held_for.zh,
    value: asked.unit_code ?? '',
    all: '本单位',
    options: units.map((unit) => ({ value: unit.code, text: unit.name })),
  })}${textField({ name: 'for_login', label: '代办领导登录名', maxlength: 100, hint: '只有联络员要填。', value: asked.for_login ?? '' })}${button({ text: '授予', kind: 'plain' })}`;
}
