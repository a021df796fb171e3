import { Type } from 'typebox';
import { roles } from './roles.ts';

/** The key of one sending of a form or request: sent twice, it counts once. */
export const Key = Type.String({ minLength: 8, maxLength: 100 });

/** A list of staff as a file. */
export const AccountsForm = Type.Object({ key: Key, file: Type.Unsafe<Buffer | string>({}) });

/** A role to be given. */
export const RoleForm = Type.Object({
  key: Key,
  role: Type.Enum([...roles]),
  unit_code: Type.Optional(Type.String({ maxLength: 40 })),
  for_login: Type.Optional(Type.String({ maxLength: 100 })),
});

/** An account by its identity. */
export const AccountParams = Type.Object({
  id: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }),
});

/** Which of the security log is shown. */
export const LogQuery = Type.Object({
  failed: Type.Optional(Type.Enum(['', 'yes'])),
  before: Type.Optional(Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER })),
});
