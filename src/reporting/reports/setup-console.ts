import { randomUUID } from 'node:crypto';
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Static, Type } from 'typebox';
import { sendConsolePage } from '../../console/layout.ts';
import { actorOf, type Routes } from '../../identity/access.ts';
import { type Role, roleNames } from '../../identity/roles.ts';
import { currentHead } from '../../journal/head.ts';
import { withProblem } from '../../kit/http.ts';
import { light } from '../../kit/parts/light.ts';
import { dataTable } from '../../kit/parts/table.ts';
import { Problem } from '../../kit/problem.ts';
import type { Site } from '../../portal/context.ts';
import { listUnits, type UnitRow } from '../../units/actions.ts';
import { type FormCode, formCodes, forms } from '../forms.ts';
import { approvers, formKeepers } from '../rules.ts';
import { readNames, unknownReport } from './full-report.ts';
import { periods, periodWords } from './periods.ts';
import type { Ask, ReportForm } from './schema.ts';
import { type KeptCheck, keepForm, listChecks, listForms } from './setup.ts';
import { setupForm } from './setup-form.ts';

const Names = Type.Optional(Type.Array(Type.String({ maxLength: 120 }), { maxItems: 200 }));
const Figure = Type.Enum([...formCodes]);

/** A form as its page sends it, with its checks. */
const SetupForm = Type.Object(
  {
    key: Type.String({ minLength: 8, maxLength: 100 }),
    code: Type.String({ maxLength: 40 }),
    title: Type.String({ maxLength: 60 }),
    figure: Type.Optional(Type.Array(Figure, { maxItems: 50 })),
    only: Names,
    period: Type.Enum([...periods]),
    unit_level: Type.Enum(['', 'district', 'town', 'village']),
    units: Type.String({ maxLength: 2000 }),
    area_level: Type.Enum(['own', 'town', 'village']),
    due_days: Type.Integer({ minimum: 0, maximum: 60 }),
    approval: Names,
    begins_on: Type.String({ pattern: '^\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])$' }),
    active: Type.Optional(Type.Literal('on')),
    fall: Type.Optional(Type.Array(Figure, { maxItems: 50 })),
    outlier: Type.Optional(Type.Array(Figure, { maxItems: 50 })),
    threshold: Type.Number({ minimum: 0.5, maximum: 100 }),
    whole: Type.Optional(Type.Enum(['', ...formCodes])),
    relation: Type.Optional(Type.Enum(['equal', 'at_most'])),
    part: Type.Optional(Type.Array(Figure, { maxItems: 50 })),
  },
  { additionalProperties: false },
);
type SetupForm = Static<typeof SetupForm>;

const title = '报表设置';
const trail = [{ href: '/console/reports', text: '数据填报' }];

/** The forms as the coordinator keeps them: what is asked of whom, until when, who approves, and what is checked. */
export function addSetupConsole(routes: Routes, site: Site): void {
  const config = { access: { roles: formKeepers } } as const;
  routes.get('/console/reports/forms', { config, schema: { hide: true } }, async (request, reply) => {
    const { entry_no } = await currentHead(site.db);
    const units = await listUnits(site.db.queries, entry_no);
    const body = html`<h1>${title}</h1><p class="lead">月报默认开启，旬报默认关闭。系统能从记录算出的，不要再设报表。</p>
<p><a class="button" href="/console/reports/forms/new">新增报表</a></p>${formTable(await listForms(site.db.queries), units)}`;
    return sendConsolePage(site, request, reply, { title, body, trail });
  });
  const params = Type.Object({ form: Type.String({ maxLength: 60 }) });
  const path = '/console/reports/forms/:form';
  routes.get(path, { config, schema: { params, hide: true } }, (request, reply) =>
    showSetup(site, request, reply, request.params.form),
  );
  routes.post(path, { config, schema: { params, body: SetupForm, hide: true } }, async (request, reply) => {
    const { form: code } = request.params;
    try {
      const { entry_no } = await currentHead(site.db);
      const units = await listUnits(site.db.queries, entry_no);
      const known = (await listForms(site.db.queries)).find((one) => one.code === code);
      const checks = known ? await listChecks(site.db.queries, known.id) : [];
      const kept = formOf(request.body, known?.code, units);
      const entering = { actor: actorOf(request, 'console'), idempotency_key: request.body.key };
      await keepForm(site.db, entering, kept, checksOf(request.body, checks));
      return reply.redirect('/console/reports/forms', 303);
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.kind === 'not_found') throw problem;
      return showSetup(site, request, withProblem(reply, problem), code, problem, request.body);
    }
  });
}

function formTable(forms: readonly ReportForm[], units: readonly UnitRow[]): HtmlSafeString {
  const names = new Map(units.map((unit) => [unit.code, unit.short_name]));
  const levels = { district: '区直各单位', town: '各镇', village: '各村居' };
  return dataTable({
    caption: title,
    caption_hidden: true,
    rows: forms,
    columns: [
      {
        title: '报表',
        cell: (form) => html`<a href="/console/reports/forms/${form.code}">${form.title}</a>`,
      },
      { title: '种类', cell: (form) => periodWords[form.period] },
      {
        title: '谁报',
        cell: ({ unit_codes, unit_level }) =>
          unit_codes.length > 0
            ? unit_codes.map((code) => names.get(code) ?? code).join('、')
            : levels[unit_level!],
      },
      { title: '期后', cell: ({ due_days }) => `${due_days} 个工作日`, numeric: true },
      {
        title: '谁审',
        cell: ({ approvals }) => approvals.map((role) => roleNames[role].zh).join(' → ') || '不审',
      },
      { title: '状态', cell: ({ active }) => (active ? light('green', '开启') : light('quiet', '关闭')) },
    ],
  });
}

function formOf(
  sent: SetupForm,
  code: string | undefined,
  units: readonly UnitRow[],
): Omit<ReportForm, 'id'> {
  const named = sent.units.split(/[、，,;；\s]+/).filter(Boolean);
  const unit_codes = named.map(
    (text) => units.find((unit) => [unit.code, unit.short_name, unit.name].includes(text))?.code ?? text,
  );
  const roles = (sent.approval ?? []).filter(Boolean);
  return {
    code: code ?? sent.code.trim(),
    title: sent.title.trim(),
    asks: asksOf(sent),
    period: sent.period,
    unit_level: sent.unit_level === '' ? null : sent.unit_level,
    unit_codes,
    area_level: sent.area_level,
    due_days: sent.due_days,
    approvals: roles.filter((role): role is Role => approvers.some((one) => one === role)),
    begins_on: sent.begins_on,
    active: sent.active === 'on',
  };
}

function asksOf({ figure = [], only = [] }: SetupForm): Ask[] {
  return figure.map((code) => {
    const values: Record<string, string[]> = {};
    for (const one of only) {
      const [of, dimension, value] = one.split('|');
      if (of === code && dimension && value) values[dimension] = [...(values[dimension] ?? []), value];
    }
    // A dimension of which every value is chosen is not narrowed: a value that is added later is asked for too.
    for (const [dimension, all] of Object.entries(forms[code].dimensions)) {
      if (values[dimension]?.length === all.length) delete values[dimension];
    }
    return Object.keys(values).length > 0 ? { figure: code, values } : { figure: code };
  });
}

/** The checks that a form is to have: those that are gone stay, switched off. */
function checksOf(sent: SetupForm, known: readonly (KeptCheck & { id: number })[]): KeptCheck[] {
  const wanted = (kind: 'fall' | 'outlier', figure: FormCode): KeptCheck => ({
    kind,
    figure,
    parts: [],
    relation: null,
    threshold: kind === 'outlier' ? sent.threshold : null,
    active: true,
  });
  const checks: KeptCheck[] = [
    ...(sent.fall ?? []).map((figure) => wanted('fall', figure)),
    ...(sent.outlier ?? []).map((figure) => wanted('outlier', figure)),
  ];
  if (sent.whole && sent.part?.length) {
    const sum = { parts: sent.part, relation: sent.relation ?? 'equal', threshold: null, active: true };
    checks.push({ kind: 'sum', figure: sent.whole as FormCode, ...sum });
  }
  const kept = checks.map((check) => {
    const same = known.find(({ kind, figure }) => kind === check.kind && figure === check.figure);
    return same ? { ...check, id: same.id } : check;
  });
  const gone = known.filter(({ id }) => !kept.some((check) => check.id === id));
  return [
    ...kept,
    ...gone.map(({ id, kind, figure, parts, relation, threshold }) => ({
      id,
      kind,
      figure,
      parts,
      relation,
      threshold,
      active: false,
    })),
  ];
}

async function showSetup(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  code: string,
  problem?: Problem,
  sent?: SetupForm,
): Promise<FastifyReply> {
  const known = (await listForms(site.db.queries)).find((one) => one.code === code);
  if (!known && code !== 'new') throw unknownReport();
  const { entry_no } = await currentHead(site.db);
  const units = await listUnits(site.db.queries, entry_no);
  const checks = known ? await listChecks(site.db.queries, known.id) : [];
  const { dimensionNames: names } = await readNames(site.db.queries, entry_no);
  const form = sent ? formOf(sent, known?.code, units) : (known ?? newForm());
  const shown = sent ? checksOf(sent, checks) : checks;
  const body = setupForm({ form, checks: shown, units, names, key: randomUUID(), isNew: !known, problem });
  const name = known?.title ?? '新增报表';
  return sendConsolePage(site, request, reply, {
    title: name,
    body,
    trail: [...trail, { href: '/console/reports/forms', text: title }],
  });
}

/** What a new form begins as: monthly, of every town, approved by town and district. */
function newForm(): Omit<ReportForm, 'id'> {
  const month = `${new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 7)}-01`;
  return {
    code: '',
    title: '',
    asks: [],
    period: 'month',
    unit_level: 'town',
    unit_codes: [],
    area_level: 'own',
    due_days: 5,
    approvals: ['unit_head', 'town_coordinator', 'coordinator'],
    begins_on: month,
    active: true,
  };
}
