import type { Outcome } from '../rules.ts';

/** What the interfaces of WeChat answer: 0 is well. */
export interface Answer {
  errcode?: number;
  access_token?: string;
  expires_in?: number;
  invaliduser?: string;
}

/** The answers that mean a token which is no longer good. */
const staleToken = [40001, 40014, 41001, 42001];

/** An access token of an interface of WeChat, asked for when there is none and kept until shortly before it ends. */
export function tokenKeeper(ask: () => Promise<Answer>) {
  let kept: { token: string; until: number } | undefined;
  const get = async (): Promise<string | undefined> => {
    if (kept && kept.until > Date.now()) return kept.token;
    const { access_token, expires_in = 7200 } = await ask();
    kept = access_token
      ? { token: access_token, until: Date.now() + Math.max(0, expires_in - 300) * 1000 }
      : undefined;
    return access_token;
  };
  const forget = () => {
    kept = undefined;
  };
  return { get, forget };
}

/** What an answer means: a stale token and a busy or rationed interface are worth another try, all else is final. */
export function outcomeOf(answer: Answer | null, tokens: { forget(): void }): Outcome {
  const code = answer?.errcode ?? -2;
  if (code === 0) return { took: 'taken' };
  if (staleToken.includes(code)) {
    tokens.forget();
    return { took: 'later', fault: `errcode_${code}` };
  }
  return { took: code === -1 || code === 45009 ? 'later' : 'refused', fault: `errcode_${code}` };
}
