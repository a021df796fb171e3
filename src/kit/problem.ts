import type { Message } from './i18n.ts';

/** What kind of trouble it is; only `kit/http` knows which status code that means. */
export type ProblemKind =
  | 'invalid' // what was sent cannot be accepted as it is
  | 'unauthenticated' // nobody is signed in
  | 'forbidden' // signed in, but not for this
  | 'not_found'
  | 'conflict' // it would contradict what is stored
  | 'too_many' // too often in too short a time
  | 'unavailable'; // not now: nothing was changed, or it is unknown and may be repeated with the same key

/**
 * Something that went wrong in a way that people can act on: a stable code (`ledger/evidence_missing`), a sentence
 * in each language and, where it helps, the fields concerned. Rules return Problems; actions throw them.
 */
export class Problem extends Error {
  readonly code: string;
  readonly kind: ProblemKind;
  readonly text: Message;
  /** The message for each field that is wrong, by the field's name. */
  readonly fields: Readonly<Record<string, Message>>;

  constructor(code: string, kind: ProblemKind, text: Message, fields: Record<string, Message> = {}) {
    super(`${code}: ${text.en}`);
    this.name = 'Problem';
    this.code = code;
    this.kind = kind;
    this.text = text;
    this.fields = fields;
  }
}

/** Raises the Problem that a check found, if it found one. */
export function refuseIf(problem: Problem | undefined): void {
  if (problem) throw problem;
}
