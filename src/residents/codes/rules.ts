// A phone is confirmed by a code of six digits that is sent to it: good for ten minutes, once, and for five guesses. How
// many are sent is limited for a phone and for an address; many phones share an address of a mobile network, and a proof of
// work (in place of a picture puzzle) raises what an address may have. Asking answers the same for every number.
import { Problem } from '../../kit/problem.ts';

const minute = 60_000;

/** How long a code is good, in milliseconds. */
export const codeLife = 10 * minute;

/** How often a code may be guessed. */
export const mostGuesses = 5;

/** How long a challenge of work may be answered, in milliseconds. */
export const proofLife = 30 * minute;

/** How many codes were sent already: to the phone in a minute, an hour and a day, and from the address in an hour. */
export interface Sent {
  phone_minute: number;
  phone_hour: number;
  phone_day: number;
  address_hour: number;
}

/** A Problem when another code would be too many; nothing otherwise. */
export function checkSent(sent: Sent, proved: boolean): Problem | undefined {
  if (sent.phone_minute >= 1) return tooSoon();
  if (sent.phone_hour >= 5 || sent.phone_day >= 10) return tooMany();
  if (sent.address_hour >= (proved ? 60 : 10)) return tooMany();
  return undefined;
}

/** The Problem of a code that is wrong, used up or too old: which of them, nobody is told. */
export function wrongCode(): Problem {
  const code = {
    zh: '验证码不对或已过期。请核对短信，或重新获取。',
    en: 'The code is wrong or too old. Look at the message again, or ask for a new one.',
  };
  return new Problem('residents/code', 'invalid', code, { code });
}

function tooSoon(): Problem {
  const phone = {
    zh: '验证码刚刚发过，请等一分钟再获取。',
    en: 'A code was sent just now; wait a minute before you ask for another.',
  };
  return new Problem('residents/code_too_soon', 'too_many', phone, { phone });
}

function tooMany(): Problem {
  const phone = {
    zh: '获取验证码太频繁，请过一小时再试，或到村（居）办理。',
    en: 'Too many codes were asked for. Try again in an hour, or go to the village office.',
  };
  return new Problem('residents/codes_too_many', 'too_many', phone, { phone });
}
