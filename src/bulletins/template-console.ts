import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { addDays } from '../calendar/rules.ts';
import { sendConsolePage } from '../console/layout.ts';
import { actorOf, type Routes } from '../identity/access.ts';
import { cutoffOf, dayOf } from '../kit/clock.ts';
import { formAgain, refuseInvalid, typedTexts, withProblem } from '../kit/http.ts';
import {
  areaField,
  button,
  errorSummary,
  fieldError,
  onceField,
  selectField,
  textField,
} from '../kit/parts/form.ts';
import { dataTable } from '../kit/parts/table.ts';
import { Problem } from '../kit/problem.ts';
import type { Site } from '../portal/context.ts';
import { getTemplate, listTemplates, tryTemplate } from './actions.ts';
import type { ReadText } from './issue.ts';
import { dropTemplate, saveTemplate } from './keeping.ts';
import { cite } from './numbers.ts';
import { blockHtml, drawCharts, type Manner, pieces } from './parts.ts';
import { type Kind, kindCodes, kindOf, templateKeepers } from './rules.ts';
import { listKeptTemplates } from './store.ts';
import { longestTemplate, productTemplates, type Template } from './templates.ts';

const path = '/console/bulletins/templates';
const Key = Type.String({ minLength: 8, maxLength: 100 });
const TemplateForm = Type.Object({
  key: Key,
  code: Type.Optional(Type.String({ maxLength: 41 })),
  title: Type.String({ minLength: 1, maxLength: 60 }),
  kind: Type.Enum([...kindCodes]),
  cutoff: Type.String({ maxLength: 40 }),
  text: Type.String({ minLength: 1, maxLength: longestTemplate }),
  do: Type.Optional(Type.Enum(['save', 'try'])),
});
const trail = [
  { href: '/console/bulletins', text: '公报发布' },
  { href: path, text: '模板' },
];

/** The templates: listed, edited as the office's own, tried at a cut-off, given up for the product's. */
export function addTemplateConsole(routes: Routes, site: Site): void {
  const config = { access: { roles: templateKeepers } } as const;
  const params = Type.Object({ code: Type.String({ maxLength: 41 }) });
  routes.get(path, { config, schema: { hide: true } }, async (request, reply) =>
    sendConsolePage(site, request, reply, {
      title: '模板',
      body: await list(site),
      trail: trail.slice(0, 1),
    }),
  );
  routes.get(`${path}/:code`, { config, schema: { params, hide: true } }, async (request, reply) => {
    const { code } = request.params;
    const template =
      code === 'new'
        ? { code: '', kind: 'press' as const, title: '', text: newText }
        : await getTemplate(site.db.queries, code);
    return show(site, request, reply, { ...template, cutoff: addDays(dayOf(new Date()), -1) });
  });
  routes.post(
    `${path}/:code`,
    { config, schema: { params, body: TemplateForm, hide: true }, ...formAgain },
    async (request, reply) => {
      const { code: addressed } = request.params;
      try {
        refuseInvalid(request);
        return await keep(site, request, reply, addressed, request.body);
      } catch (problem) {
        if (!(problem instanceof Problem)) throw problem;
        const typed = typedTexts(request.body);
        const code = addressed === 'new' ? (typed.code ?? '') : addressed;
        const kind = kindCodes.includes(typed.kind as Kind) ? (typed.kind as Kind) : 'press';
        const shown = {
          code,
          kind,
          title: typed.title ?? '',
          text: typed.text ?? '',
          cutoff: typed.cutoff ?? '',
        };
        return show(site, request, withProblem(reply, problem), shown, { problem });
      }
    },
  );
  const ending = Type.Object({ key: Key });
  routes.post(
    `${path}/:code/end`,
    { config, schema: { params, body: ending, hide: true } },
    async (request, reply) => {
      const entering = { actor: actorOf(request, 'console'), idempotency_key: request.body.key };
      await dropTemplate(site.db, entering, request.params.code);
      return reply.redirect(path, 303);
    },
  );
}

const newText = `标题：{{ district }}……

截至[[cutoff]]，共梳理项目[[ledger.total]]个，已完成[[ledger.completed]]个。
{% if ledger.overdue > 0 %}
已过时限未完成[[ledger.overdue]]个。
{% endif %}
`;

async function keep(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  addressed: string,
  form: Static<typeof TemplateForm>,
): Promise<FastifyReply> {
  const { key, title, kind, text } = form;
  const code = addressed === 'new' ? (form.code ?? '').trim() : addressed;
  const template: Template = { code, kind, title: title.trim(), text: text.replaceAll('\r\n', '\n') };
  if (form.do === 'try') {
    const read = await tryTemplate(site.db, site.registry, template, cutoffOf(form.cutoff));
    return show(site, request, reply, { ...template, cutoff: form.cutoff }, { read });
  }
  await saveTemplate(site.db, { actor: actorOf(request, 'console'), idempotency_key: key }, template);
  return reply.redirect(`${path}/${code}`, 303);
}

async function list(site: Site): Promise<HtmlSafeString> {
  const kept = new Set((await listKeptTemplates(site.db.queries)).map((one) => one.code));
  return html`<h1>模板</h1><p class="lead">模板写出草稿：数字是指标，有条件、有循环，下个月换一个截止时点就是新的一份。</p>
<p><a class="button" href="${path}/new">新建模板</a></p>${dataTable({
    caption: '模板',
    caption_hidden: true,
    rows: await listTemplates(site.db.queries),
    columns: [
      { title: '模板', cell: (one) => html`<a href="${path}/${one.code}">${one.title}</a>` },
      { title: '类型', cell: (one) => kindOf(one.kind).zh },
      { title: '代码', cell: (one) => one.code },
      {
        title: '来自',
        cell: (one) =>
          kept.has(one.code) ? (productTemplates.has(one.code) ? '本区改过' : '本区') : '系统自带',
      },
    ],
  })}`;
}

type Shown = Template & { cutoff: string };

async function show(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  shown: Shown,
  result: { problem?: Problem; read?: ReadText } = {},
): Promise<FastifyReply> {
  const { problem, read } = result;
  const existing = (await listTemplates(site.db.queries)).some((one) => one.code === shown.code);
  const kept = (await listKeptTemplates(site.db.queries)).some((one) => one.code === shown.code);
  const error = (name: string) => fieldError('zh', problem, name);
  const address = existing ? shown.code : 'new';
  const body = html`<h1>${shown.title || '新建模板'}</h1>${errorSummary('zh', problem)}
<form method="post" action="${path}/${address}" class="editor">${onceField(randomUUID())}<div class="editor-columns"><div class="editor-text stack">
<div class="editor-row">${textField({ name: 'title', label: '名称', value: shown.title, maxlength: 60, error: error('title') })}${
    existing
      ? ''
      : textField({
          name: 'code',
          label: '代码',
          value: shown.code,
          maxlength: 41,
          hint: '小写字母、数字和短横线',
          error: error('code'),
        })
  }${selectField({ name: 'kind', label: '类型', value: shown.kind, options: kindCodes.map((value) => ({ value, text: kindOf(value).zh })) })}</div>
${areaField({ name: 'text', label: '模板', hint: '第一行写“标题：……”。条件写 {% if ledger.overdue > 0 %}……{% endif %}，循环写 {% for town in towns %}……{% endfor %}。', value: shown.text, rows: 24, maxlength: longestTemplate, error: error('text') })}
${textField({ name: 'cutoff', label: '试运行到', value: shown.cutoff, maxlength: 40, hint: '2021-09-03（当日24时）或 2021-09-03T09:00', error: error('cutoff') })}
<div class="buttons">${button({ text: '试运行（不保存）', kind: 'plain', name: 'do', value: 'try' })}${button({ text: '保存', name: 'do', value: 'save' })}</div>${vocabulary()}</div>
<div class="editor-preview">${read ? await trial(read) : html`<p class="hint">试运行后在这里看到写出的文字和数字。</p>`}</div></div></form>${
    kept
      ? html`<form method="post" action="${path}/${shown.code}/end" class="stack">${onceField(randomUUID())}${button({ text: productTemplates.has(shown.code) ? '恢复系统自带的模板' : '停用这个模板', kind: 'danger' })}</form>`
      : ''
  }`;
  return sendConsolePage(site, request, reply, { title: shown.title || '新建模板', body, trail });
}

/** What a template wrote: with its numbers, and as the markup that a draft begins with. */
async function trial(read: ReadText): Promise<HtmlSafeString> {
  const content = cite(read);
  const manner: Manner = {
    number: ({ text }) => html`<span class="figure">${text}</span>`,
    picture: () => '',
    charts: await drawCharts(content),
  };
  const faults = [
    ...read.parsed.faults.map(({ line, message }) => `第 ${line} 行：${message.zh}`),
    ...read.missing.map(({ figure, key }) => `${figure}${key ? `（${key}）` : ''} 没有数值。`),
  ];
  return html`${faults.length ? html`<section class="notice bad"><ul>${faults.map((one) => html`<li>${one}</li>`)}</ul></section>` : ''}
<article class="bulletin draft" aria-label="试运行结果"><h2 class="title">${pieces(content.title, manner)}</h2>${content.blocks.map((block) => blockHtml(block, manner))}</article>
<details><summary>写出的草稿</summary><pre class="typed">${read.text}</pre></details>`;
}

function vocabulary(): HtmlSafeString {
  const lines: [string, string][] = [
    ['{{ district }} {{ year }} {{ month }} {{ day }}', '区名、年、月、截止日（2021-09-03）'],
    ['{{ day | days_before: 2 }} {{ day | day_text }}', '前两天；写成 2021年9月3日'],
    ['ledger.overdue', '指标的数值，用在条件里'],
    ['{% assign late = "ledger.overdue" | value: "field", field.code %}', '某个领域的数值'],
    ['fields towns units stages doses', '可以循环，每项有 .code 和 .name'],
  ];
  return html`<details class="act"><summary>模板里可以用什么</summary><dl>${lines.map(([code, what]) => html`<dt><code>${code}</code></dt><dd>${what}</dd>`)}</dl></details>`;
}
