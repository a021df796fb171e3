// How many requests one address sends. It is kept in memory for an hour and nowhere else. Many phones share one address of a
// mobile network, so it is far above what a household needs and far below a flood.
import { Problem } from '../../kit/problem.ts';

/** Requests from one address within an hour. */
const mostRequests = 30;
const hour = 3_600_000;

/** When each form was sent, by address and by its key. */
export type Seen = Map<string, Map<string, number>>;

/** Whether a request is one too many from its address. The same form again is none more. */
export function isOneTooMany(seen: Seen, address: string, key: string, now = Date.now()): boolean {
  for (const [one, keys] of seen) {
    for (const [sent, at] of keys) if (now - at >= hour) keys.delete(sent);
    if (keys.size === 0) seen.delete(one);
  }
  const keys = seen.get(address) ?? new Map<string, number>();
  if (keys.has(key)) return false;
  if (keys.size >= mostRequests) return true;
  seen.set(address, keys.set(key, now));
  return false;
}

/** The Problem of a flood. */
export function tooMany(): Problem {
  return new Problem('requests/too_many', 'too_many', {
    zh: '这个网络一小时内提交得太多了，请过一会儿再提，或打电话给村（居）。写好的内容还在下面。',
    en: 'Too many requests came from this network within an hour. Try again later; what you typed is kept below.',
  });
}
