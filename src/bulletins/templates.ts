// Templates write drafts. They are Liquid, kept by the office as data: conditions on the values of figures and loops over fields,
// towns and units. They read no file and reach nothing but what is handed to them.
import { readdirSync, readFileSync } from 'node:fs';
import { Drop, Liquid } from 'liquidjs';
import { addDays } from '../calendar/rules.ts';
import type { Dimension } from '../figures/definition.ts';
import { cutoffText, dayClosedBy } from '../kit/clock.ts';
import { Problem } from '../kit/problem.ts';
import { dimensionNames } from './markup.ts';
import type { Ask } from './numbers.ts';
import { type Kind, kinds } from './rules.ts';
import type { Scene } from './scene.ts';

/** A template: what it is called, which kind of text it writes, and its Liquid. */
export interface Template {
  code: string;
  kind: Kind;
  title: string;
  text: string;
}

const folder = new URL('./templates/', import.meta.url);

/** The templates of the product, by code. The first line of each names its kind and title: `{% # press 新闻稿：… %}`. */
export const productTemplates: ReadonlyMap<string, Template> = new Map(
  readdirSync(folder)
    .filter((name) => name.endsWith('.liquid'))
    .sort()
    .map((name) => {
      const code = name.slice(0, -'.liquid'.length);
      const whole = readFileSync(new URL(name, folder), 'utf8');
      const [, kind, title] = /^\{% # (\w+) (.+?) %\}\n/.exec(whole) ?? [];
      if (!kind || !title || !Object.hasOwn(kinds, kind)) throw new Error(`${name} names no kind and title`);
      return [code, { code, kind: kind as Kind, title, text: whole.slice(whole.indexOf('\n') + 1) }];
    }),
);

/** How long a template may be, and how long a text, in characters: what a form sends of it fits the limit of forms. */
export const longestTemplate = 24_000;
export const longestText = 24_000;

const engine = new Liquid({
  strictVariables: true,
  strictFilters: true,
  ownPropertyOnly: true,
  // Looked up in this empty memory, an included file is never found.
  templates: {},
  parseLimit: longestTemplate,
  renderLimit: 5_000,
  memoryLimit: 2_000_000,
});

engine.registerFilter('value', async function (this: FilterThis, code: unknown, by?: unknown, key?: unknown) {
  const { ask, scene } = this.context.get(['asking']) as Asking;
  return templateValue(ask, scene, String(code), by === undefined ? undefined : String(by), key);
});
engine.registerFilter('days_before', (day: unknown, days: unknown) => addDays(String(day), -Number(days)));
engine.registerFilter('day_text', (day: unknown) => {
  const [year, month, date] = String(day).split('-').map(Number);
  return `${year}年${month}月${date}日`;
});

interface FilterThis {
  context: { get(path: string[]): unknown };
}

/** How a template asks for values; a Drop, so that nothing of it is shown as text. */
class Asking extends Drop {
  readonly ask: Ask;
  readonly scene: Scene;
  constructor(ask: Ask, scene: Scene) {
    super();
    this.ask = ask;
    this.scene = scene;
  }
  override liquidMethodMissing(): undefined {
    return undefined;
  }
  override valueOf(): string {
    return '';
  }
}

/** The figures whose codes begin with a name, by the rest of it: `ledger.overdue`. */
class Figures extends Drop {
  readonly #prefix: string;
  readonly #asking: Asking;
  constructor(prefix: string, asking: Asking) {
    super();
    this.#prefix = prefix;
    this.#asking = asking;
  }
  override liquidMethodMissing(name: string | number): Promise<number | null> {
    const { ask, scene } = this.#asking;
    return templateValue(ask, scene, `${this.#prefix}.${name}`, undefined, undefined);
  }
  override valueOf(): string {
    return '';
  }
}

/** A value as templates compare it: a number, or null where there is none. */
async function templateValue(
  ask: Ask,
  scene: Scene,
  code: string,
  by: string | undefined,
  key: unknown,
): Promise<number | null> {
  const definition = scene.figures.get(code);
  if (!definition) throw new Error(`没有叫“${code}”的指标`);
  if (by !== undefined && !definition.dimensions.includes(by as Dimension)) {
    const can = definition.dimensions.map((one) => `${one}（${dimensionNames[one]}）`).join('、');
    throw new Error(`${code} 不能按 ${by} 取数，可以按 ${can}`);
  }
  const found = await ask({ figure: code, ...(by && { by: by as Dimension, key: String(key) }) });
  return found ? Number(found.value.value) : null;
}

/** What a template wrote: a title and a text in the markup. */
export interface WrittenText {
  title: string;
  text: string;
}

/**
 * Writes a draft by a template. The first line that it writes is the title (标题：…). Raises `bulletins/template_fault`, which
 * names the line, for a template that cannot be read, names what there is not, or writes too much.
 */
export async function writeByTemplate(template: Template, scene: Scene, ask: Ask): Promise<WrittenText> {
  try {
    const parsed = engine.parse(template.text);
    const written: string = await engine.render(parsed, occasionOf(scene, ask), { templateLimit: 20_000 });
    if (written.length > longestText) throw new Error(`写出的文字超过 ${longestText} 字`);
    const [first = '', ...rest] = written.trim().split('\n');
    const title = /^标题[：:](.+)$/.exec(first.trim());
    return title
      ? {
          title: title[1]!.trim(),
          text: `${rest
            .join('\n')
            .replace(/\n{3,}/g, '\n\n')
            .trim()}\n`,
        }
      : { title: template.title, text: `${written.replace(/\n{3,}/g, '\n\n').trim()}\n` };
  } catch (error) {
    throw templateFault(error as Error);
  }
}

/** Reads a template without writing by it. Raises `bulletins/template_fault`. */
export function parseTemplate(text: string): void {
  try {
    engine.parse(text);
  } catch (error) {
    throw templateFault(error as Error);
  }
}

function occasionOf(scene: Scene, ask: Ask): Record<string, unknown> {
  const asking = new Asking(ask, scene);
  const day = dayClosedBy(scene.cutoff);
  const [year, month] = day.split('-').map(Number);
  const list = (dimension: Dimension) =>
    [...scene.names.get(dimension)!].map(([code, name]) => ({ code, name }));
  const prefixes = new Set([...scene.figures.keys()].map((code) => code.split('.')[0]!));
  return {
    asking,
    district: scene.district.name,
    day,
    year,
    month,
    cutoff_text: cutoffText(scene.cutoff, 'zh'),
    fields: list('field'),
    towns: list('area').filter(({ code }) => code !== scene.district.code),
    units: list('unit'),
    stages: list('stage'),
    doses: list('dose'),
    ...Object.fromEntries([...prefixes].map((prefix) => [prefix, new Figures(prefix, asking)])),
  };
}

/** What went wrong in a template, in one sentence with its line. */
function templateFault(error: Error & { token?: { getPosition?(): [number, number] } }): Problem {
  const line = error.token?.getPosition?.()[0];
  const what = error.message.split('\n')[0]!.replace(/, (file:.*?, )?line:\d+, col:\d+$/, '');
  const text = {
    zh: `模板${line ? `第 ${line} 行` : ''}有问题：${explained(what)}。`,
    en: `The template is wrong${line ? ` in line ${line}` : ''}: ${what}.`,
  };
  return new Problem('bulletins/template_fault', 'invalid', text, { text });
}

/** What the library says, in the words of whoever keeps templates. */
function explained(what: string): string {
  const unknown = /^undefined variable: (.+)$/.exec(what)?.[1];
  if (unknown) return `没有叫“${unknown}”的变量`;
  const filter = /^undefined filter: (.+)$/.exec(what)?.[1];
  if (filter) return `没有叫“${filter}”的过滤器`;
  const tag = /^tag "(.+?)" not found$/.exec(what)?.[1];
  if (tag) return `没有叫“${tag}”的标签`;
  const open = /^(?:tag|output) (.+?) not closed$/.exec(what)?.[1];
  if (open) return `“${open}”没有结束`;
  if (/limit exceeded/.test(what)) return '循环太多或写出的内容太大';
  if (/^ENOENT/.test(what)) return '不能引用别的文件';
  return what;
}
