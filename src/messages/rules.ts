// What is told must be whole, true to its template and of nobody's life: values are checked by their sort, and a text in
// which a telephone or identity number stands is refused, so that no caller can let one slip into what is kept in clear.
import { dayText, isDay, momentText } from '../kit/clock.ts';
import type { Language } from '../kit/i18n.ts';
import type { Filling } from './schema.ts';
import { placesOf, type Sort, type TemplateName, templateOf } from './templates.ts';

/** Raises an error of ours when values do not fill a template; callers are code, never people. */
export function checkFilled(name: TemplateName, filled: Readonly<Record<string, Filling>>): void {
  const { values } = templateOf(name);
  const odd = Object.keys(filled).find((key) => !(key in values));
  const bad = Object.entries(values).find(([key, sort]) => !isOfSort(sort, filled[key]));
  if (odd ?? bad) throw new Error(`the template ${name} is not filled rightly: ${odd ?? bad![0]}`);
}

const longestName = 100;

function isOfSort(sort: Sort, value: Filling | undefined): boolean {
  switch (sort) {
    case 'code':
      return typeof value === 'string' && /^[A-Za-z0-9〔〕-]{1,40}$/.test(value) && !isTelling(value);
    case 'name':
      return textsOf(value).every(
        (text) => text.length > 0 && text.length <= longestName && !isTelling(text),
      );
    case 'day':
      return typeof value === 'string' && isDay(value);
    case 'moment':
      return (
        typeof value === 'string' && /^\d{4}-\d\d-\d\dT.*Z$/.test(value) && !Number.isNaN(Date.parse(value))
      );
    case 'count':
      return Number.isSafeInteger(value);
  }
}

function textsOf(value: Filling | undefined): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' ? [value.zh, value.en] : [''];
}

/** Whether a text holds what looks like a mobile number, an identity number or an address of e-mail. */
function isTelling(text: string): boolean {
  return /(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{17}[\dXx]|@\w/.test(text);
}

/**
 * Raises an error of ours for a link that is no path of this site, or that carries what looks like a secret: a message is
 * kept in clear, so whoever reads it must not get in by its link.
 */
export function checkLink(link: string | null): void {
  if (link === null) return;
  const parts = link.split(/[/#?&=]/);
  if (/^\/[A-Za-z0-9/_#-]*$/.test(link) && parts.every((part) => part.length <= 20)) return;
  throw new Error('the link of a message must be a path of this site without a secret');
}

/** The words of a message in a language. */
export function textOf(
  message: { template: TemplateName; filled: Readonly<Record<string, Filling>> },
  language: Language,
): { title: string; text: string } {
  const { title, text } = templateOf(message.template);
  const values = shownValues(message.template, message.filled, language);
  const filled = placesOf(text[language]).reduce(
    (so_far, place) => so_far.replace(`{${place}}`, () => values[place]!),
    text[language],
  );
  return { title: title[language], text: filled };
}

/** What fills the places of a template, as people read it. */
export function shownValues(
  name: TemplateName,
  filled: Readonly<Record<string, Filling>>,
  language: Language,
): Record<string, string> {
  const { values } = templateOf(name);
  return Object.fromEntries(
    Object.entries(values).map(([place, sort]) => [place, shown(sort, filled[place]!, language)]),
  );
}

function shown(sort: Sort, value: Filling, language: Language): string {
  if (typeof value === 'object') return value[language];
  if (sort === 'day') return dayText(String(value), language);
  if (sort === 'moment') return momentShown(String(value), language);
  return String(value);
}

function momentShown(iso: string, language: Language): string {
  const [day, time] = momentText(new Date(iso)).split(' ') as [string, string];
  if (language === 'en') return `${time} on ${dayText(day, 'en')}`;
  return `${dayText(day, 'zh')}${time}`;
}
