import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
  verify,
} from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import canonicalize from 'canonicalize';

/** Anything that JSON can say. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json | undefined };

/** The one spelling of a JSON value (RFC 8785), so that equal values have equal digests. */
export function canonicalJson(value: Json): string {
  return canonicalize(value) ?? 'null';
}

/** SHA-256 of a text (UTF-8), in hexadecimal. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** A key pair that signs texts with Ed25519 (RFC 8032). */
export interface SigningKey {
  /** Signature of a text, base64. */
  sign(text: string): string;
  /** Whether a base64 signature belongs to the text. */
  verify(text: string, signature: string): boolean;
  /** The public half, PEM, to publish. */
  public_key: string;
}

/**
 * The signing key kept in a file that only its owner may read; made there when it is missing. It lives outside the
 * database and its backups, so that whoever can rewrite the database cannot sign what they wrote.
 */
export function signingKeyFromFile(file: string): SigningKey {
  makeOnce(file, () => generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const privateKey = createPrivateKey(readFileSync(file));
  const publicKey = createPublicKey(privateKey);
  return {
    sign: (text) => sign(null, Buffer.from(text), privateKey).toString('base64'),
    verify: (text, signature) => verify(null, Buffer.from(text), publicKey, Buffer.from(signature, 'base64')),
    public_key: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  };
}

/**
 * Makes a secret file that only its owner can read, where there is none. Of several processes that start at the same
 * moment one makes it, and none ever reads half of it.
 */
export function makeOnce(file: string, make: () => string | Buffer): void {
  if (existsSync(file)) return;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const own = `${file}.${process.pid}`;
  writeFileSync(own, make(), { mode: 0o600, flush: true });
  try {
    linkSync(own, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(own);
  }
}
