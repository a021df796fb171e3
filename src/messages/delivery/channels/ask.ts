import type { Outcome } from '../rules.ts';

/** How long a gateway may take to answer, in milliseconds. */
const patience = 10_000;

/** Faults of a connection that was never made: nothing was sent. */
const neverSent = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
];

/**
 * Sends JSON to a gateway and says what became of it: the answer where there is one, else an outcome. An answer of trouble
 * on its side (5xx) and none at all leave open whether it was taken. Faults are codes alone, never what was sent.
 */
export async function askGateway(
  url: URL,
  request: { body: string; headers?: Record<string, string>; patience?: number },
): Promise<{ answer: unknown } | Outcome> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8', ...request.headers },
      body: request.body,
      redirect: 'error',
      signal: AbortSignal.timeout(request.patience ?? patience),
    });
  } catch (error) {
    return lostOrLater(error);
  }
  const { status } = response;
  if (status === 429 || status === 503) return { took: 'later', fault: `http_${status}` };
  if (status >= 500) return { took: 'lost', fault: `http_${status}` };
  if (status >= 400) return { took: 'refused', fault: `http_${status}` };
  try {
    const text = await response.text();
    return { answer: text ? JSON.parse(text) : null };
  } catch (error) {
    return error instanceof SyntaxError ? { answer: null } : lostOrLater(error);
  }
}

function lostOrLater(error: unknown): Outcome {
  const { name, cause } = error as { name?: string; cause?: { code?: string } };
  const code = cause?.code ?? name ?? 'fault';
  return { took: neverSent.includes(code) ? 'later' : 'lost', fault: code };
}
