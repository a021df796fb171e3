import type { Message } from '../../kit/i18n.ts';
import { Problem } from '../../kit/problem.ts';
import type { FullCell, FullReport } from './full-report.ts';

/** A Problem where a report cannot be submitted yet: cells are empty, or checks have questions without an answer. */
export function checkComplete({ cells, questions }: FullReport): Problem | undefined {
  const empty = cells.filter((cell) => cell.empty);
  if (empty.length > 0) {
    const [first] = empty;
    const text = {
      zh: `还有 ${empty.length} 格没有填（${first!.name}${empty.length > 1 ? '等' : ''}）。没有的填 0；没有数据的写“无：原因”。`,
      en: `${empty.length} cells are empty: enter 0 where there are none, or say why there is nothing to report.`,
    };
    return new Problem(
      'reporting/incomplete',
      'invalid',
      text,
      fieldsOf(
        empty.map(({ place }) => place.key),
        text,
      ),
    );
  }
  const writable = new Set(cells.filter((cell) => cell.open).map(({ place }) => place.key));
  const open = questions.filter(({ key, answered }) => !answered && writable.has(key));
  if (open.length === 0) return undefined;
  const wrong = open.filter(({ must }) => must);
  const text =
    wrong.length > 0
      ? { zh: wrong.map((one) => one.text).join(''), en: 'Some parts do not make their whole.' }
      : {
          zh: `还有 ${open.length} 个数需要说明：对的，就写一句为什么；不对的，请改。`,
          en: `${open.length} values are asked about: say why they are right, or change them.`,
        };
  return new Problem(
    'reporting/questions',
    'invalid',
    text,
    fieldsOf(
      open.map(({ key }) => key),
      text,
    ),
  );
}

/** The cells that were sent back and are as they were, without a word about them. */
export function untouchedCells({ cells, steps, standing }: FullReport): FullCell[] {
  if (standing.state !== 'returned') return [];
  return cells.filter(({ place, stored }) => {
    if (!stored?.opened_for) return false;
    const sent = steps.findLast(({ step, key }) => step === 'return' && key === place.key);
    return sent?.since_entry === stored.since_entry;
  });
}

/** A Problem where a cell was sent back and nothing was done about it. */
export function checkUntouched(full: FullReport): Problem | undefined {
  const [untouched] = untouchedCells(full);
  if (!untouched) return undefined;
  const text = {
    zh: `退回的“${untouched.name}”没有改，也没有说明。请改数，或说明为什么是对的。`,
    en: `“${untouched.name}” was returned and is as it was: change it, or say why it is right.`,
  };
  return new Problem('reporting/unanswered', 'invalid', text, { [`answer.${untouched.place.key}`]: text });
}

function fieldsOf(keys: readonly string[], text: Message): Record<string, Message> {
  return Object.fromEntries(keys.slice(0, 1).map((key) => [`cell.${key}`, text]));
}
