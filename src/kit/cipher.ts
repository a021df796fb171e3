import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';

/** The profiles of encryption: the international algorithms, and the national ones (国密). */
export const profiles = ['international', 'national'] as const;
export type Profile = (typeof profiles)[number];

/** Authenticated encryption and a keyed digest, from one key of 32 bytes. */
export interface Cipher {
  /** Encrypts bytes so that they open only with the same key and context. */
  seal(key: Buffer, data: Buffer, context: string): Buffer;
  /** The bytes again; nothing where they were altered or belong to another key or context. */
  open(key: Buffer, sealed: Buffer, context: string): Buffer | undefined;
  /** A digest of 32 bytes that only the holder of the key can make. */
  mac(key: Buffer, text: string): Buffer;
}

/** AES-256-GCM (NIST SP 800-38D) with a random nonce of 96 bits, and HMAC-SHA-256. */
const international: Cipher = {
  seal(key, data, context) {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', derive('sha256', key, 'aes-256-gcm', 32), nonce);
    cipher.setAAD(Buffer.from(context));
    return Buffer.concat([nonce, cipher.update(data), cipher.final(), cipher.getAuthTag()]);
  },
  open(key, sealed, context) {
    if (sealed.length < 28) return undefined;
    const own = derive('sha256', key, 'aes-256-gcm', 32);
    const decipher = createDecipheriv('aes-256-gcm', own, sealed.subarray(0, 12), { authTagLength: 16 });
    decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(-16));
    try {
      return Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()]);
    } catch {
      return undefined;
    }
  },
  mac: (key, text) =>
    createHmac('sha256', derive('sha256', key, 'hmac-sha256', 32))
      .update(text)
      .digest(),
};

/**
 * SM4-CTR (GB/T 32907) and then HMAC-SM3 (GB/T 32905) over context, counter block and ciphertext: OpenSSL has no
 * SM4-GCM in what Node offers.
 */
const national: Cipher = {
  seal(key, data, context) {
    const counter = randomBytes(16);
    const cipher = createCipheriv('sm4-ctr', derive('sm3', key, 'sm4-ctr', 16), counter);
    const body = Buffer.concat([counter, cipher.update(data), cipher.final()]);
    return Buffer.concat([body, tagOf(key, body, context)]);
  },
  open(key, sealed, context) {
    if (sealed.length < 48) return undefined;
    const body = sealed.subarray(0, -32);
    if (!timingSafeEqual(tagOf(key, body, context), sealed.subarray(-32))) return undefined;
    const decipher = createDecipheriv('sm4-ctr', derive('sm3', key, 'sm4-ctr', 16), body.subarray(0, 16));
    return Buffer.concat([decipher.update(body.subarray(16)), decipher.final()]);
  },
  mac: (key, text) =>
    createHmac('sm3', derive('sm3', key, 'hmac-sm3', 32))
      .update(text)
      .digest(),
};

/** The algorithms of each profile. */
export const ciphers: Readonly<Record<Profile, Cipher>> = { international, national };

/** A key is never used by two algorithms: each has its own, derived from it (HKDF, RFC 5869). */
function derive(hash: 'sha256' | 'sm3', key: Buffer, use: string, length: number): Buffer {
  return Buffer.from(hkdfSync(hash, key, '', `shishi ${use}`, length));
}

/** The length before the context keeps what is in it apart from what follows. */
function tagOf(key: Buffer, body: Buffer, context: string): Buffer {
  const bytes = Buffer.from(context);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  const own = derive('sm3', key, 'sm4-ctr hmac-sm3', 32);
  return createHmac('sm3', own).update(length).update(bytes).update(body).digest();
}
