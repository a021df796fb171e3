import { randomUUID } from 'node:crypto';
import { html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { sendConsolePage } from '../../console/layout.ts';
import { actorOf, type Routes } from '../../identity/access.ts';
import { currentHead } from '../../journal/head.ts';
import { onceField } from '../../kit/parts/form.ts';
import { dataTable } from '../../kit/parts/table.ts';
import type { Site } from '../../portal/context.ts';
import { dayRules, leaveOut } from '../cells.ts';
import { findColumn } from '../columns.ts';
import { coordinators } from '../course.ts';
import { type Naming, readNaming } from '../naming.ts';
import type { ProjectState } from '../schema.ts';
import { staffStateWords } from '../words.ts';
import { forgetAnswer } from './imports.ts';
import { type KeptSynonym, listKeptSynonyms, type Synonym } from './synonyms.ts';

/** Where the answers that imports remember are looked at and forgotten. */
export const answersPath = '/console/imports/answers';

/** What imports were told once and go by ever after: looked at, and forgotten where it was wrong. */
export function addAnswersConsole(routes: Routes, site: Site): void {
  const config = { access: { roles: coordinators } } as const;
  routes.get(answersPath, { config, schema: { hide: true } }, (request, reply) => show(site, request, reply));
  const params = Type.Object({ id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) });
  const body = Type.Object({ key: Type.String({ minLength: 8, maxLength: 100 }) });
  routes.post(
    `${answersPath}/:id/removal`,
    { config, schema: { params, body, hide: true } },
    async (request, reply) => {
      const entering = { actor: actorOf(request, 'console'), idempotency_key: request.body.key };
      await forgetAnswer(site.db, entering, request.params.id);
      return reply.redirect(answersPath, 303);
    },
  );
}

async function show(site: Site, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const { entry_no } = await currentHead(site.db);
  const naming = await readNaming(site.db.queries, entry_no);
  const rows = await listKeptSynonyms(site.db.queries);
  const forget = ({ id, text }: KeptSynonym) =>
    html`<form method="post" action="${answersPath}/${id}/removal">${onceField(randomUUID())}<button type="submit" class="link">忘记<span class="hidden">“${text}”</span></button></form>`;
  const table = dataTable({
    caption: '记住的回答',
    caption_hidden: true,
    rows,
    columns: [
      { title: '表里的写法', cell: (row) => row.text },
      { title: '问的是', cell: (row) => kindText(row.kind) },
      { title: '意思是', cell: (row) => meaningText(row, naming) },
      { title: '操作', cell: forget },
    ],
  });
  const body = html`<h1>记住的回答</h1>
<p class="lead">导入时回答过的问题，以后不再问。答错了就“忘记”，下次导入会重新问。</p>
${rows.length > 0 ? table : html`<p>还没有回答过。</p>`}`;
  const trail = [
    { href: '/console/projects', text: '项目台账' },
    { href: '/console/imports', text: '导入表格' },
  ];
  return sendConsolePage(site, request, reply, { title: '记住的回答', body, trail });
}

const kinds: Record<string, string> = {
  header: '表头',
  unit: '单位',
  area: '地区',
  field: '领域',
  state: '进展',
  day: '日期',
  start_day: '开始日期',
};

function kindText(kind: string): string {
  return kinds[kind] ?? findColumn(kind)?.title ?? kind;
}

/** What an answer means, in words: a column's title, a unit's name, a state. */
function meaningText({ kind, meaning }: Synonym, naming: Naming): string {
  if (meaning === leaveOut) return kind === 'header' ? '本单位自有的列' : '都不是，按错误列出';
  switch (kind) {
    case 'header':
      return findColumn(meaning)?.title ?? meaning;
    case 'unit':
      return naming.unitByCode(meaning)?.name ?? meaning;
    case 'area':
      return naming.areaName(meaning);
    case 'field':
      return naming.fieldName(meaning);
    case 'day':
    case 'start_day':
      return dayRules[meaning as keyof typeof dayRules] ?? meaning;
    case 'state':
      return staffStateWords[meaning as ProjectState]?.zh ?? meaning;
    default:
      return findColumn(kind)?.choices?.[meaning]?.[0] ?? meaning;
  }
}
