import { randomInt, timingSafeEqual } from 'node:crypto';
import type { Transaction } from '../../journal/write.ts';
import type { Database, Queries } from '../../kit/db.ts';
import { refuseIf } from '../../kit/problem.ts';
import type { Vault } from '../../kit/vault.ts';
import { normalPhone, wrongPhone } from '../rules.ts';
import { checkSent, codeLife, mostGuesses, wrongCode } from './rules.ts';
import { guessCode, insertCode, useCode } from './store.ts';

/**
 * Makes a code for a phone and gives it, to be sent there and nowhere else (in a demonstration it is shown). Whether the number
 * is known makes no difference. Raises `residents/phone`, `residents/code_too_soon`, `residents/codes_too_many`.
 *
 * @param asked the phone as typed, the address of whoever asks, and whether they proved work (`checkProof`)
 */
export async function askCode(
  db: Database,
  vault: Vault,
  asked: { phone: string; address: string; proved: boolean },
  now = new Date(),
): Promise<{ phone: string; code: string }> {
  const phone = normalPhone(asked.phone);
  if (!phone) throw wrongPhone();
  const code = String(randomInt(1_000_000)).padStart(6, '0');
  const kept = {
    phone: vault.fingerprint('code of phone', phone),
    address: vault.fingerprint('code for address', asked.address),
    code: vault.fingerprint('code', codeOf(phone, code)),
    asked_at: now,
  };
  const looked = {
    phone: vault.fingerprints('code of phone', phone),
    address: vault.fingerprints('code for address', asked.address),
  };
  await insertCode(db, kept, looked, (sent) => refuseIf(checkSent(sent, asked.proved)));
  return { phone, code };
}

/** What somebody gives back: the phone and the code as typed, and the key of the form that it is given with. */
export interface GivenCode {
  phone: string;
  code: string;
  key: string;
}

/**
 * Checks a code before the form that it came with is handled; every call counts as a guess. It stays good for the same form sent
 * twice. Raises `residents/code`. What the form does then uses the code up by `useCodeIn`.
 */
export async function checkCode(
  queries: Queries,
  vault: Vault,
  given: GivenCode,
  now = new Date(),
): Promise<void> {
  const { phone, codes } = readGiven(vault, given);
  const kept = await guessCode(queries, vault.fingerprints('code of phone', phone), sinceOf(now));
  if (!kept || kept.guesses > mostGuesses) throw wrongCode();
  const right = codes.some((code) => isEqual(code, kept.code));
  if (!right || (kept.used_for !== null && kept.used_for !== given.key)) throw wrongCode();
}

/** Uses a code up within the change that it confirms. Raises `residents/code` where another change used it meanwhile. */
export async function useCodeIn(
  tx: Transaction,
  vault: Vault,
  given: GivenCode,
  now = new Date(),
): Promise<void> {
  const { codes } = readGiven(vault, given);
  if (!(await useCode(tx.queries, codes, sinceOf(now), given.key))) throw wrongCode();
}

function readGiven(vault: Vault, { phone: typed, code }: GivenCode): { phone: string; codes: string[] } {
  const phone = normalPhone(typed);
  const digits = code.normalize('NFKC').replace(/\s/g, '');
  if (!phone || !/^\d{6}$/.test(digits)) throw wrongCode();
  return { phone, codes: vault.fingerprints('code', codeOf(phone, digits)) };
}

/** A code belongs to its phone: the same digits for another are another code. */
function codeOf(phone: string, code: string): string {
  return `${phone} ${code}`;
}

function sinceOf(now: Date): Date {
  return new Date(now.getTime() - codeLife);
}

function isEqual(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
