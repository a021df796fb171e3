// What people write into a cell: a number, 「无：原因」 where there is nothing to report, or nothing at all.

import { plainText } from '../../kit/days.ts';
import type { Message } from '../../kit/i18n.ts';
import type { StoredCell } from './schema.ts';

/** What a written cell means. */
export type TypedCell =
  | { kind: 'value'; value: number }
  | { kind: 'nothing'; nothing: string }
  | { kind: 'empty' }
  | { kind: 'wrong'; text: Message };

/** Reads a cell as people write it: 1,234, １２３４, 1234人, 无：本月没有开诊. 0 is a value; an empty cell is not reported. */
export function readTyped(written: string): TypedCell {
  const text = plainText(written).trim();
  if (text === '' || text === '未报') return { kind: 'empty' };
  const nothing = /^(?:无|没有|\/|—|-|无数据)(?:[\s：:，,（(]+(.*?)[）)]?)?$/.exec(text);
  if (nothing) {
    const reason = nothing[1]?.trim();
    if (reason) return { kind: 'nothing', nothing: reason.slice(0, 300) };
    return wrong(
      '没有数据的，请写明原因，如“无：本月没有开诊”；一个也没有的，填 0',
      'say why there is nothing',
    );
  }
  const digits = text.replace(/[,\s_]/g, '').replace(/[个人张针次户件名]+$/, '');
  if (/^\d{1,12}(\.0+)?$/.test(digits)) return { kind: 'value', value: Number(digits) };
  if (/^-/.test(digits)) return wrong('不能是负数', 'must not be negative');
  if (/^\d+\.\d+$/.test(digits)) return wrong('应为整数', 'must be a whole number');
  return wrong(`“${text.slice(0, 20)}”不是数字`, 'is not a number');
}

function wrong(zh: string, en: string): TypedCell {
  return { kind: 'wrong', text: { zh, en } };
}

/** A stored cell as it is written. */
export function typedOf(stored: Pick<StoredCell, 'value' | 'nothing'> | undefined): string {
  if (!stored) return '';
  return stored.nothing === null
    ? stored.value === null
      ? ''
      : String(stored.value)
    : `无：${stored.nothing}`;
}
