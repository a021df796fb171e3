import { Type } from 'typebox';

/** The header of a request that changes something: sent again with the same key, it is done once. */
export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.String({
    minLength: 8,
    maxLength: 100,
    description: '同一编号只办一次 · The same key does it once.',
  }),
});

/** What became of a change: the entry that records it, and whether it had been made before by the same key. */
export const Entered = {
  entry_no: Type.Integer(),
  at: Type.String({ format: 'date-time' }),
  repeated: Type.Boolean(),
};

/** A Problem as the API tells it (RFC 9457). */
export const ProblemBody = Type.Object(
  {
    type: Type.String(),
    title: Type.String({ description: '固定代码 · The stable code, such as ledger/step_order.' }),
    status: Type.Integer(),
    detail: Type.String(),
    fields: Type.Optional(Type.Record(Type.String(), Type.String())),
  },
  { description: 'Refused; nothing was changed.' },
);

/** How a change is told to a program. */
export function entered<T extends object>(written: {
  entry_no: number;
  at: Date;
  repeated: boolean;
  outcome: T;
}) {
  const { entry_no, at, repeated, outcome } = written;
  return { entry_no, at: at.toISOString(), repeated, ...outcome };
}
