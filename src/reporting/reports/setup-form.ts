import { type HtmlSafeString, html } from '@prairielearn/html';
import { roleNames } from '../../identity/roles.ts';
import { button, errorSummary, fieldError, onceField, selectField, textField } from '../../kit/parts/form.ts';
import type { Problem } from '../../kit/problem.ts';
import type { UnitRow } from '../../units/actions.ts';
import { formCodes, forms } from '../forms.ts';
import { approvers } from '../rules.ts';
import { usualThreshold } from './checks.ts';
import { periods, periodWords } from './periods.ts';
import type { ReportForm } from './schema.ts';
import type { KeptCheck } from './setup.ts';

/** What the page of a form shows. */
interface Setup {
  form: Omit<ReportForm, 'id'>;
  checks: readonly KeptCheck[];
  units: readonly UnitRow[];
  /** The names of the values of dimensions, by dimension. */
  names: ReadonlyMap<string, ReadonlyMap<string, string>>;
  key: string;
  isNew: boolean;
  problem: Problem | undefined;
}

/** The page of one form: what is asked, of whom, until when, who approves, what is checked. */
export function setupForm(setup: Setup): HtmlSafeString {
  const { form, checks, units, key, isNew, problem } = setup;
  const error = (name: string) => fieldError('zh', problem, name);
  const unitNames = form.unit_codes.map(
    (code) => units.find((unit) => unit.code === code)?.short_name ?? code,
  );
  return html`<h1>${isNew ? '新增报表' : form.title}</h1>${errorSummary('zh', problem)}
<form method="post" action="/console/reports/forms/${isNew ? 'new' : form.code}" class="stack narrow">${onceField(key)}
${textField({ name: 'title', label: '名称', value: form.title, maxlength: 60, error: error('title') })}
${isNew ? textField({ name: 'code', label: '代码', hint: '地址里用，定了不改，如 elders-month。', value: form.code, maxlength: 40, error: error('code') }) : html`<input type="hidden" name="code" value="${form.code}">`}
<h2>报什么</h2>${error('asks') ? html`<p class="error" id="asks">${error('asks')!}</p>` : ''}${formCodes.map((code) => askField(setup, code))}
<h2>谁报、什么时候报</h2>
${selectField({ name: 'period', label: '多久一次', value: form.period, options: periods.map((value) => ({ value, text: periodWords[value] })) })}
${selectField({ name: 'unit_level', label: '哪些单位', value: form.unit_level ?? '', all: '只有下面写的单位', options: levels })}
${textField({ name: 'units', id: 'unit_codes', label: '或者只要这些单位', hint: '简称或代码，用顿号分开；写了就只按这里的。', value: unitNames.join('、'), maxlength: 2000, error: error('unit_codes') })}
${selectField({ name: 'area_level', label: '分到哪一级填', value: form.area_level, options: areaLevels })}
${textField({ name: 'due_days', label: '期后几个工作日内报', value: String(form.due_days), inputmode: 'numeric' })}
${textField({ name: 'begins_on', label: '从哪一期开始（这一期的第一天）', type: 'date', value: form.begins_on, error: error('begins_on') })}
<h2>谁审</h2>${[0, 1, 2].map((index) =>
    selectField({
      name: 'approval',
      id: index === 0 ? 'approvals' : `approval-${index}`,
      label: `第${'一二三'[index]}级`,
      value: form.approvals[index] ?? '',
      all: '没有这一级',
      options: approvers.map((role) => ({ value: role, text: roleNames[role].zh })),
      error: index === 0 ? error('approvals') : undefined,
    }),
  )}<p class="hint">单位没有人担任的角色自动跳过，最后一级总要审。</p>
${checkFields(checks)}
<fieldset class="report-choices"><legend>开关</legend><label><input type="checkbox" name="active" value="on" ${form.active ? html`checked` : ''}> 开启（到期自动要报）</label></fieldset>
<div class="buttons">${button({ text: '保存' })}</div></form>`;
}

const levels = [
  { value: 'district', text: '区直各单位' },
  { value: 'town', text: '各镇' },
  { value: 'village', text: '各村居' },
];
const areaLevels = [
  { value: 'own', text: '只填本单位所在的地区' },
  { value: 'town', text: '分镇填' },
  { value: 'village', text: '分村居填' },
];

/** One figure to ask for, with the values of its dimensions. */
function askField({ form, names }: Setup, code: (typeof formCodes)[number]): HtmlSafeString {
  const ask = form.asks.find(({ figure }) => figure === code);
  const dimensions = Object.entries(forms[code].dimensions);
  const isAsked = (dimension: string, value: string) => {
    const chosen = ask?.values?.[dimension];
    return !chosen || chosen.includes(value);
  };
  return html`<fieldset class="report-ask"><legend class="hidden">${forms[code].title.zh}</legend><label><input type="checkbox" name="figure" value="${code}" ${ask ? html`checked` : ''}> <strong>${forms[code].title.zh}</strong></label>${dimensions.map(
    ([dimension, values]) =>
      html`<span>${values.map((value) => html`<label><input type="checkbox" name="only" value="${code}|${dimension}|${value}" ${isAsked(dimension, value) ? html`checked` : ''}> ${names.get(dimension)?.get(value) ?? value}</label>`)}</span>`,
  )}</fieldset>`;
}

/** What is checked before a report is submitted. */
function checkFields(checks: readonly KeptCheck[]): HtmlSafeString {
  const on = checks.filter(({ active }) => active);
  const has = (kind: KeptCheck['kind'], code: string) =>
    on.some((one) => one.kind === kind && one.figure === code);
  const box = (kind: 'fall' | 'outlier') =>
    formCodes.map(
      (code) =>
        html`<label><input type="checkbox" name="${kind}" value="${code}" ${has(kind, code) ? html`checked` : ''}> ${forms[code].title.zh}</label>`,
    );
  const sum = on.find(({ kind }) => kind === 'sum');
  const threshold = on.find(({ kind }) => kind === 'outlier')?.threshold ?? usualThreshold;
  return html`<h2>提交前核对</h2>
<fieldset class="report-choices"><legend>不应减少，减少的要说明</legend>${box('fall')}</fieldset>
<fieldset class="report-choices"><legend>和本单位以往相差很大的，问一句</legend>${box('outlier')}</fieldset>
${textField({ name: 'threshold', label: '相差多大才问', hint: '修正 z 分数，默认 3.5；越小问得越多。至少有 6 期以往数据才问。', value: String(threshold) })}
${selectField({ name: 'whole', label: '合计', value: sum?.figure ?? '', all: '不核对合计', options: formCodes.map((value) => ({ value, text: forms[value].title.zh })) })}
${selectField({
  name: 'relation',
  label: '各部分之和',
  value: sum?.relation ?? 'equal',
  options: [
    { value: 'equal', text: '应等于合计' },
    { value: 'at_most', text: '不应超过合计' },
  ],
})}
<fieldset class="report-choices"><legend>各部分</legend>${formCodes.map(
    (code) =>
      html`<label><input type="checkbox" name="part" value="${code}" ${sum?.parts.includes(code) ? html`checked` : ''}> ${forms[code].title.zh}</label>`,
  )}</fieldset>`;
}
