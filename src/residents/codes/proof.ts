import { createChallenge, type Payload, verifySolution } from 'altcha-lib';
import { deriveKey } from 'altcha-lib/algorithms/pbkdf2';
import type { Queries } from '../../kit/db.ts';
import type { Vault } from '../../kit/vault.ts';
import { proofLife } from './rules.ts';
import { insertProof } from './store.ts';

/** Some 256 tries of 2,000 rounds each: a third of a second on a desk, two on an old phone; checking it takes one try. */
const work = { algorithm: 'PBKDF2/SHA-256', cost: 2_000, keyPrefix: '00' } as const;

/** A challenge for the form's script to work on, as JSON; nothing of it is kept. */
export async function proofChallenge(vault: Vault, now = Date.now()): Promise<string> {
  const challenge = await createChallenge({
    ...work,
    deriveKey,
    expiresAt: new Date(now + proofLife),
    hmacSignatureSecret: vault.fingerprint('proof of work', 'challenge'),
  });
  return JSON.stringify(challenge);
}

/**
 * Whether what a form carries proves work that was given in for the first time. Nothing given, nonsense and what is too old
 * prove nothing: forms without scripts go on under the lower limit.
 */
export async function checkProof(
  queries: Queries,
  vault: Vault,
  given: string | undefined,
): Promise<boolean> {
  const payload = readPayload(given);
  if (!payload) return false;
  const { nonce, expiresAt } = payload.challenge.parameters;
  for (const hmacSignatureSecret of vault.fingerprints('proof of work', 'challenge')) {
    const result = await verifySolution({ ...payload, deriveKey, hmacSignatureSecret });
    // Only what we signed has its own nonce and end, so these are read after it was checked.
    if (result.verified) return insertProof(queries, nonce, new Date(expiresAt! * 1000));
  }
  return false;
}

function readPayload(given: string | undefined): Payload | undefined {
  if (!given || given.length > 2_000) return undefined;
  try {
    const payload = JSON.parse(given) as Partial<Payload> | null;
    const whole = payload?.challenge?.parameters && typeof payload.challenge.signature === 'string';
    return whole && payload.solution ? (payload as Payload) : undefined;
  } catch {
    return undefined;
  }
}
