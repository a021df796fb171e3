import { type HtmlSafeString, type HtmlValue, html, unsafeHtml } from '@prairielearn/html';
import { type Asset, assets } from './assets.ts';
import type { Language, Message } from './i18n.ts';

/** Who looks at a page and how: everything that a layout needs and that no page decides. */
export interface View {
  language: Language;
  /** 长辈版: larger type and targets, one column. */
  elder: boolean;
  /** The page's own address with its query, to come back to after a switch. */
  path: string;
  district: Message;
  /** True where the district holds a demonstration: every page says so. */
  demonstration: boolean;
  /** What this reader switched on to read more easily. */
  aids: readonly Aid[];
  /** Shown in a frame of another site's page: without a head and a foot of its own. */
  embed: boolean;
  /** Who runs the site, for the foot of its pages. */
  duties: readonly Duty[];
}

/** What helps reading, each switched on by itself: 大字, 高对比, 特大鼠标. */
export const aids = ['large', 'contrast', 'pointer'] as const;
export type Aid = (typeof aids)[number];

/** A line of the foot that the office is bound to show. */
export interface Duty {
  label: Message;
  text?: string | undefined;
  href?: string | undefined;
}

/** A whole HTML document around a body. */
export function document(
  view: View,
  page: {
    title: string;
    site: string;
    stylesheet: Asset;
    body: HtmlValue;
    index?: boolean;
    /** A feed of what the page lists (RFC 4287). */
    feed?: { href: string; title: string } | undefined;
    /** Seconds after which a browser without scripts asks again. */
    refresh?: number;
    /** Which room it is in, for its density; residents' pages when none is named. */
    room?: 'desk' | 'field' | 'screen';
  },
): HtmlSafeString {
  return html`${unsafeHtml('<!DOCTYPE html>')}
<html lang="${view.language === 'zh' ? 'zh-CN' : 'en'}" class="${view.elder ? 'elder' : 'normal'} room-${page.room ?? 'public'}${view.aids.map((aid) => ` ${aid}`).join('')}${view.embed ? ' embed' : ''}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${page.title} - ${page.site}</title>
${page.index === false ? html`<meta name="robots" content="noindex">` : ''}
${page.refresh ? html`<noscript><meta http-equiv="refresh" content="${page.refresh}"></noscript>` : ''}
<link rel="stylesheet" href="${page.stylesheet.url}">
${page.feed ? html`<link rel="alternate" type="application/atom+xml" href="${page.feed.href}" title="${page.feed.title}">` : ''}
<link rel="icon" href="${assets.mark.url}" type="image/svg+xml">
</head>
<body>${page.body}</body>
</html>`;
}
