import { type Static, Type } from 'typebox';
import type { Entitled } from '../../identity/access.ts';
import type { Database } from '../../kit/db.ts';
import { sentFile } from '../../kit/http.ts';
import { getStaffProject } from '../actions.ts';
import { takeItemStep } from '../checklist/actions.ts';
import { itemStates } from '../checklist/schema.ts';
import { keepSafely } from './actions.ts';

/** A step with an item as a form sends it, at a desk or on a phone: with a text, a file, both or neither. */
export const ItemStepForm = Type.Object({
  key: Type.String({ minLength: 8, maxLength: 100 }),
  to: Type.Enum([...itemStates]),
  note: Type.Optional(Type.String({ maxLength: 1000 })),
  text: Type.Optional(Type.String({ maxLength: 2000 })),
  kind: Type.Optional(Type.Enum(['record', 'telephone'])),
  file: Type.Optional(Type.Any()),
});
export type ItemStepForm = Static<typeof ItemStepForm>;

/** Takes a step that a form sent; its file is made safe and kept first. Raises what these two raise. */
export async function takeSentItemStep(
  db: Database,
  entering: { actor: Entitled },
  item: { number: string; position: number },
  { key, to, note, text, kind = 'record', file }: ItemStepForm,
): Promise<void> {
  await getStaffProject(db, entering.actor, item.number);
  const sent = sentFile(file);
  const kept = sent && (await keepSafely(db, { content: sent, name: sent.file_name }));
  await takeItemStep(
    db,
    { ...entering, idempotency_key: key },
    { ...item, to, note: note?.trim() || null, text: text?.trim() ?? '', kind },
    kept,
  );
}
