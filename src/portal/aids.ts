// What helps reading, as the rules for elder-friendly sites ask (工信部 2021 适老化规范): large text, high contrast, a large
// pointer and reading aloud. Each is a switch in the reader's own browser.
import { type HtmlSafeString, html } from '@prairielearn/html';
import { assets } from '../kit/assets.ts';
import { type Message, say } from '../kit/i18n.ts';
import { type Aid, aids, type View } from '../kit/page.ts';
import { aidWords as words } from './words.ts';

/** A switch of how pages look, kept in the reader's own browser. */
export function preference(view: View, name: 'elder' | Aid, on: boolean, text: string): HtmlSafeString {
  const pressed = name === 'elder' ? '' : html`aria-pressed="${on ? 'false' : 'true'}"`;
  return choice(
    view,
    html`<button type="submit" name="${name}" value="${on ? 'on' : 'off'}" ${pressed}>${text}</button>`,
  );
}

/** The switch to the other language. */
export function languageSwitch(view: View): HtmlSafeString {
  const [other, text] = view.language === 'zh' ? ['en', 'English'] : ['zh', '中文'];
  return choice(
    view,
    html`<button type="submit" name="language" value="${other}" lang="${other === 'zh' ? 'zh-CN' : 'en'}">${text}</button>`,
  );
}

function choice(view: View, button: HtmlSafeString): HtmlSafeString {
  return html`<form method="post" action="/preferences"><input type="hidden" name="back" value="${view.path}">${button}</form>`;
}

/** The switches of the aids, folded until they are wanted. */
export function aidsPanel(view: View): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  const switches = aids.map((aid) => preference(view, aid, !view.aids.includes(aid), t(words[aid])));
  return html`<details class="aids"><summary>${t(words.aids)}</summary><div class="aids-panel">${switches}<p><a href="/accessibility">${t(words.more)}</a></p></div></details>`;
}

/** The buttons of reading aloud: without a script, or where the browser has no voice, they are not there. */
export function reader(view: View): HtmlSafeString {
  const t = (message: Message) => say(view.language, message);
  return html`<div class="reader" data-stop="${t(words.stop)}" data-read="${t(words.read)}" hidden><button type="button" class="button plain" data-do="read">${t(words.read)}</button><button type="button" class="button plain" data-do="pace" aria-pressed="false" hidden>${t(words.slower)}</button></div><script type="module" src="${assets.read.url}"></script>`;
}
