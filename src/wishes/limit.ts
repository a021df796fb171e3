// How many wishes one address takes within an hour, kept in memory and nowhere else: far above what a household or a branch needs,
// so that nobody empties the pool with made-up numbers.
import { Problem } from '../kit/problem.ts';

const mostTakings = 10;
const hour = 3_600_000;

/** Counts takings by address. */
export class TakingLimit {
  private readonly seen = new Map<string, Map<string, number>>();

  /** Raises `wishes/too_many` for one too many. The same form again is none more. */
  check(address: string, key: string, now = Date.now()): void {
    for (const [one, keys] of this.seen) {
      for (const [sent, at] of keys) if (now - at >= hour) keys.delete(sent);
      if (keys.size === 0) this.seen.delete(one);
    }
    const keys = this.seen.get(address) ?? new Map<string, number>();
    if (!keys.has(key) && keys.size >= mostTakings) throw tooMany();
    this.seen.set(address, keys.set(key, now));
  }
}

function tooMany(): Problem {
  return new Problem('wishes/too_many', 'too_many', {
    zh: '这个网络一小时内认领得太多了，请过一会儿再来，或打电话给村（居）。写好的内容还在下面。',
    en: 'Too many wishes were taken from this network within an hour. Try again later; what you typed is kept below.',
  });
}
