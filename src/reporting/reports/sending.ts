// What a form of cells sends: cell.<key> with what was typed, answer.<key> with what was said to a question.
import type { Message } from '../../kit/i18n.ts';
import { Problem } from '../../kit/problem.ts';
import { isChange } from './actions.ts';
import type { FullReport } from './full-report.ts';
import type { SentCell } from './schema.ts';
import { readTyped } from './typed.ts';

/** How the cells that were left empty are filled in one click: what there is as in the last period, or with 0. */
export type Fill = 'same' | 'zero' | undefined;

/**
 * The cells of a form that differ from what is stored. Raises `reporting/cell` with each cell that cannot be read, and
 * `reporting/changed_meanwhile` where somebody else changed one since the page was opened at an entry.
 */
export function changedCells(
  full: FullReport,
  body: Readonly<Record<string, string>>,
  since: number | undefined,
  fill: Fill,
): SentCell[] {
  const wrong: Record<string, Message> = {};
  const changed: SentCell[] = [];
  const clashing: string[] = [];
  for (const { place, name, stored, open, known, stock } of full.cells) {
    if (!open) continue;
    const text = body[`cell.${place.key}`];
    const answer = body[`answer.${place.key}`];
    const said = answer === undefined ? {} : { answer };
    const typed = text === undefined ? undefined : readTyped(text);
    if (typed?.kind === 'wrong') {
      wrong[`cell.${place.key}`] = { zh: `${name}：${typed.text.zh}。`, en: `${name}: ${typed.text.en}.` };
      continue;
    }
    let value = typed ? (typed.kind === 'value' ? typed.value : null) : (stored?.value ?? null);
    const nothing = typed ? (typed.kind === 'nothing' ? typed.nothing : null) : (stored?.nothing ?? null);
    if (value === null && nothing === null && fill) {
      value = fill === 'zero' ? 0 : stock ? (known.series.at(-1)?.value ?? null) : null;
    }
    const sent: SentCell = { key: place.key, value, nothing, ...said };
    // An answer goes with its value; one that only stood there while the value was changed is not meant for the new one.
    if (
      stored &&
      answer === (stored.answer ?? '') &&
      (stored.value !== value || stored.nothing !== nothing)
    ) {
      sent.answer = null;
    }
    if (!isChange(stored, sent)) continue;
    if (stored && since !== undefined && stored.since_entry > since) clashing.push(name);
    changed.push(sent);
  }
  const count = Object.keys(wrong).length;
  if (count > 0) {
    const text = {
      zh: `有 ${count} 格看不懂，没有保存。`,
      en: `${count} cells cannot be read; nothing was saved.`,
    };
    throw new Problem('reporting/cell', 'invalid', text, wrong);
  }
  if (clashing.length > 0) {
    throw new Problem('reporting/changed_meanwhile', 'conflict', {
      zh: `您打开页面以后，别人改过：${clashing.slice(0, 5).join('、')}。下面是您填的；仍要这样填，请再保存一次。`,
      en: `Changed by somebody else meanwhile: ${clashing.slice(0, 5).join(', ')}. Save again to have yours.`,
    });
  }
  return changed;
}
