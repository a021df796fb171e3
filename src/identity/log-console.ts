import { html } from '@prairielearn/html';
import { Type } from 'typebox';
import { sendConsolePage } from '../console/layout.ts';
import { type ListedEntry, listEntries } from '../journal/list.ts';
import { momentText } from '../kit/clock.ts';
import { dataTable } from '../kit/parts/table.ts';
import type { Site } from '../portal/context.ts';
import type { Routes } from './access.ts';
import { journalReaders, securityReaders } from './rules.ts';
import { LogQuery } from './schema.ts';
import { listSecurity, type StoredRecord } from './security-log.ts';
import { namesOfAccounts } from './store.ts';
import { detailWords, eventWords, words } from './words.ts';

const pageLength = 100;

/** What happened around signing in, and the journal of every change: for those who watch, to read only. */
export function addLogConsole(routes: Routes, site: Site): void {
  const security = { access: { roles: securityReaders } } as const;
  const schema = { querystring: LogQuery, hide: true };
  routes.get('/console/security', { config: security, schema }, async (request, reply) => {
    const { failed, before } = request.query;
    const filter = { failed: failed === 'yes', before };
    const rows = await listSecurity(site.db.queries, filter, pageLength);
    const other = failed === 'yes' ? html`<a href="?">全部</a>` : html`<a href="?failed=yes">只看失败</a>`;
    const body = html`<h1>${words.security_log.zh}</h1><p class="count">${other}</p>${securityTable(rows, await namesOfAccounts(site.db.queries))}${older(rows, `failed=${failed ?? ''}&before=${rows.at(-1)?.id}`)}`;
    return sendConsolePage(site, request, reply, { title: words.security_log.zh, body });
  });
  const journal = { access: { roles: journalReaders } } as const;
  const query = { querystring: Type.Pick(LogQuery, ['before']), hide: true };
  routes.get('/console/journal', { config: journal, schema: query }, async (request, reply) => {
    const rows = await listEntries(site.db.queries, request.query.before, pageLength);
    const body = html`<h1>操作记录</h1><p>每一次改动都在这里，只能增加，不能修改；<code>shishi verify</code> 逐条核对。</p>${entryTable(rows, await namesOfAccounts(site.db.queries))}${older(rows, `before=${rows.at(-1)?.entry_no}`)}`;
    return sendConsolePage(site, request, reply, { title: '操作记录', body });
  });
}

function older(rows: readonly unknown[], query: string) {
  if (rows.length < pageLength) return '';
  return html`<nav class="pages" aria-label="更早"><a class="button plain" rel="next" href="?${query}">更早</a></nav>`;
}

function securityTable(rows: readonly StoredRecord[], names: Map<string, string>) {
  return dataTable<StoredRecord>({
    caption: words.security_log.zh,
    caption_hidden: true,
    rows,
    columns: [
      { title: '时间', cell: (row) => momentText(row.at) },
      { title: '事件', cell: (row) => eventWords[row.event].zh },
      { title: '结果', cell: (row) => (row.success ? '成功' : '失败') },
      { title: '账号', cell: (row) => row.name ?? '—' },
      { title: '来源地址', cell: (row) => row.address ?? '—' },
      {
        title: '说明',
        cell: (row) =>
          Object.values(row.detail)
            .map((value) => names.get(value) ?? detailWords[value] ?? value)
            .join('，'),
      },
    ],
  });
}

function entryTable(rows: readonly ListedEntry[], names: Map<string, string>) {
  const nameOf = (actor: string) => names.get(actor) ?? actor;
  return dataTable<ListedEntry>({
    caption: '操作记录',
    caption_hidden: true,
    rows,
    columns: [
      { title: '数据版本', cell: (row) => row.entry_no },
      { title: '时间', cell: (row) => momentText(row.at) },
      {
        title: '谁',
        cell: (row) => nameOf(row.actor) + (row.on_behalf_of ? `（代${nameOf(row.on_behalf_of)}录入）` : ''),
      },
      { title: '途径', cell: (row) => row.via },
      { title: '做了什么', cell: (row) => row.action },
      { title: '对象', cell: (row) => row.subject },
      { title: '理由', cell: (row) => row.reason ?? '' },
    ],
  });
}
