import { cutoffText, dayOf, dayText } from '../../kit/clock.ts';
import type { CitedFigure, Content, Piece } from '../content.ts';

/** What kind of bulletin a paper is: its name, and whether it is issued as an official document (公文) with a red head. */
export interface PaperType {
  title: string;
  official: boolean;
}

/** What stands behind a number of a text, for notes and for looking it up. */
export interface Source {
  /** What the figure is called, with the part that it is of. */
  title: string;
  /** What it counts (统计口径). */
  explanation: string;
  cutoff: Date;
  /** Where its release is looked up, in full; where it has none, as in papers for staff, the figure. */
  address: string;
  /** True for a part of a figure: of a field, a town, a stage. */
  part: boolean;
}

/** A bulletin with everything that it is given out with as a document, as slides and in a feed. */
export interface Paper {
  number: string;
  type: PaperType;
  /** 发文机关. */
  issuer: string;
  /** 主送机关. */
  addressee?: string | null;
  /** 发文字号, as 珠金办〔2021〕3号. */
  document_number?: string | null;
  /** 抄送机关. */
  copied_to?: string | null;
  /** 联系方式, where objections or questions go. */
  contact?: string | null;
  /** 公示: the last day on which objections are taken. */
  objections_until?: string | null;
  published_at: Date;
  cutoff: Date;
  synthetic: boolean;
  content: Content<CitedFigure>;
  /** The permanent page of the bulletin, in full. */
  address: string;
  /** What stands behind one of its numbers. */
  source(number: CitedFigure): Source;
  /** A stored picture by its digest; nothing when it is not kept any more. */
  picture(file: string): Promise<Buffer | undefined>;
}

/** A line as plain words. */
export function plain(pieces: readonly Piece<CitedFigure>[]): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : piece.text)).join('');
}

/** A number as one, for a cell or a bar; as it is written where it is withheld (＊). */
export function amountOf({ text }: CitedFigure): number | string {
  return Number.isFinite(Number(text)) ? Number(text) : text;
}

/** 成文日期: the day that a paper was issued (GB/T 9704-2012, 7.3.5.4: Arabic numerals, no leading zeros). */
export function dateOf(paper: Pick<Paper, 'published_at'>): string {
  return dayText(dayOf(paper.published_at), 'zh');
}

/** Up to when its figures are, and where each of them is looked up. */
export function closingLine({ cutoff, address }: Pick<Paper, 'cutoff' | 'address'>): string {
  return `文中数字截至${cutoffText(cutoff, 'zh')}（另有说明的除外），每个数字的统计口径和来源见 ${address}`;
}
