// What identifies a person is masked by default: of a name the surname stays, of a phone the first three and last four
// digits, of an address nothing (个人信息保护法 51, and the usual ways of 脱敏). A person is known again by a verified phone
// together with the same name: one phone of an elder and a helper makes two people of them, and a number that nobody
// confirmed joins nobody.
import type { Role } from '../identity/roles.ts';
import { Problem } from '../kit/problem.ts';
import type { NewPerson } from './schema.ts';

/** Who looks people up in the register, and erases them. */
export const registerKeepers = ['coordinator'] as const satisfies readonly Role[];

/** Who may unmask a person whose request they handle. */
export const unmaskers = [
  'coordinator',
  'inspector',
  'town_coordinator',
  'unit_head',
  'unit_officer',
  'village_officer',
] as const satisfies readonly Role[];

/** A phone number as it is kept: eleven digits of a mobile, or area code and number. Nothing where it is none. */
export function normalPhone(typed: string): string | undefined {
  const digits = typed
    .normalize('NFKC')
    .replace(/[\s().－—-]/g, '')
    .replace(/^(\+|00)86/, '');
  return /^(1[3-9]\d{9}|0\d{9,11})$/.test(digits) ? digits : undefined;
}

/** A name as it is kept: one spelling of its characters, no space at the ends. */
export function normalName(typed: string): string {
  return typed.normalize('NFKC').trim().replace(/\s+/g, ' ');
}

/** Whether two names are the same but for spaces, dots and letter case. */
export function sameName(a: string, b: string): boolean {
  const plain = (name: string) =>
    normalName(name)
      .replace(/[\s·•.・]/g, '')
      .toLowerCase();
  return plain(a) === plain(b);
}

/** A Problem when what somebody says of themselves cannot be registered; nothing otherwise. */
export function checkPerson({
  name,
  phone,
  phone_verified,
  address,
  id_number,
}: NewPerson): Problem | undefined {
  const normal = normalName(name);
  if (!normal || normal.length > 60 || /\p{C}/u.test(normal)) return wrongName();
  if (phone !== null && !normalPhone(phone)) return wrongPhone();
  if (phone === null && phone_verified) return wrongPhone();
  if (address && address.length > 300) return tooLong('address');
  if (id_number && id_number.length > 40) return tooLong('id_number');
  return undefined;
}

const compoundSurnames =
  /^(欧阳|上官|司马|司徒|诸葛|皇甫|尉迟|公孙|慕容|令狐|宇文|长孙|夏侯|东方|南宫|西门|百里|端木|轩辕|闻人|钟离|独孤|呼延|申屠|太史)/;

/** A name of which the surname stays: 李**, 欧阳**; of another script the first letter. */
export function maskName(name: string): string {
  const characters = [...name];
  if (!/^\p{Script=Han}/u.test(name)) return `${characters[0] ?? ''}***`;
  const kept = compoundSurnames.test(name) && characters.length > 2 ? 2 : 1;
  return characters.slice(0, kept).join('') + '*'.repeat(Math.max(1, Math.min(2, characters.length - kept)));
}

/** A number of which the first three and last four digits stay: 138****5678. */
export function maskPhone(phone: string): string {
  return `${phone.slice(0, 3)}****${phone.slice(-4)}`;
}

/** An identity number of which the first and last character stay. */
export function maskIdNumber(id_number: string): string {
  return `${id_number.slice(0, 1)}${'*'.repeat(Math.max(1, id_number.length - 2))}${id_number.slice(-1)}`;
}

/** A Problem when a reason says nothing; nothing otherwise. */
export function checkReason(reason: string): Problem | undefined {
  if (reason.trim().length >= 4) return undefined;
  const text = { zh: '请写明理由（至少四个字）。', en: 'Give the reason in at least four characters.' };
  return new Problem('residents/reason', 'invalid', text, { reason: text });
}

function wrongName(): Problem {
  const name = { zh: '请填写姓名（最多 60 个字）。', en: 'Give a name of at most 60 characters.' };
  return new Problem('residents/name', 'invalid', name, { name });
}

/** The Problem of what is no phone number. */
export function wrongPhone(): Problem {
  const phone = {
    zh: '请填写 11 位手机号，或带区号的座机号。',
    en: 'Give a mobile number of 11 digits, or a landline with its area code.',
  };
  return new Problem('residents/phone', 'invalid', phone, { phone });
}

function tooLong(field: 'address' | 'id_number'): Problem {
  const text = { zh: '内容太长，请缩短。', en: 'This is too long; shorten it.' };
  return new Problem('residents/too_long', 'invalid', text, { [field]: text });
}
