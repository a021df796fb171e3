// The pages about the site itself: accessibility, privacy, the map of the site, and how other sites show it in a frame.
import { type HtmlSafeString, html } from '@prairielearn/html';
import type { Routes } from '../../identity/access.ts';
import { type Message, say } from '../../kit/i18n.ts';
import type { View } from '../../kit/page.ts';
import { listFields } from '../../ledger/actions.ts';
import { embedSites } from '../../office/rules.ts';
import { type Site, sendPage, viewIn } from '../context.ts';
import { portalPage } from '../layout.ts';
import { namesOf } from '../names.ts';
import { type Present, presentOf } from '../present.ts';
import { footWords, words as shell } from '../words.ts';
import { accessibility, type Part, privacy } from './texts.ts';

/** A page about the site, as search finds it and as it is drawn. */
interface HelpPage {
  href: string;
  title: Message;
  lead: Message;
  /** What else people call what it is about. */
  words: string;
  body(view: View, context: { site: Site; present: Present; address: string }): Promise<HtmlSafeString>;
}

/** The pages about the site. */
export const helpPages: readonly HelpPage[] = [
  {
    href: '/accessibility',
    title: { zh: '无障碍声明', en: 'Accessibility statement' },
    lead: {
      zh: '让每个人都看得清、听得见、点得到。',
      en: 'Everybody should be able to read, hear and use these pages.',
    },
    words:
      '长辈版 老年版 老人版 亲情版 关爱版 关怀版 适老化 大字 放大 字体 高对比 特大鼠标 读给我听 朗读 语音 读屏 盲人 键盘 辅助',
    body: async (view, { present }) => html`${parts(view, accessibility)}${contact(view, present)}`,
  },
  {
    href: '/privacy',
    title: { zh: '隐私说明', en: 'Privacy' },
    lead: { zh: '本站记下什么、不记什么。', en: 'What this site keeps and what it does not.' },
    words: '个人信息 隐私 cookie 保护',
    body: async (view, { present }) => html`${parts(view, privacy)}${contact(view, present)}`,
  },
  {
    href: '/site-map',
    title: { zh: '网站地图', en: 'Site map' },
    lead: { zh: '本站的全部栏目。', en: 'Every part of this site.' },
    words: '导航 栏目 目录',
    body: siteMap,
  },
  {
    href: '/embed',
    title: { zh: '嵌入其他网站', en: 'Show this on another site' },
    lead: {
      zh: '区门户网站可以把本站作为一个栏目嵌入，不必另建网站。',
      en: 'The portal of the district can show these pages as a column of its own.',
    },
    words: '嵌入 专栏 门户 iframe 网站管理员',
    body: embedding,
  },
];

/** Adds the pages about the site. */
export function addAboutPages(routes: Routes, site: Site, address: string): void {
  for (const { href, title, lead, body } of helpPages) {
    const schema = { hide: true };
    routes.get(href, { config: { access: 'public' }, schema }, async (request, reply) => {
      const present = await presentOf(site.db);
      const view = viewIn(present, request);
      const t = (message: Message) => say(view.language, message);
      const drawn = await body(view, { site, present, address: address.replace(/\/$/, '') });
      const article = html`<article><h1>${t(title)}</h1><p class="lead">${t(lead)}</p>${drawn}</article>`;
      await sendPage(reply, portalPage(view, { title: t(title), body: article, trail: [], read: true }));
    });
  }
}

function parts({ language }: View, list: readonly Part[]): HtmlSafeString[] {
  return list.map(
    ({ title, lines }) =>
      html`<h2>${say(language, title)}</h2>${lines.map((line) => html`<p>${say(language, line)}</p>`)}`,
  );
}

/** Whom to tell when something does not work; only where the office has said so. */
function contact({ language }: View, { office }: Present): HtmlSafeString | '' {
  if (!office.contact && !office.mistake_url) return '';
  const zh = language === 'zh';
  return html`<h2>${zh ? '遇到困难' : 'If something does not work'}</h2><p>${zh ? '请告诉我们是哪一页、用什么设备：' : 'Tell us which page and which device: '}${office.sponsor ?? ''} ${office.contact ?? ''}${office.mistake_url ? html` <a href="${office.mistake_url}">${zh ? '我为政府网站找错' : 'Report a mistake'}</a>` : ''}</p>`;
}

async function siteMap(
  view: View,
  { site, present }: { site: Site; present: Present },
): Promise<HtmlSafeString> {
  const t = (message: Message) => say(view.language, message);
  const { queries } = site.db;
  const entry_no = present.published?.known_entry ?? 0;
  const fields = await listFields(queries, entry_no);
  const areas = await namesOf(queries, 'area', entry_no, view.language);
  const link = (href: string, text: string) => html`<li><a href="${href}">${text}</a></li>`;
  const towns = [...areas].filter(([code]) => code.length === 9);
  return html`<ul class="site-map">${link('/', t(shell.home))}${link('/search', t(shell.search))}
<li><a href="/projects">${t(shell.projects)}</a><ul>${fields.map(({ code, title, title_en }) => link(`/projects?field=${code}`, view.language === 'zh' ? title : title_en))}</ul></li>
<li><a href="/places">${view.language === 'zh' ? '各镇各村' : 'Towns and villages'}</a><ul>${towns.map(([code, name]) => link(`/projects?area=${code}`, name))}</ul></li>
<li><a href="/figures">${t(shell.figures)}</a></li>${link('/bulletins', t(shell.bulletins))}${link('/open-data', t(footWords.open_data))}${link('/api/v1', t(footWords.api))}
${helpPages.map(({ href, title }) => link(href, t(title)))}${link('/sign-in', t(footWords.sign_in))}</ul>`;
}

async function embedding(
  { language }: View,
  { present, address }: { present: Present; address: string },
): Promise<HtmlSafeString> {
  const zh = language === 'zh';
  const sites = embedSites(present.office);
  const frame = `<iframe id="shishi" src="${address}/?embed=1" title="${present.district.zh}实事" width="100%" height="900" style="border:0"></iframe>
<script>
addEventListener('message', function (event) {
  var frame = document.getElementById('shishi');
  if (event.origin === '${new URL(address).origin}' && event.source === frame.contentWindow && event.data.type === 'shishi:height')
    frame.style.height = event.data.height + 'px';
});
</script>`;
  return html`<p>${zh ? '任何公众页面的地址加上 embed=1 就没有页头和页脚，链接留在栏目里，另有“打开完整页面”。' : 'Any public page with embed=1 in its address comes without head and foot; its links stay in the column, and one opens the page in full.'}</p>
<h2>${zh ? '哪些网站可以嵌入' : 'Which sites may do so'}</h2>
${sites.length > 0 ? html`<ul>${sites.map((one) => html`<li><code>${one}</code></li>`)}</ul>` : html`<p>${zh ? '目前没有。由区统筹办在工作台“网站信息”中填写。' : 'None at present. The coordinating office names them in the console.'}</p>`}
<h2>${zh ? '网页代码' : 'Code'}</h2><p>${zh ? '把下面的代码放进栏目页面。脚本让框架随内容变高；不放也能用，只是框架里多一个滚动条。' : 'Put this into the page of the column. The script lets the frame grow with its content; without it there is a second scroll bar.'}</p>
<div class="definition"><pre tabindex="0">${frame}</pre></div>`;
}
