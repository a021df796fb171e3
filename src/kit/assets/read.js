// Reading a page aloud (读给我听): sentence by sentence, each marked while it is read. Where the browser has no voice nothing shows.
const bar = document.querySelector('.reader');
const voice = window.speechSynthesis;
const blocks = 'h1, h2, h3, h4, p, li, dt, dd, th, td, caption, summary, figcaption, blockquote, pre';
const aside = 'nav, form, .reader, .crumbs, .share, script, [hidden], [aria-hidden="true"], .hidden';
let running = false;
let slow = false;
let marks = [];

/** What is read: the innermost blocks of text that can be seen, in their order. */
function readable() {
  const found = [...document.querySelectorAll('#main')].flatMap((main) => [...main.querySelectorAll(blocks)]);
  return found.filter(
    (one) =>
      !one.closest(aside) &&
      !one.querySelector(blocks) &&
      one.offsetParent !== null &&
      one.textContent.trim() !== '',
  );
}

/** The sentences of a block, each with the place that it stands in. */
function sentencesOf(block) {
  const walker = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  const text = nodes.map((node) => node.data).join('');
  const place = (at) => {
    let before = 0;
    for (const node of nodes) {
      if (at <= before + node.length) return [node, at - before];
      before += node.length;
    }
    return [nodes[nodes.length - 1], nodes[nodes.length - 1].length];
  };
  return [...text.matchAll(/[^。！？；!?;]+(?:[。！？；!?;]|$)/g)]
    .filter(([said]) => said.trim() !== '')
    .map((match) => {
      const range = document.createRange();
      range.setStart(...place(match.index));
      range.setEnd(...place(match.index + match[0].length));
      return { text: match[0].replace(/\s+/g, ' ').trim(), range };
    });
}

function unmark() {
  for (const mark of marks) mark.remove();
  marks = [];
}

/** Lays a colour over what is being read; the page itself stays as it is. */
function mark(range) {
  unmark();
  const rects = [...range.getClientRects()];
  for (const { left, top, width, height } of rects) {
    const one = document.createElement('div');
    one.className = 'being-read';
    Object.assign(one.style, {
      left: `${left + window.scrollX}px`,
      top: `${top + window.scrollY}px`,
      width: `${width}px`,
      height: `${height}px`,
    });
    document.body.append(one);
    marks.push(one);
  }
  const [first] = rects;
  if (first && (first.top < 0 || first.bottom > window.innerHeight - 80)) {
    window.scrollTo({ top: window.scrollY + first.top - 120 });
  }
}

function say({ text, range }) {
  return new Promise((done) => {
    mark(range);
    const speech = new SpeechSynthesisUtterance(text);
    const place = range.startContainer.parentElement.closest('[lang]');
    speech.lang = place ? place.lang : 'zh-CN';
    speech.rate = slow ? 0.6 : 0.9;
    speech.onend = done;
    speech.onerror = done;
    voice.speak(speech);
  });
}

async function read() {
  running = true;
  show();
  for (const sentence of readable().flatMap(sentencesOf)) {
    if (!running) break;
    await say(sentence);
  }
  stop();
}

function stop() {
  running = false;
  voice.cancel();
  unmark();
  show();
}

function show() {
  const [start, pace] = bar.querySelectorAll('button');
  start.textContent = running ? bar.dataset.stop : bar.dataset.read;
  pace.hidden = !running;
  pace.setAttribute('aria-pressed', String(slow));
}

if (bar && voice && window.SpeechSynthesisUtterance) {
  bar.hidden = false;
  bar.addEventListener('click', (event) => {
    const button = event.target.closest('[data-do]');
    if (!button) return;
    if (button.dataset.do === 'pace') {
      slow = !slow;
      show();
    } else if (running) stop();
    else void read();
  });
  document.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && running) stop();
  });
  window.addEventListener('pagehide', stop);
}
