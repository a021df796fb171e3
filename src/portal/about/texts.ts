import type { Message } from '../../kit/i18n.ts';

/** A part of a page of text: its heading, and its paragraphs. */
export interface Part {
  title: Message;
  lines: readonly Message[];
}

/** What the accessibility statement says; each sentence is held by a test or says that it is not. */
export const accessibility: readonly Part[] = [
  {
    title: { zh: '长辈版和阅读辅助', en: 'Larger text and reading aids' },
    lines: [
      {
        zh: '长辈版（有的网站叫亲情版、关爱版、关怀版）：文字更大、按钮更大、只有一栏。每页顶部都有开关，选择记在您自己的浏览器里。',
        en: 'The version for older people has larger text, larger buttons and one column. The switch is at the top of every page and is kept in your own browser.',
      },
      {
        zh: '“阅读辅助”里另有大字、高对比、特大鼠标三个开关，可以一起用。',
        en: '“Reading aids” has three more switches: large text, high contrast and a large pointer. They work together.',
      },
      {
        zh: '正文页有“读给我听”：一句一句读，读到哪里标到哪里，可以停、可以读慢一点，按 Esc 也能停。用的是浏览器自带的声音，浏览器没有声音时不显示。',
        en: 'Pages of text have “Read to me”: sentence by sentence, each marked while it is read; stop it by its button or Esc, or slow it down. The voice is the browser’s own; where there is none, the button is not shown.',
      },
      {
        zh: '全部操作都可以只用键盘：Tab 键移动，回车键打开，第一次按 Tab 可跳到正文。不用 JavaScript 也能查看、查找、切换。',
        en: 'Everything works by keyboard alone: Tab moves, Enter opens, the first Tab skips to the content. Pages, search and switches work without JavaScript.',
      },
    ],
  },
  {
    title: { zh: '按什么标准、怎样检查', en: 'Standards and how they are checked' },
    lines: [
      {
        zh: '按 WCAG 2.2 AA 级设计，并参照 GB/T 37668—2019 和《互联网网站适老化通用设计规范》。',
        en: 'The pages are designed after WCAG 2.2 level AA, and after GB/T 37668-2019 and the design rules for elder-friendly sites.',
      },
      {
        zh: '软件每次修改都用 axe-core 在 Chromium 浏览器里自动检查主要页面：手机和电脑宽度、普通版和长辈版、中文和英文，并检查网页代码是否规范、有没有超出屏幕。',
        en: 'With every change of the software, axe-core checks the main pages in Chromium: at the width of a phone and of a desk, normal and elder version, Chinese and English; that the markup is valid and that nothing is wider than the screen is checked too.',
      },
    ],
  },
  {
    title: { zh: '还没有做到的', en: 'What is not done yet' },
    lines: [
      {
        zh: '还没有请使用读屏软件的视障人士逐页试用，也没有经过第三方评测。',
        en: 'People who use screen readers have not tried every page yet, and no third party has assessed the site.',
      },
      {
        zh: '公报和项目名称只有中文。下载的表格文件没有单独检查。',
        en: 'Bulletins and names of projects are in Chinese only. Downloaded tables were not checked by themselves.',
      },
    ],
  },
];

/** What the site keeps of its visitors. */
export const privacy: readonly Part[] = [
  {
    title: { zh: '看网页不需要登录', en: 'Reading needs no account' },
    lines: [
      {
        zh: '查看项目、指标、公报，搜索和下载数据，都不需要登录，也不问您是谁。搜索的内容不保存。',
        en: 'Projects, figures, bulletins, search and data are open without an account, and nobody asks who you are. What you search for is not kept.',
      },
      {
        zh: '没有统计您行为的脚本，没有广告，没有来自别的网站的内容。',
        en: 'There are no scripts that follow you, no advertisements, and nothing from other sites.',
      },
    ],
  },
  {
    title: { zh: '浏览器里记下的', en: 'What your browser keeps' },
    lines: [
      {
        zh: '只有您自己选择的语言、长辈版、大字、高对比、特大鼠标，各用一个 cookie，保存一年，不含任何编号。清除浏览数据即可删除。',
        en: 'Only your own choices: language, elder version, large text, high contrast, large pointer. Each is one cookie, kept for a year, without any number of yours. Clearing the browser’s data removes them.',
      },
    ],
  },
  {
    title: { zh: '服务器上的', en: 'What the server keeps' },
    lines: [
      {
        zh: '为防止恶意访问，服务器在内存中按网络地址计数一分钟，不写入数据库。满意度问卷只记选项，不记是谁填的。',
        en: 'Against abuse the server counts requests by network address in memory for a minute and writes none of it down. Answers to a survey are kept without who gave them.',
      },
      {
        zh: '工作人员登录后的操作按规定留有记录。',
        en: 'What staff do after signing in is on record, as the rules ask.',
      },
    ],
  },
];
