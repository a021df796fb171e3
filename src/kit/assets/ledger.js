// The ledger by keyboard: arrows move, Enter or typing edits, Enter and Tab save and go on, Escape leaves it as it was, a block
// from a spreadsheet is pasted where it stands. The server decides; what it refuses stays in the cell to be put right.
(() => {
  const table = document.getElementById('ledger');
  if (!table) return;
  const lists = {
    unit_id: 'units',
    proposing_unit_id: 'units',
    verifying_unit_id: 'units',
    area_code: 'areas',
    field_code: 'fields',
  };
  const choices = {
    level: ['省', '市', '区', '镇', '村'],
    source: ['群众征集', '代表票决', '规划计划', '群众诉求', '其他'],
    kind: ['有时限', '长期坚持'],
    disclosure: ['主动公开', '依申请公开', '不予公开'],
    survey: ['是', '否'],
  };
  let reason = '';
  let toast;

  const cells = () => [...table.querySelectorAll('tbody [data-column]')];
  for (const cell of cells()) cell.tabIndex = -1;
  const first = cells()[0];
  if (first) first.tabIndex = 0;

  const textOf = (cell) => cell.dataset.text ?? (cell.querySelector('.clip')?.title || clean(cell));
  function clean(cell) {
    const copy = cell.cloneNode(true);
    for (const tag of copy.querySelectorAll('.tag')) tag.remove();
    return copy.textContent.trim();
  }
  const numberOf = (cell) => cell.closest('tr').dataset.number;

  function go(cell) {
    if (!cell) return;
    for (const one of table.querySelectorAll('[data-column][tabindex="0"]')) one.tabIndex = -1;
    cell.tabIndex = 0;
    cell.focus();
  }
  function neighbour(cell, down, right) {
    const rows = [...table.querySelectorAll('tbody tr[data-number]')];
    const row = cell.closest('tr');
    if (down) {
      const other = rows[rows.indexOf(row) + down];
      return other?.querySelector(`[data-column="${cell.dataset.column}"]`);
    }
    const own = [...row.querySelectorAll('[data-column]')];
    return own[own.indexOf(cell) + right];
  }

  function edit(cell, typed) {
    if (cell.classList.contains('editing')) return;
    const before = textOf(cell);
    const column = cell.dataset.column;
    const kept = [...cell.childNodes];
    const options = choices[column];
    const long = column === 'content' || column === 'target' || column === 'press' || column === 'remark';
    const control = document.createElement(options ? 'select' : long ? 'textarea' : 'input');
    if (options)
      for (const text of ['', ...options]) control.add(new Option(text, text, false, text === before));
    else {
      control.value = typed ?? before;
      if (lists[column]) control.setAttribute('list', lists[column]);
    }
    control.setAttribute('aria-label', `${numberOf(cell)} ${headOf(cell)}`);
    cell.replaceChildren(control);
    cell.classList.add('editing');
    control.focus();
    if (!options && typed === undefined) control.select();
    const leave = () => {
      cell.classList.remove('editing');
      cell.replaceChildren(...kept);
    };
    const save = async (next) => {
      const text = control.value.trim();
      if (text === before.trim()) {
        leave();
        go(next ?? cell);
        return;
      }
      control.disabled = true;
      const done = await send([{ number: numberOf(cell), column, text, before }]);
      control.disabled = false;
      if (!done) {
        cell.classList.add('refused');
        control.focus();
        return;
      }
      cell.classList.remove('refused', 'editing');
      show(cell, done.texts[0]);
      go(next ?? cell);
    };
    control.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.isComposing) return;
      if (event.key === 'Escape') {
        leave();
        cell.classList.remove('refused');
        go(cell);
      } else if (event.key === 'Enter' && !(long && event.shiftKey)) {
        event.preventDefault();
        void save(neighbour(cell, event.shiftKey ? -1 : 1, 0));
      } else if (event.key === 'Tab') {
        event.preventDefault();
        void save(neighbour(cell, 0, event.shiftKey ? -1 : 1));
      }
    });
  }

  function headOf(cell) {
    return table.tHead.rows[0].cells[cell.cellIndex]?.textContent.replace(/[↑↓]/g, '').trim() ?? '';
  }
  function show(cell, text) {
    const link = cell.dataset.column === 'title' && document.createElement('a');
    if (link) {
      link.href = `/console/projects/${encodeURIComponent(numberOf(cell))}`;
      link.textContent = text;
      cell.replaceChildren(link);
    } else cell.textContent = text;
    cell.dataset.text = text;
    cell.classList.add('saved');
    setTimeout(() => cell.classList.remove('saved'), 1500);
  }

  async function send(edits) {
    const response = await fetch('/api/v1/ledger/cells', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`,
        'accept-language': 'zh',
      },
      body: JSON.stringify({ cells: edits, ...(reason && { reason }) }),
    }).catch(() => undefined);
    const body = await response?.json().catch(() => undefined);
    if (response?.ok) {
      tell(`已保存 ${edits.length} 格`, false, body.entry_no);
      return body;
    }
    if (body?.title === 'ledger/reason_missing') {
      askReason(body.detail, edits);
      return undefined;
    }
    tell(body?.detail ?? '没有连上服务器，内容还在格子里，请再按一次回车。', true);
    return undefined;
  }

  function bar(wrong) {
    toast?.remove();
    toast = document.createElement('div');
    toast.className = wrong ? 'toast wrong' : 'toast';
    toast.setAttribute('role', wrong ? 'alert' : 'status');
    document.body.append(toast);
    return toast;
  }
  function tell(text, wrong, entry) {
    const box = bar(wrong);
    box.append(text);
    if (entry) {
      const undo = document.createElement('button');
      undo.type = 'button';
      undo.textContent = '撤销';
      undo.addEventListener('click', () => void takeBack(entry));
      box.append(undo);
    }
    if (!wrong) setTimeout(() => box.remove(), 12_000);
  }
  async function takeBack(entry) {
    const response = await fetch('/api/v1/ledger/undo', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': `undo-${entry}-console` },
      body: JSON.stringify({ entry }),
    }).catch(() => undefined);
    if (response?.ok) location.reload();
    else tell((await response?.json().catch(() => undefined))?.detail ?? '没有撤销成功。', true);
  }
  function askReason(text, edits) {
    const box = bar(true);
    const field = document.createElement('input');
    field.setAttribute('aria-label', '调整理由');
    field.placeholder = '调整理由';
    const ok = document.createElement('button');
    ok.type = 'button';
    ok.textContent = '带上理由保存';
    const again = async () => {
      reason = field.value.trim();
      if (!reason) return field.focus();
      const done = await send(edits);
      if (!done) return;
      for (const [index, one] of edits.entries()) {
        const cell = table.querySelector(
          `tr[data-number="${CSS.escape(one.number)}"] [data-column="${one.column}"]`,
        );
        cell?.classList.remove('editing', 'refused');
        if (cell) show(cell, done.texts[index] ?? one.text);
      }
    };
    ok.addEventListener('click', () => void again());
    field.addEventListener('keydown', (event) => {
      if (event.key === 'Enter') {
        event.preventDefault();
        void again();
      }
    });
    box.append(text, field, ok);
    field.focus();
  }

  table.addEventListener('keydown', (event) => {
    const cell = event.target.closest?.('[data-column]');
    if (!cell || cell.classList.contains('editing') || event.ctrlKey || event.metaKey || event.altKey) return;
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    if (moves[event.key]) {
      event.preventDefault();
      go(neighbour(cell, ...moves[event.key]));
    } else if (event.key === 'Enter' || event.key === 'F2') {
      event.preventDefault();
      edit(cell);
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      event.preventDefault();
      edit(cell, '');
    } else if (event.key.length === 1 && event.key !== ' ') {
      event.preventDefault();
      edit(cell, event.key);
    }
  });
  table.addEventListener('dblclick', (event) => {
    const cell = event.target.closest?.('[data-column]');
    if (cell) edit(cell);
  });
  table.addEventListener('click', (event) => {
    const cell = event.target.closest?.('[data-column]');
    if (cell && !event.target.closest('a, input, select, textarea')) go(cell);
  });
  table.addEventListener('paste', async (event) => {
    const start = event.target.closest?.('[data-column]');
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (!start || start.classList.contains('editing') || text === '') return;
    event.preventDefault();
    const block = text
      .replace(/\r\n?/g, '\n')
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => line.split('\t'));
    const targets = [];
    let row = start;
    for (const line of block) {
      let cell = row;
      for (const value of line) {
        if (!cell) break;
        targets.push({
          cell,
          edit: { number: numberOf(cell), column: cell.dataset.column, text: value, before: textOf(cell) },
        });
        cell = neighbour(cell, 0, 1);
      }
      row = row && neighbour(row, 1, 0);
    }
    const changed = targets.filter(({ edit }) => edit.text.trim() !== edit.before.trim());
    if (changed.length === 0) return;
    const done = await send(changed.map(({ edit }) => edit));
    if (!done) return;
    for (const [index, { cell, edit }] of changed.entries()) show(cell, done.texts[index] ?? edit.text);
  });
})();
