// The page of a draft while one types: the right side is drawn anew, a figure is searched for in place and put where the cursor is,
// and nobody leaves with words unsaved. Without it the same page has a button for the preview and a page for the figures.
(() => {
  const form = document.getElementById('draft');
  if (!form) return;
  const text = document.getElementById('text');
  const preview = document.getElementById('preview');
  let timer;
  let turn = 0;
  let dirty = false;

  async function draw() {
    const mine = ++turn;
    preview.classList.add('stale');
    try {
      const body = new URLSearchParams(new FormData(form));
      const answer = await fetch(form.dataset.preview, { method: 'POST', body });
      if (mine !== turn || !answer.ok) return;
      const active = document.activeElement;
      const id = preview.contains(active) ? active.id : '';
      const place = preview.scrollTop;
      preview.innerHTML = await answer.text();
      preview.scrollTop = place;
      if (id) document.getElementById(id)?.focus();
    } catch {
      // The button for the preview says what is wrong.
    } finally {
      if (mine === turn) preview.classList.remove('stale');
    }
  }
  form.addEventListener('input', (event) => {
    dirty = true;
    // An answer is kept in its field; drawing it anew while it is typed would take the words away.
    if (preview.contains(event.target)) return;
    clearTimeout(timer);
    timer = setTimeout(draw, 500);
  });
  preview.addEventListener('change', () => {
    clearTimeout(timer);
    timer = setTimeout(draw, 200);
  });
  form.addEventListener('submit', () => {
    dirty = false;
  });
  addEventListener('beforeunload', (event) => {
    if (dirty) event.preventDefault();
  });

  function insert(words) {
    const { selectionStart: start, selectionEnd: end } = text;
    text.setRangeText(words, start, end, 'end');
    text.focus();
    text.dispatchEvent(new Event('input', { bubbles: true }));
  }

  const link = document.getElementById('find-figures');
  if (!link) return;
  const panel = document.createElement('section');
  panel.className = 'figure-finder';
  panel.hidden = true;
  panel.innerHTML =
    '<div class="field"><label for="figure-words">查找指标（名称、领域、镇……）</label><input id="figure-words" type="search" autocomplete="off"></div><div class="found" role="status"></div>';
  link.parentElement.before(panel);
  link.setAttribute('role', 'button');
  link.setAttribute('aria-expanded', 'false');
  const words = panel.querySelector('input');
  let wait;
  let asked = 0;
  // The search is no part of the text: it is not sent, and typing in it draws nothing.
  words.addEventListener('input', (event) => {
    event.stopPropagation();
    clearTimeout(wait);
    wait = setTimeout(find, 250);
  });
  words.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    panel.querySelector('[data-insert]')?.click();
  });
  async function find() {
    const cutoff = document.getElementById('cutoff').value;
    const query = new URLSearchParams({ cutoff, q: words.value, part: 'list' });
    const mine = ++asked;
    const answer = await fetch(`/console/bulletins/figures?${query}`);
    const list = answer.ok ? await answer.text() : '现在查不到，请稍后再试。';
    // A slower answer to an earlier word must not stand over a newer one.
    if (mine !== asked) return;
    panel.querySelector('.found').innerHTML = list;
  }
  panel.addEventListener('click', (event) => {
    const found = event.target.closest('[data-insert]');
    if (!found) return;
    event.preventDefault();
    insert(found.dataset.insert);
  });
  link.addEventListener('click', (event) => {
    event.preventDefault();
    panel.hidden = !panel.hidden;
    link.setAttribute('aria-expanded', String(!panel.hidden));
    if (!panel.hidden) {
      words.focus();
      find();
    }
  });
})();
