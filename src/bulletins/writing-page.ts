import { html } from '@prairielearn/html';
import { sendConsolePage } from '../console/layout.ts';
import type { Routes } from '../identity/access.ts';
import { dataTable } from '../kit/parts/table.ts';
import type { Site } from '../portal/context.ts';
import { bulletinReaders } from './rules.ts';

const signs: readonly { write: string; becomes: string }[] = [
  { write: '直接写字', becomes: '一行就是一段' },
  { write: '# 总体进展', becomes: '一级标题（一、）' },
  { write: '## 基础教育', becomes: '二级标题（（一））' },
  { write: '[[ledger.total]] 或 [[梳理项目数]]', becomes: '一个指标，全区的' },
  {
    write: '[[ledger.completed field=education]] 或 [[完成项目数 领域=基础教育]]',
    becomes: '某个领域的；也可以按地区（area）、单位（unit）、学段（stage）、针次（dose）',
  },
  { write: '[[vaccination.doses dose=1 cutoff=2021-09-01]]', becomes: '截至另一个更早的时点' },
  { write: '[[cutoff]]', becomes: '截止时点的文字，例如 2021年9月3日9时' },
  {
    write:
      '[[table ledger.total, ledger.completed by=area caption=分镇完成情况 heads=梳理（个）、完成（个）]]',
    becomes: '一张表，单独一行',
  },
  { write: '[[chart ledger.completed by=field caption=分领域完成项目]]', becomes: '一张图，单独一行' },
  { write: '[[picture 1]]', becomes: '第 1 张图片，单独一行' },
  { write: '问：……　答：……', becomes: '问题和回答，各一行' },
  { write: '附件：……', becomes: '从这里起是附件，另起一页' },
  { write: '落款：……', becomes: '文末的署名、来源' },
];

/** How texts are written: every sign of the markup, on one page. */
export function addWritingPage(routes: Routes, site: Site): void {
  const config = { access: { roles: bulletinReaders } } as const;
  routes.get('/console/bulletins/writing', { config, schema: { hide: true } }, async (request, reply) => {
    const body = html`<h1>怎么写</h1><p class="lead">数字不手打：每个数字是一个指标，发布时冻结成发布版本，读者点开就能查到出处。</p>${dataTable(
      {
        caption: '写法',
        caption_hidden: true,
        rows: signs,
        columns: [
          { title: '这样写', cell: (one) => html`<code>${one.write}</code>` },
          { title: '就是', cell: (one) => one.becomes },
        ],
      },
    )}`;
    const trail = [{ href: '/console/bulletins', text: '公报发布' }];
    return sendConsolePage(site, request, reply, { title: '怎么写', body, trail });
  });
}
