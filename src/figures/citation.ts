// How a number is cited, so that whoever follows the citation finds this very number: who published it, what it is and up to when,
// the day of publication, the day on which it was read, an address that stays, and the licence (GB/T 7714-2015, 4.6 and 8.10,
// electronic resources; [DS/OL] is a data set on line).
import { type HtmlSafeString, html } from '@prairielearn/html';
import { cutoffOf, cutoffText, dayClosedBy, dayOf } from '../kit/clock.ts';
import { type Message, say } from '../kit/i18n.ts';
import type { View } from '../kit/page.ts';
import { licenceOf } from '../office/rules.ts';
import type { Site } from '../portal/context.ts';
import { presentOf } from '../portal/present.ts';
import type { Answer } from './answer.ts';
import type { Definition } from './definition.ts';
import { words } from './words.ts';

/** The address of an answer, which gives the same answer for ever: its cut-off, entry and version of the definition are in it. */
export function addressOf({ definition, question }: Pick<Answer, 'definition' | 'question'>): string {
  const { by, area, boundaries, entry_no } = question;
  const query = new URLSearchParams({
    cutoff: cutoffInAddress(question.cutoff),
    entry: String(entry_no),
    version: String(definition.version),
    ...(by && { by }),
    ...(!definition.personal && area.length > 6 && { area }),
    ...(boundaries && { boundaries }),
  });
  return `/figures/${definition.code}?${query}`;
}

/** A cut-off as people write it: a day where it is the end of one. */
function cutoffInAddress(cutoff: Date): string {
  const day = dayClosedBy(cutoff);
  return cutoffOf(day).getTime() === cutoff.getTime() ? day : cutoff.toISOString();
}

/** What is cited: a figure up to a cut-off, when it was published, and where it stays. */
export interface Cited {
  definition: Definition;
  /** What part of it, as it is called. */
  part?: string | undefined;
  cutoff: Date;
  /** Null where the number was computed on asking and not published itself. */
  published: Date | null;
  href: string;
}

/** A citation to be copied, in the language of the page, at the site's `address`, with the licence under which the number may be used. */
export async function citation(
  site: Site,
  address: string,
  view: View,
  cited: Cited,
  now = new Date(),
): Promise<HtmlSafeString> {
  const { language, district } = view;
  const t = (message: Message) => say(language, message);
  const { office } = await presentOf(site.db);
  const licence = licenceOf(office);
  const author = office.sponsor ?? t(district);
  const { definition, part, cutoff, published, href } = cited;
  const name = `${t(definition.title)}${part ? ` · ${part}` : ''}, ${t(words.cutoff)} ${cutoffText(cutoff, language)}`;
  const of = published ? `(${dayOf(published)})` : '';
  const text = `${author}. ${name}[DS/OL]. ${of}[${dayOf(now)}]. ${address}${href}.`;
  return html`<h2>${t(words.cite)}</h2><p class="citation">${text}</p><p class="meta">${t(words.licence)} ${
    licence.url ? html`<a rel="license" href="${licence.url}">${t(licence.name)}</a>` : t(licence.name)
  }</p>`;
}
