import { type HtmlSafeString, html } from '@prairielearn/html';
import { Type } from 'typebox';
import { sendConsolePage } from '../console/layout.ts';
import type { Routes } from '../identity/access.ts';
import { listPeople } from '../identity/actions.ts';
import { momentText } from '../kit/clock.ts';
import type { Site } from '../portal/context.ts';
import { draftPath } from './draft-page.ts';
import { getDraft } from './examine.ts';
import { type ComparedLine, compareLines } from './lines.ts';
import { bulletinReaders } from './rules.ts';
import { type DraftVersion, listDraftVersions } from './store.ts';

/** 修改痕迹: what each writer changed in a text, the newest change first. */
export function addVersionsPage(routes: Routes, site: Site): void {
  const config = { access: { roles: bulletinReaders } } as const;
  const params = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) });
  const path = '/console/bulletins/drafts/:id/versions';
  routes.get(path, { config, schema: { params, hide: true } }, async (request, reply) => {
    const { id } = request.params;
    await getDraft(site.db, id);
    const versions = await listDraftVersions(site.db.queries, id);
    const people = await listPeople(site.db.queries);
    const nameOf = (actor: string) => people.get(Number(/^account:(\d+)$/.exec(actor)?.[1])) ?? '系统';
    const shown = versions.map((version, index) =>
      section(version, versions[index - 1], nameOf(version.actor)),
    );
    const body = html`<h1>修改痕迹</h1><p class="lead">每次保存改了哪些字，新的在前。－ 是删去的行，＋ 是加上的行。</p>${shown.reverse()}`;
    const trail = [
      { href: '/console/bulletins', text: '公报发布' },
      { href: draftPath(id), text: `草稿 ${id}` },
    ];
    return sendConsolePage(site, request, reply, { title: '修改痕迹', body, trail });
  });
}

function section(version: DraftVersion, former: DraftVersion | undefined, who: string): HtmlSafeString {
  const head = html`<h2>${momentText(version.at)} ${who}</h2>`;
  if (!former) return html`<section>${head}<p>起草。</p></section>`;
  const lines = compareLines(`${former.title}\n${former.text}`, `${version.title}\n${version.text}`);
  const changed = lines.filter((line) => line.change !== 'same' && line.text.trim() !== '');
  return html`<section>${head}<ul class="compared">${changed.map(compared)}</ul></section>`;
}

function compared({ text, change }: ComparedLine): HtmlSafeString {
  return change === 'gone' ? html`<li><del>－ ${text}</del></li>` : html`<li><ins>＋ ${text}</ins></li>`;
}
