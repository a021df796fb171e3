import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import { checkRole, type Entitled } from '../../identity/access.ts';
import { onceField, selectField, textField } from '../../kit/parts/form.ts';
import { getColumn, type LedgerColumn, ledgerColumns } from '../columns.ts';
import { coordinators } from '../course.ts';
import type { Naming } from '../naming.ts';
import { projectStates } from '../schema.ts';
import { staffStateWords } from '../words.ts';
import {
  type Condition,
  conditionText,
  groupNames,
  groupTitle,
  isChosen,
  type ListView,
  lights,
  viewAddress,
} from './query.ts';
import { seesStampedLists } from './stamped.ts';
import type { ListCounts, SavedView } from './store.ts';

const path = '/console/projects';

/** What each light is called. */
const lightWords = {
  on_track: '正常推进',
  overdue: '已逾期',
  done: '已完成',
  done_late: '逾期完成',
} as const;

/** The conditions that are asked most, as fields; every other column by its name; and what applies, as chips. */
export function filterBar(view: ListView, naming: Naming, views: readonly SavedView[]): HtmlSafeString {
  const chosen = (name: string) => {
    const condition = view.conditions.find(({ column }) => column.name === name);
    return condition ? conditionText(condition) : '';
  };
  const towns = naming.areas.filter((area) => area.level !== 'village');
  const others = view.conditions.filter(({ column }) => !asked.includes(column.name));
  const hidden = [
    ...others.map((condition) => [condition.column.name, conditionText(condition)] as const),
    ...rest(view),
  ];
  return html`<form class="filters" method="get" action="${path}">
${textField({ name: 'q', label: '名称、内容、单位、编号', maxlength: 100, value: view.words, type: 'search' })}
${selectField({ name: 'field_code', label: '领域', value: chosen('field_code'), all: '全部', options: naming.fields.map((one) => ({ value: one.code, text: one.title })) })}
${selectField({ name: 'area_code', label: '地区', value: chosen('area_code'), all: '全部', options: towns.map((one) => ({ value: one.code, text: one.name })) })}
${selectField({ name: 'unit_id', label: '牵头单位', value: chosen('unit_id'), all: '全部', options: naming.units.map((one) => ({ value: one.code, text: one.name })) })}
${selectField({ name: 'state', label: '进展', value: chosen('state'), all: '全部', options: projectStates.map((one) => ({ value: one, text: staffStateWords[one].zh })) })}
${selectField({ name: 'light', label: '灯', value: view.light ?? '', all: '全部', options: lights.map((one) => ({ value: one, text: lightWords[one] })) })}
${hidden.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
<button type="submit" class="button">查找</button></form>
<details class="more"><summary>更多条件、分组、列和视图</summary><div class="more-body">
<form method="get" action="${path}">${all(view)}<div class="inline">
${selectField({ name: 'by', label: '按哪一列', value: '', options: ledgerColumns.map((one) => ({ value: one.name, text: one.title })) })}
${textField({ name: 'is', label: '条件', hint: '文字为包含；日期、数字可写 2021-08-01..2021-08-31；空白写 -', value: '', maxlength: 100 })}
<button type="submit" class="button plain">加上条件</button></div></form>
<form method="get" action="${path}">${all(view, 'group')}<div class="inline">
${selectField({ name: 'group', label: '分组', value: view.group ?? '', all: '不分组', options: groupNames.map((one) => ({ value: one, text: groupTitle(one) })) })}
<button type="submit" class="button plain">分组</button></div></form>
${columnChooser(view)}
${savedViews(view, views)}
</div></details>
${chips(view, naming)}`;
}

const asked: readonly string[] = ['field_code', 'area_code', 'unit_id', 'state'];

/** What a form has to carry along beside its own fields. */
function rest(view: ListView, without?: string): (readonly [string, string])[] {
  const address = new URL(viewAddress('http://x/', view));
  return [...address.searchParams].filter(
    ([name]) => ['sort', 'group', 'columns'].includes(name) && name !== without,
  );
}

function all(view: ListView, without?: string): HtmlSafeString[] {
  const address = new URL(viewAddress('http://x/', view));
  return [...address.searchParams]
    .filter(([name]) => name !== without)
    .map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
}

function columnChooser(view: ListView): HtmlSafeString {
  return html`<form method="get" action="${path}">${all(view, 'columns')}<fieldset class="columns"><legend>显示哪些列</legend>${ledgerColumns.map(
    ({ name, title }) =>
      html`<label class="check"><input type="checkbox" name="columns" value="${name}" ${view.columns.includes(name) ? html`checked` : ''}> ${title}</label>`,
  )}</fieldset><button type="submit" class="button plain">按选的列显示</button></form>`;
}

function savedViews(view: ListView, views: readonly SavedView[]): HtmlSafeString {
  const query = new URL(viewAddress('http://x/', view)).search.slice(1);
  return html`<div class="views"><h2>我的视图</h2>${
    views.length > 0
      ? html`<ul>${views.map(
          (one) => html`<li><a href="${path}?${one.query}">${one.name}</a>
<form method="post" action="${path}/views">${onceField(randomUUID())}<input type="hidden" name="drop" value="${one.id}"><input type="hidden" name="name" value="${one.name}"><input type="hidden" name="query" value="${query}"><button type="submit" class="link" aria-label="删除视图 ${one.name}">删除</button></form></li>`,
        )}</ul>`
      : html`<p class="meta">把常用的条件、分组和列存成视图，下次一点就到。</p>`
  }<form method="post" action="${path}/views">${onceField(randomUUID())}<input type="hidden" name="query" value="${query}"><div class="inline">${textField({ name: 'name', label: '把现在的样子存为', value: '', maxlength: 40 })}<button type="submit" class="button plain">保存视图</button></div></form></div>`;
}

/** What applies, each removed by one click. */
function chips(view: ListView, naming: Naming): HtmlSafeString | '' {
  const made = [
    ...(view.words ? [{ text: `“${view.words}”`, href: viewAddress(path, view, { words: '' }) }] : []),
    ...(view.light
      ? [{ text: lightWords[view.light], href: viewAddress(path, view, { light: undefined }) }]
      : []),
    ...view.conditions.map((condition) => ({
      text: `${condition.column.title}：${chipText(condition, naming)}`,
      href: viewAddress(path, view, { conditions: view.conditions.filter((one) => one !== condition) }),
    })),
  ];
  if (made.length === 0) return '';
  return html`<ul class="chips" aria-label="正在使用的条件">${made.map(
    ({ text, href }) =>
      html`<li><a href="${href}">${text}<span aria-hidden="true"> ×</span><span class="hidden">，去掉</span></a></li>`,
  )}<li><a class="clear" href="${path}">清除条件</a></li></ul>`;
}

function chipText(condition: Condition, naming: Naming): string {
  if (condition.kind === 'empty') return '空白';
  if (condition.kind !== 'values') return conditionText(condition);
  return condition.values.map((value) => valueText(condition.column, value, naming)).join('、');
}

function valueText(column: LedgerColumn, value: string, naming: Naming): string {
  if (!isChosen(column)) return value;
  if (column.kind === 'unit' || column.kind === 'units') return naming.unitByCode(value)?.name ?? value;
  if (column.kind === 'area' || column.kind === 'areas') return naming.areaName(value);
  if (column.kind === 'field') return naming.fieldName(value);
  if (column.kind === 'state') return staffStateWords[value as keyof typeof staffStateWords].zh;
  return getColumn(column.name).choices?.[value]?.[0] ?? value;
}

/** What a number of projects counts in, in a quiet word. */
export function countWords({ parts, terminated, standing }: ListCounts): HtmlSafeString | '' {
  const among = [
    parts > 0 && `子项目 ${parts} 个`,
    terminated > 0 && `终止 ${terminated} 个`,
    standing > 0 && `长期坚持 ${standing} 个`,
  ].filter(Boolean);
  return among.length > 0 ? html` <span class="meta">其中${among.join('、')}</span>` : '';
}

/** How many there are, and what can be done with all of them. */
export function toolbar(
  view: ListView,
  counts: ListCounts,
  actor: Entitled,
  mostExported: number,
): HtmlSafeString {
  const office = !checkRole(actor, coordinators);
  const address = (extension: string, columns?: string) => {
    const url = new URL(viewAddress(`http://x${path}${extension}`, view));
    if (columns) url.searchParams.set('columns', columns);
    return `${url.pathname}${url.search}`;
  };
  return html`<div class="toolbar"><p class="count" role="status">共 ${counts.total} 个${countWords(counts)}${counts.total > mostExported ? html` <span class="meta">导出的是前 ${mostExported} 个</span>` : ''}</p><div class="tools">
${office ? html`<a class="button" href="/console/imports">导入表格</a>` : ''}
<a class="button plain" href="${address('.xlsx')}">导出所见</a>
<a class="button plain" href="${address('.xlsx', 'all')}">导出全部列（可再导入）</a>
<a class="button plain" href="${address('.csv')}">CSV</a>
<a class="button plain" href="${address('/print')}">打印</a>
${seesStampedLists(actor) ? html`<a class="button plain" href="/console/stamped-lists">盖章扫描件</a>` : ''}</div></div>`;
}
