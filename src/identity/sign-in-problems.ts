import { Problem } from '../kit/problem.ts';

/** What better-auth refuses is nothing; a lock is said to be one; whatever else goes wrong is a fault of ours. */
export function nothingFor(code: string) {
  return (error: unknown): undefined => {
    const { status, statusCode } = error as { status?: string; statusCode?: number };
    if (status === 'TOO_MANY_REQUESTS') throw slowed(30, code);
    if (!statusCode || statusCode >= 500) throw error;
    return undefined;
  };
}

/** The Problem of a login or password that is wrong, whichever it was. */
export function wrongCredentials(): Problem {
  const text = { zh: '登录名或口令不对。', en: 'The login or the password is wrong.' };
  return new Problem('identity/credentials', 'unauthenticated', text, { password: text });
}

/** The Problem of a present password that is wrong. */
export function wrongCurrent(): Problem {
  const text = {
    zh: '现在的口令不对，没有修改。',
    en: 'The present password is wrong; nothing was changed.',
  };
  return new Problem('identity/credentials', 'invalid', text, { current: text });
}

/** The Problem of a code that is wrong or was used. */
export function wrongCode(): Problem {
  const text = {
    zh: '验证码不对，或已经用过。请用应用里最新的一组。',
    en: 'The code is wrong or was used already. Take the newest one from the app.',
  };
  return new Problem('identity/code', 'unauthenticated', text, { code: text });
}

/** The Problem of too many guesses. */
export function slowed(minutes: number, code = 'identity/slowed'): Problem {
  return new Problem(code, 'too_many', {
    zh: `尝试次数太多，请 ${minutes} 分钟后再试，或请单位管理员重新生成登录链接。`,
    en: `Too many attempts. Try again in ${minutes} minutes, or ask your unit administrator for a new link.`,
  });
}

/** The Problem of a one-time link that is none any more. */
export function linkSpent(): Problem {
  return new Problem('identity/link', 'not_found', {
    zh: '这个链接已经用过或已过期。请向单位管理员要一个新的。',
    en: 'This link was used already or has expired. Ask your unit administrator for a new one.',
  });
}
