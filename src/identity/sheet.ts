import type { Message } from '../kit/i18n.ts';
import { Problem } from '../kit/problem.ts';
import { readTable } from '../kit/sheet.ts';
import type { NewAccount, NewHolding } from './actions.ts';
import { type Role, roleNames, roles } from './roles.ts';

/** The columns of a list of staff. The roles are named as on screen, several divided by 、. */
export const accountColumns = ['登录名', '姓名', '单位代码', '角色', '代办领导登录名'] as const;

/**
 * Reads a list of staff from a spreadsheet. Raises `identity/sheet` with every error by line and column, `kit/sheet`,
 * `kit/sheet_columns`;
 * then nobody of it is added.
 */
export async function readAccounts(file: Buffer): Promise<NewAccount[]> {
  const rows = await readTable(file, accountColumns.slice(0, 4));
  const errors: string[][] = [];
  const accounts = rows.map(({ line, cells }) => accountOf(line, cells, errors));
  if (rows.length === 0) errors.push(['表里没有数据', 'the sheet has no rows']);
  if (errors.length > 0) throw sheetProblem(errors);
  return accounts;
}

function accountOf(line: number, cells: Record<string, string>, errors: string[][]): NewAccount {
  const cell = (column: (typeof accountColumns)[number]) => cells[column] ?? '';
  const wrong = (column: string, text: Message) =>
    errors.push([`第 ${line} 行 ${column}：${text.zh}`, `line ${line} ${column}: ${text.en}`]);
  if (!/^[\p{L}\p{N}._-]{2,60}$/u.test(cell('登录名'))) {
    wrong('登录名', {
      zh: '应为 2–60 个字母、汉字、数字、点或横线',
      en: 'takes 2 to 60 letters, digits, dots or dashes',
    });
  }
  if (!cell('姓名') || cell('姓名').length > 60)
    wrong('姓名', { zh: '应为 1–60 个字', en: 'takes 1 to 60 characters' });
  if (!cell('单位代码')) wrong('单位代码', { zh: '没有填写', en: 'is missing' });
  const holdings = cell('角色')
    .split(/[、,，;；\s]+/)
    .filter(Boolean)
    .map((name) => {
      const role = roles.find((one) => roleNames[one].zh === name);
      if (!role) wrong('角色', { zh: `没有“${name}”这个角色`, en: `“${name}” is no role` });
      return holdingOf(role ?? 'unit_officer', cell('代办领导登录名'));
    });
  if (holdings.length === 0) wrong('角色', { zh: '没有填写', en: 'is missing' });
  return {
    login: cell('登录名'),
    name: cell('姓名'),
    unit_code: cell('单位代码'),
    roles: holdings,
    synthetic: false,
  };
}

function holdingOf(role: Role, for_login: string): NewHolding {
  return role === 'liaison' && for_login ? { role, for_login } : { role };
}

function sheetProblem(errors: string[][]): Problem {
  const list = (index: 0 | 1, divider: string) =>
    errors
      .slice(0, 20)
      .map((one) => one[index])
      .join(divider);
  const text = {
    zh: `没有添加任何账号，共 ${errors.length} 处需要修改：${list(0, '；')}。`,
    en: `No account was added; ${errors.length} to mend: ${list(1, '; ')}.`,
  };
  return new Problem('identity/sheet', 'invalid', text, { file: text });
}
