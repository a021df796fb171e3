import { dayOf } from '../../kit/clock.ts';

/** What a feed says of one bulletin. One that was withdrawn (撤稿) says so, and nothing of what it said. */
export interface Entry {
  number: string;
  title: string;
  address: string;
  published_at: Date;
  updated_at: Date;
  summary: string;
  withdrawn: boolean;
}

/** The bulletins of a district as a feed; newest first. */
export interface Feed {
  /** The address of the list of bulletins, and of the feed. */
  address: string;
  title: string;
  author: string;
  entries: readonly Entry[];
}

/** A feed in Atom (RFC 4287). */
export function atomOf(feed: Feed): string {
  const moments = feed.entries.map(({ updated_at }) => updated_at.getTime());
  const updated = new Date(Math.max(0, ...moments));
  return `<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="zh-CN">
<id>${escaped(`${feed.address}.atom`)}</id>
<title>${escaped(feed.title)}</title>
<updated>${updated.toISOString()}</updated>
<author><name>${escaped(feed.author)}</name></author>
<link rel="self" type="application/atom+xml" href="${escaped(`${feed.address}.atom`)}"/>
<link rel="alternate" type="text/html" href="${escaped(feed.address)}"/>
${feed.entries.map(entryOf).join('\n')}
</feed>
`;
}

function entryOf(entry: Entry): string {
  const links = entry.withdrawn ? [] : files;
  return `<entry>
<id>${tagOf(entry)}</id>
<title>${escaped(entry.title)}</title>
<published>${entry.published_at.toISOString()}</published>
<updated>${entry.updated_at.toISOString()}</updated>
<summary>${escaped(entry.summary)}</summary>
<link rel="alternate" type="text/html" hreflang="zh-CN" href="${escaped(entry.address)}"/>
${links.map(([ending, type]) => `<link rel="alternate" type="${type}" href="${escaped(`${entry.address}.${ending}`)}"/>`).join('\n')}
</entry>`;
}

/** What else a bulletin is given out as. */
const files = [
  ['json', 'application/json'],
  ['docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['pptx', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
  ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
] as const;

/** A tag URI (RFC 4151): the house's name on the day of issue, and the number, which is never given again. */
function tagOf({ address, number, published_at }: Entry): string {
  return `tag:${new URL(address).hostname},${dayOf(published_at)}:bulletin:${number}`;
}

/** Text for XML 1.0: its five marks as references, and without the characters that it does not know (2.2). */
function escaped(text: string): string {
  return text
    .toWellFormed()
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}
