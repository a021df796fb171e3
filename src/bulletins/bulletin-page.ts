// An issued bulletin as it is read, in public and by staff: what it replaces or is replaced by, and, once taken back, why.
import { type HtmlSafeString, type HtmlValue, html } from '@prairielearn/html';
import { getFigure, type Registry } from '../figures/registry.ts';
import { cutoffText, dayText, momentText } from '../kit/clock.ts';
import { type Language, type Message, say } from '../kit/i18n.ts';
import { figureLink, grouped } from '../kit/parts/figures.ts';
import type { Bulletin } from './actions.ts';
import type { CitedFigure } from './content.ts';
import { paperLinks } from './papers/links.ts';
import { blockHtml, drawCharts, type Manner, pieces } from './parts.ts';
import { kindOf, kindOfStored } from './rules.ts';
import { words } from './words.ts';

/** What a page of a bulletin is drawn from. */
export interface BulletinPage {
  bulletin: Bulletin;
  /** The bulletin that corrects it. */
  successor: { number: string; supersede_reason: string | null } | undefined;
  registry: Registry;
  language: Language;
  /** Where other bulletins of the same audience are: `/bulletins`, or `/console/bulletins` for those for staff. */
  base: string;
  /** Its address in full, for those who read it on paper; none for papers for staff. */
  address?: string;
}

/** What a bulletin says of itself in lists: its kind, its number, when it was published and up to when it counts. */
export function byline(bulletin: Bulletin, language: Language): string {
  const t = (message: Message) => say(language, message);
  return `${momentText(bulletin.published_at)} ${t(words.published)} · ${t(words.cutoff)} ${cutoffText(bulletin.cutoff, language)}`;
}

/** The name of a bulletin's kind. */
export function kindName(bulletin: Pick<Bulletin, 'kind'>, language: Language): string {
  return say(language, kindOf(kindOfStored(bulletin.kind)));
}

/** The article. One that was taken back says that it was, when and why, and nothing else. */
export async function bulletinArticle(page: BulletinPage): Promise<HtmlSafeString> {
  const { bulletin, language, registry, base, address } = page;
  if (bulletin.withdrawn_at) return withdrawnArticle(page);
  const { content } = bulletin;
  const t = (message: Message) => say(language, message);
  const manner: Manner = {
    number: (figure) => citation(registry, figure),
    picture: (file) => `${base}/pictures/${file}`,
    charts: await drawCharts(content),
  };
  return html`<article class="bulletin" lang="zh-CN">${notices(page)}<h1>${pieces(content.title, manner)}</h1>
<p class="byline"><span class="tag">${kindName(bulletin, language)}</span> ${bulletin.number} · ${byline(bulletin, language)}${bulletin.synthetic ? html` <span class="tag">${t(words.synthetic)}</span>` : ''} ${t(words.chinese_only)}</p>
${bulletin.addressee ? html`<p class="addressee">${bulletin.addressee}：</p>` : ''}
${content.blocks.map((block) => blockHtml(block, manner))}${objections(bulletin)}
<div class="signature">${content.signature.map((line) => html`<p>${line}</p>`)}${address ? html`<p class="address">${bulletin.number} · ${address}</p>` : ''}<p class="files">${paperLinks(language, `${base}/${bulletin.number}`)}${base === '/bulletins' ? html` · <a href="/bulletins/${bulletin.number}.json">${t(words.json)}</a>` : ''}</p></div></article>`;
}

/** A public number leads to its release; one of a paper for staff has none, and says what it counts. */
function citation(registry: Registry, figure: CitedFigure): HtmlValue {
  const title = registry.has(figure.code) ? getFigure(registry, figure.code).explanation.zh : figure.code;
  if (figure.release_id === 0)
    return html`<span class="figure" title="${title}">${grouped(figure.text)}</span>`;
  return figureLink({ text: figure.text, href: `/releases/${figure.release_id}`, title });
}

function notices({ bulletin, successor, base, language }: BulletinPage): HtmlSafeString[] {
  const t = (message: Message) => say(language, message);
  const lines: HtmlSafeString[] = [];
  if (successor) {
    lines.push(
      html`<div class="notice"><p>${t(words.corrected_by)} <a href="${base}/${successor.number}">${successor.number}</a>。${t(words.reason)}：${successor.supersede_reason ?? ''}</p></div>`,
    );
  }
  if (bulletin.supersedes_number) {
    lines.push(
      html`<div class="notice"><p>${t(words.corrects)} <a href="${base}/${bulletin.supersedes_number}">${bulletin.supersedes_number}</a>。${t(words.reason)}：${bulletin.supersede_reason ?? ''}</p></div>`,
    );
  }
  return lines;
}

/** 公示: until when and to whom objections are made. */
function objections({ objections_until, contact }: Bulletin): HtmlSafeString | '' {
  if (!objections_until && !contact) return '';
  return html`<section class="objections"><h2>异议反映</h2>${
    objections_until
      ? html`<p>对以上内容有异议的，请于<strong>${dayText(objections_until, 'zh')}</strong>前（含当日）反映。</p>`
      : ''
  }${contact ? html`<p>联系人和联系方式：${contact}</p>` : ''}</section>`;
}

function withdrawnArticle(page: BulletinPage): HtmlSafeString {
  const { bulletin, language } = page;
  const t = (message: Message) => say(language, message);
  return html`<article class="bulletin" lang="zh-CN">${notices(page)}<h1>${bulletin.title}</h1>
<p class="byline"><span class="tag">${kindName(bulletin, language)}</span> ${bulletin.number} · ${momentText(bulletin.published_at)} ${t(words.published)}</p>
<div class="notice bad"><p><strong>${t(words.withdrawn)}</strong> ${momentText(bulletin.withdrawn_at!)}</p><p>${t(words.reason)}：${bulletin.withdrawal_reason ?? ''}</p></div></article>`;
}
