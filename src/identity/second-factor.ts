import { type Admission, logger, type SignIn, type Visitor } from './sign-in.ts';
import { nothingFor, wrongCode, wrongCredentials } from './sign-in-problems.ts';

/** An authenticator app to be set up: the address for its camera, and codes to keep for when it is lost. */
export interface NewSecondFactor {
  uri: string;
  spare_codes: string[];
}

/** Begins to set a second factor. It counts once a first code of it was given. Raises `identity/credentials`. */
export async function beginSecondFactor(
  { auth }: SignIn,
  headers: Headers,
  password: string,
): Promise<NewSecondFactor> {
  const answer = await auth.api
    .enableTwoFactor({ body: { password, method: 'totp' }, headers })
    .catch(nothingFor('identity/credentials'));
  if (!answer || !('totpURI' in answer)) throw wrongCredentials();
  return { uri: answer.totpURI, spare_codes: answer.backupCodes };
}

/** Ends setting a second factor by its first code. Raises `identity/code`. */
export async function confirmSecondFactor(
  { auth, db }: SignIn,
  visitor: Visitor,
  account_id: number,
  code: string,
): Promise<Admission> {
  const body = { code: code.replaceAll(/\s/g, '') };
  const answer = await auth.api
    .verifyTOTP({ body, headers: visitor.headers, returnHeaders: true })
    .catch(nothingFor('identity/code'));
  if (!answer) throw wrongCode();
  await logger(db, visitor, account_id)('second_factor_set', true);
  return { cookies: answer.headers.getSetCookie(), next: 'signed_in' };
}
