import { type HtmlSafeString, html } from '@prairielearn/html';
import type { Routes } from '../identity/access.ts';
import { type Message, say } from '../kit/i18n.ts';
import type { View } from '../kit/page.ts';
import { dataTable } from '../kit/parts/table.ts';
import { type Site, sendPage, viewOf } from './context.ts';
import { portalPage } from './layout.ts';
import { referenceWords as words } from './words.ts';

/** A parameter as OpenAPI describes it. */
interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema?: Schema;
}

interface Schema {
  type?: string | string[];
  enum?: unknown[];
  anyOf?: Schema[];
  items?: Schema;
  properties?: Record<string, Schema>;
  required?: string[];
  description?: string;
}

interface Operation {
  summary?: string;
  tags?: string[];
  parameters?: Parameter[];
  requestBody?: { content: Record<string, { schema?: Schema }> };
  responses?: Record<string, { content?: Record<string, { schema?: Schema }> }>;
}

/** The description of the API, as the server makes it from the schemas that it checks by. */
export interface Description {
  paths?: Record<string, Record<string, Operation>>;
}

/** The API's reference page, drawn from the same description that programs read. */
export function addReference(routes: Routes, site: Site, describe: () => Description): void {
  const open = { config: { access: 'public' }, schema: { hide: true } } as const;
  routes.get('/api/v1/openapi.json', open, async () => describe());
  routes.get('/api/v1', open, async (request, reply) => {
    const view = await viewOf(site, request);
    const t = (message: Message) => say(view.language, message);
    const operations = Object.entries(describe().paths ?? {}).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
    );
    const isStaff = (operation: Operation) => operation.tags?.includes('staff') === true;
    const open = operations.filter(({ operation }) => !isStaff(operation));
    const staff = operations.filter(({ operation }) => isStaff(operation));
    const body = html`<h1>${t(words.title)}</h1><p class="lead">${t(words.lead)}</p>
<p><a href="/api/v1/openapi.json">openapi.json</a></p><p>${t(words.problems)}</p><p>${t(words.paging)}</p>
<h2>${t(words.open)}</h2>${open.map((one) => section(view, one))}
<h2>${t(words.staff)}</h2><p>${t(words.staff_lead)}</p>${staff.map((one) => section(view, one))}`;
    await sendPage(reply, portalPage(view, { title: t(words.title), body }));
  });
}

function section(
  view: View,
  { path, method, operation }: { path: string; method: string; operation: Operation },
): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const body = Object.entries(operation.requestBody?.content ?? {})[0];
  const answer = operation.responses?.['200']?.content?.['application/json']?.schema;
  const name = `${method.toUpperCase()} ${path}`;
  const parameters = [
    ...(operation.parameters ?? []),
    ...rowsOf(body?.[1].schema).map((one) => ({ ...one, in: body![0] })),
  ];
  return html`<section><h3><code>${name}</code></h3><p>${inLanguage(view, operation.summary)}</p>
${parameters.length ? fields(view, `${t(words.takes)} (${name})`, parameters) : ''}
${answer ? html`<p>${t(words.gives)}：<code>${shapeOf(answer)}</code></p>` : ''}</section>`;
}

function rowsOf(schema: Schema | undefined): Omit<Parameter, 'in'>[] {
  return Object.entries(schema?.properties ?? {}).map(([name, one]) => ({
    name,
    schema: one,
    required: schema?.required?.includes(name) === true,
    ...(one.description && { description: one.description }),
  }));
}

function fields(view: View, caption: string, rows: Parameter[]): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  return dataTable<Parameter>({
    caption,
    caption_hidden: true,
    rows,
    columns: [
      { title: t(words.name), cell: (row) => html`<code>${row.name}</code>` },
      { title: t(words.where), cell: (row) => row.in },
      { title: t(words.required), cell: (row) => (row.required ? t(words.yes) : t(words.no)) },
      {
        title: t(words.values),
        cell: (row) => html`<code>${shapeOf(row.schema)}</code> ${inLanguage(view, row.description)}`,
      },
    ],
  });
}

/** A text of the description in the reader's language; both stand in it, divided by a dot. */
function inLanguage(view: View, text = ''): string {
  const [zh = '', en = zh] = text.split(' · ');
  return view.language === 'zh' ? zh : en;
}

/** A schema in one line, as a reader of code would write it. */
function shapeOf(schema: Schema | undefined): string {
  if (!schema) return '';
  if (schema.enum) return schema.enum.filter((one) => one !== '').join(' | ');
  if (schema.anyOf) return schema.anyOf.map(shapeOf).join(' | ');
  if (schema.type === 'array') return `[${shapeOf(schema.items)}, …]`;
  if (schema.type === 'object' && schema.properties) {
    const properties = Object.entries(schema.properties).map(([name, one]) => `${name}: ${shapeOf(one)}`);
    return `{ ${properties.join(', ')} }`;
  }
  return [schema.type ?? 'any'].flat().join(' | ');
}
