import { type HtmlSafeString, html } from '@prairielearn/html';
import { assets } from '../kit/assets.ts';
import { type Message, say } from '../kit/i18n.ts';
import type { Duty, View } from '../kit/page.ts';
import { outOfFrame } from './embed.ts';
import { footWords as words } from './words.ts';

const links = [
  ['/open-data', words.open_data],
  ['/api/v1', words.api],
  ['/site-map', words.site_map],
  ['/accessibility', words.accessibility],
  ['/privacy', words.privacy],
  ['/sign-in', words.sign_in],
] as const;

/** The foot of the site: what the numbers are, where else to go, and who runs it. */
export function siteFoot(view: View, site: string): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  return html`<footer class="site-foot"><div class="wrap">
<p>${t(words.cite)}</p>
<nav aria-label="${t(words.more)}"><ul>${links.map(([href, text]) => html`<li><a class="foot-link" href="${href}">${t(text)}</a></li>`)}</ul></nav>
${view.duties.length > 0 ? html`<ul class="duties">${view.duties.map((duty) => html`<li>${dutyLine(view, duty)}</li>`)}</ul>` : html`<p>${site}</p>`}
</div></footer>`;
}

function dutyLine({ language }: View, { label, text, href }: Duty): HtmlSafeString {
  const name = say(language, label);
  if (!text) return html`<a href="${href}">${name}</a>`;
  return html`${name}${language === 'zh' ? '：' : ': '}${href ? html`<a href="${href}">${text}</a>` : text}`;
}

/** What stands under a page in a frame: whose it is, and the way to the whole of it. */
export function embedFoot(view: View, site: string): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  return html`<footer class="embed-foot"><div class="wrap"><p>${t(words.source)}${view.language === 'zh' ? '：' : ': '}${site}${view.demonstration ? html` · ${t(words.demonstration)}` : ''} · <a target="_blank" rel="noopener" href="${outOfFrame(view.path)}">${t(words.full)}</a></p></div></footer><script type="module" src="${assets.embed.url}"></script>`;
}
