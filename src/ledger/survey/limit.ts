// How many answers one address gives about one project. It is kept in memory for an hour and nowhere else: whoever answers
// is asked for no name, and none is made of their address either.
import { isIPv6 } from 'node:net';

/** Answers that count from one address about one project within an hour: a household, not a crowd. */
export const mostAnswers = 5;
const hour = 3_600_000;

/** Answers by address and project: when each came, by the key of its form. */
export type AnswersSeen = Map<string, Map<string, number>>;

/** Whether an answer is one too many. The same form again is none more. An answer that is not too many is counted. */
export function isOneTooMany(
  seen: AnswersSeen,
  given: { address: string; project_id: number; key: string },
  now = Date.now(),
): boolean {
  for (const [subject, answers] of seen) {
    for (const [key, at] of answers) if (now - at >= hour) answers.delete(key);
    if (answers.size === 0) seen.delete(subject);
  }
  const subject = subjectOf(given);
  const answers = seen.get(subject) ?? new Map<string, number>();
  if (answers.has(given.key)) return false;
  if (answers.size >= mostAnswers) return true;
  seen.set(subject, answers.set(given.key, now));
  return false;
}

/** Takes an answer back that was counted and then not kept. */
export function uncount(
  seen: AnswersSeen,
  given: { address: string; project_id: number; key: string },
): void {
  seen.get(subjectOf(given))?.delete(given.key);
}

/** A household has one IPv4 address, or all those of an IPv6 network (RFC 6177). */
function subjectOf({ address, project_id }: { address: string; project_id: number }): string {
  return `${isIPv6(address) ? networkOf(address) : address} ${project_id}`;
}

/** The first 64 bits of an IPv6 address; one that stands for an IPv4 address is that one. */
function networkOf(address: string): string {
  const old = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (old) return old[1]!;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':').filter(Boolean);
  const rest = (tail ?? '').split(':').filter(Boolean);
  const zeros = tail === undefined ? [] : Array(Math.max(0, 8 - groups.length - rest.length)).fill('0');
  return [...groups, ...zeros, ...rest]
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
