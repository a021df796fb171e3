import { createOTP } from '@better-auth/utils/otp';

/** The present code of an authenticator app that holds this secret. */
export function codeOf(base32: string): Promise<string> {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...base32.replace(/=+$/, '')].map((one) =>
    alphabet.indexOf(one).toString(2).padStart(5, '0'),
  );
  const bytes = bits
    .join('')
    .match(/.{8}/g)!
    .map((byte) => String.fromCharCode(Number.parseInt(byte, 2)));
  return createOTP(bytes.join('')).totp();
}
