import { cutoffOf, isDay } from '../../kit/clock.ts';
import type { Site } from '../../portal/context.ts';
import { presentOf } from '../../portal/present.ts';

/** The cut-off that is asked for; none for now. A demonstration lives at the cut-off of its newest publication. */
export async function askedCutoff(site: Site, day?: string): Promise<Date | undefined> {
  if (day && isDay(day)) {
    const cutoff = cutoffOf(day);
    return cutoff < new Date() ? cutoff : undefined;
  }
  const { demonstration, published } = await presentOf(site.db);
  return demonstration ? published?.cutoff : undefined;
}

/** The moment at which a page is looked at: now, or where a demonstration lives. */
export async function askedMoment(site: Site): Promise<Date> {
  return (await askedCutoff(site)) ?? new Date();
}
