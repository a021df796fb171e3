import type { Citation, Content } from '../content.ts';

/** What a template writes for: the cut-off and the names of the things that it goes through. */
export interface Occasion {
  cutoff: Date;
  district: { code: string; name: string };
  fields: { code: string; title: string }[];
  towns: { code: string; name: string }[];
}

/** A kind of bulletin that writes itself: text whose every number is a figure. */
export interface Template {
  code: string;
  /** What it is called where one is chosen. */
  title: string;
  write(occasion: Occasion): Content<Citation>;
}
