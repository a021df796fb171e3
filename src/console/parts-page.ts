import { type HtmlSafeString, html } from '@prairielearn/html';
import type { Routes } from '../identity/access.ts';
import type { Language } from '../kit/i18n.ts';
import { stationPath, timeline } from '../kit/parts/course.ts';
import { bar, bigFigure, figureLink } from '../kit/parts/figures.ts';
import {
  areaField,
  button,
  errorSummary,
  fieldError,
  fileField,
  selectField,
  textField,
} from '../kit/parts/form.ts';
import { light } from '../kit/parts/light.ts';
import { dataTable } from '../kit/parts/table.ts';
import { timetable } from '../kit/parts/timetable.ts';
import { Problem } from '../kit/problem.ts';
import { progressBar } from '../ledger/checklist/section.ts';
import { timetableWords } from '../ledger/timetable/rows.ts';
import type { Site } from '../portal/context.ts';
import { sendConsolePage } from './layout.ts';

/** Every component in every state, to be looked at. Not in production. */
export function addPartsPage(routes: Routes, site: Site): void {
  const config = { access: 'staff' } as const;
  routes.get('/console/parts', { config, schema: { hide: true } }, (request, reply) =>
    sendConsolePage(site, request, reply, {
      title: '组件',
      body: html`<h1>组件</h1>${sections().map(
        ([title, part]) => html`<section class="part"><h2>${title}</h2>${part}</section>`,
      )}`,
    }),
  );
}

const zh: Language = 'zh';
const wrong = new Problem(
  'parts/example',
  'invalid',
  { zh: '有两处需要修改，没有保存。', en: 'Two things to mend; nothing was saved.' },
  {
    example_name: { zh: '请填写名称。', en: 'Enter a name.' },
    example_day: { zh: '日期应写成 2021-09-01。', en: 'Write the day as 2021-09-01.' },
  },
);

function sections(): [string, HtmlSafeString][] {
  return [
    ['大数字', figures()],
    ['进度条', bars()],
    ['灯', lights()],
    ['按钮', buttons()],
    ['表单：空白', html`<form class="stack narrow">${fields('plain_', undefined)}</form>`],
    [
      '表单：有错',
      html`<form class="stack narrow">${errorSummary(zh, wrong)}${fields('example_', wrong)}</form>`,
    ],
    ['表格', table(true)],
    ['表格：没有数据', html`<p>没有符合条件的项目。可以清除条件再看。</p>`],
    ['筛选栏', filters()],
    ['路径', paths()],
    ['时间线', line()],
    ['时间表', drawing()],
    ['进度', progresses()],
    ['提示', notices()],
    [
      '标签与折叠',
      html`<p><span class="tag">合成</span></p><details><summary>展开更多</summary><p>折叠的内容。</p></details>`,
    ],
    [
      '分页',
      html`<nav class="pages" aria-label="分页示例"><a class="button plain" href="#main">下一页</a></nav>`,
    ],
  ];
}

function figures(): HtmlSafeString {
  const figure = (label: string, text: string, unit: string) =>
    bigFigure({ label, text, unit, href: '#main', as_of: '截至 2021年9月3日9时', title: '统计口径' });
  return html`<dl class="headline">${figure('梳理项目数', '495', '个')}${figure('完成率', '94.3', '%')}${figure('没有数值', '—', '')}</dl>
<p>文中的数字 ${figureLink({ text: '842336', href: '#main', title: '累计接种针次' })} 针次。</p>`;
}

function bars(): HtmlSafeString {
  return html`${[0, 0.37, 0.943, 1].map((share) => html`<p>${(share * 100).toFixed(1)}% ${bar(share, `完成率 ${(share * 100).toFixed(1)}%`)}</p>`)}`;
}

function lights(): HtmlSafeString {
  return html`<ul class="list">${(
    [
      ['green', '正常推进'],
      ['amber', '进度滞后'],
      ['red', '严重滞后'],
      ['overdue', '已逾期'],
      ['done', '已完成'],
      ['done_late', '逾期完成'],
      ['quiet', '已终止'],
    ] as const
  ).map(([tone, word]) => html`<li>${light(tone, word)}</li>`)}</ul>`;
}

function buttons(): HtmlSafeString {
  return html`<div class="buttons">${button({ text: '主要' })}${button({ text: '次要', kind: 'plain' })}${button({ text: '终止', kind: 'danger' })}${button(
    { text: '核验通过', blocked_by: '须由申请办结以外的单位核验。' },
  )}</div>`;
}

function fields(prefix: string, problem: Problem | undefined): HtmlSafeString {
  const error = (name: string) => fieldError(zh, problem, `${prefix}${name}`);
  const typed = problem ? '9月的某一天' : '';
  return html`${textField({ name: `${prefix}name`, label: '名称', hint: '不超过 120 字。', value: '', error: error('name') })}
${textField({ name: `${prefix}day`, label: '完成时限', value: typed, error: error('day') })}
${textField({ name: `${prefix}password`, label: '口令', type: 'password', value: '', autocomplete: 'new-password' })}
${selectField({
  name: `${prefix}field`,
  label: '领域',
  value: '',
  all: '请选择',
  options: [{ value: 'education', text: '基础教育' }],
})}
${areaField({ name: `${prefix}note`, label: '说明', value: '' })}
${fileField({ name: `${prefix}file`, label: '附件', hint: '不超过 1 MB。', accept: '.csv' })}
<div class="buttons">${button({ text: '保存' })}</div>`;
}

function table(filled: boolean): HtmlSafeString {
  const rows = filled
    ? [
        { title: '新建三灶镇中心幼儿园', places: '360', state: light('done', '已完成') },
        {
          title: '金湾区社会福利中心（一个很长很长的项目名称，看它怎样换行）',
          places: '1,200',
          state: light('overdue', '已逾期'),
        },
      ]
    : [];
  return dataTable({
    caption: '示例项目',
    rows,
    columns: [
      { title: '项目', cell: (row) => html`<a href="#main">${row.title}</a>` },
      { title: '学位', cell: (row) => row.places, numeric: true },
      { title: '进展', cell: (row) => row.state },
    ],
  });
}

function filters(): HtmlSafeString {
  return html`<form class="filters narrow">${textField({ name: 'example_q', label: '名称或编号', value: '村道', type: 'search' })}${selectField(
    {
      name: 'example_town',
      label: '地区',
      value: '',
      all: '全部',
      options: [{ value: '1', text: '红旗镇' }],
    },
  )}${button({ text: '查找' })}</form>`;
}

function paths(): HtmlSafeString {
  const words = ['已立项', '办理中', '申请办结，待核验', '已销号'];
  return html`${[0, 2, 3].map((here) =>
    stationPath(
      words.map((text, index) => ({ text, here: index === here, passed: index < here })),
      `示例路径 ${here + 1}`,
    ),
  )}`;
}

function line(): HtmlSafeString {
  return timeline([
    { when: '2021-03-15 09:00', what: '立项', who: '统筹办', note: null },
    { when: '2021-09-03 08:40', what: '核验通过、销号', who: '督查室', note: '现场查看，学位与批复一致。' },
  ]);
}

function drawing(): HtmlSafeString {
  const rows = [
    {
      label: '1 完成实施方案',
      planned: { start: '2021-03-15', end: '2021-05-02' },
      actual: { start: '2021-03-18', end: '2021-05-06' },
    },
    {
      label: '2 组织施工',
      planned: { start: '2021-05-03', end: '2021-08-20' },
      actual: { start: '2021-05-10', end: null },
    },
    { label: '3 自查验收', planned: { start: '2021-08-21', end: '2021-10-01' }, actual: null },
  ];
  return timetable(rows, '2021-09-03', timetableWords.zh);
}

function progresses(): HtmlSafeString {
  const item = (weight: string, state: 'planned' | 'claimed' | 'verified') => ({ weight, state });
  return html`${progressBar([item('30', 'verified'), item('50', 'claimed'), item('20', 'planned')])}${progressBar([item('1', 'verified')])}${progressBar([])}`;
}

function notices(): HtmlSafeString {
  return html`<div class="notice"><p>一条通知。</p></div><div class="notice good"><p>已记录。</p></div><div class="notice bad"><p>没有保存：时限早于开始时间。</p></div>`;
}
