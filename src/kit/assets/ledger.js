// The ledger by keyboard: arrows move, Enter or typing edits, Enter and Tab save and go on, Escape leaves it as it was, a block
// from a spreadsheet is pasted where it stands. The server decides; what it refuses stays in the cell to be put right.
(() => {
  const table = document.getElementById('ledger');
  if (!table) return;
  let toast;

  const rows = () => [...table.querySelectorAll('tbody tr[data-number]')];
  const cellsOf = (row) => [...row.cells].filter((cell) => !cell.classList.contains('pick'));
  const isWritable = (cell) => cell.dataset.column !== undefined;
  const cellAt = (target) => {
    const cell = target.closest?.('td, th');
    return cell?.closest('tr[data-number]') && !cell.classList.contains('pick') ? cell : undefined;
  };
  for (const cell of rows().flatMap(cellsOf)) cell.tabIndex = -1;
  const first = table.querySelector('tbody [data-column]');
  if (first) first.tabIndex = 0;

  const textOf = (cell) => cell.dataset.text ?? (cell.querySelector('.clip')?.title || clean(cell));
  function clean(cell) {
    const copy = cell.cloneNode(true);
    for (const tag of copy.querySelectorAll('.tag')) tag.remove();
    return copy.textContent.trim();
  }
  const numberOf = (cell) => cell.closest('tr').dataset.number;
  const headOf = (cell) => table.tHead.rows[0].cells[cell.cellIndex];
  const titleOf = (cell) => headOf(cell)?.dataset.title ?? '';

  function go(cell) {
    if (!cell) return;
    for (const one of table.querySelectorAll('tbody [tabindex="0"]')) one.tabIndex = -1;
    cell.tabIndex = 0;
    cell.focus();
  }
  function neighbour(cell, down, right) {
    const row = cell.closest('tr');
    if (down) {
      const all = rows();
      return all[all.indexOf(row) + down]?.cells[cell.cellIndex];
    }
    const own = cellsOf(row);
    return own[own.indexOf(cell) + right];
  }
  /** The next cell to write in on the same row. */
  function nextWritable(cell, right) {
    let next = neighbour(cell, 0, right);
    while (next && !isWritable(next)) next = neighbour(next, 0, right);
    return next;
  }

  function edit(cell, typed) {
    if (cell.classList.contains('editing')) return;
    if (!isWritable(cell)) {
      tell(`“${titleOf(cell)}”由系统给出，不能修改。`, true);
      return;
    }
    let before = textOf(cell);
    const column = cell.dataset.column;
    const kept = [...cell.childNodes];
    const how = headOf(cell).dataset;
    const options = how.choices && JSON.parse(how.choices);
    const long = how.long !== undefined;
    const control = document.createElement(options ? 'select' : long ? 'textarea' : 'input');
    if (options)
      for (const text of ['', ...options]) control.add(new Option(text, text, false, text === before));
    else {
      control.value = typed ?? before;
      if (how.list) control.setAttribute('list', how.list);
    }
    control.setAttribute('aria-label', `${numberOf(cell)} ${titleOf(cell)}`);
    cell.replaceChildren(control);
    cell.classList.add('editing');
    control.focus();
    if (!options && typed === undefined) control.select();
    let finished = false;
    const leave = () => {
      finished = true;
      cell.classList.remove('editing', 'refused');
      cell.replaceChildren(...kept);
    };
    /** Saves and goes to the next cell; `false` goes nowhere, because whoever clicked elsewhere is there already. */
    const save = async (next) => {
      const text = control.value.trim();
      if (text === before.trim()) {
        leave();
        if (before !== textOf(cell)) show(cell, before);
        if (next !== false) go(next ?? cell);
        return;
      }
      control.disabled = true;
      await send([{ number: numberOf(cell), column, text, before }], {
        done: ([stored]) => {
          finished = true;
          cell.classList.remove('refused', 'editing');
          show(cell, stored);
          if (next !== false) go(next ?? cell);
        },
        asked: () => cell.classList.add('refused'),
        refused: ([now]) => {
          // What is there now is what the next try replaces.
          if (now !== undefined) before = now;
          cell.classList.add('refused');
          control.disabled = false;
          control.focus();
        },
      });
      control.disabled = false;
    };
    // What was typed is saved when it is left, as a spreadsheet does.
    control.addEventListener('focusout', (event) => {
      if (finished || control.disabled || event.relatedTarget?.closest?.('.toast')) return;
      void save(false);
    });
    control.addEventListener('keydown', (event) => {
      event.stopPropagation();
      if (event.isComposing) return;
      if (event.key === 'Escape') {
        leave();
        if (before !== textOf(cell)) show(cell, before);
        go(cell);
      } else if (event.key === 'Enter' && !(long && event.shiftKey)) {
        event.preventDefault();
        void save(neighbour(cell, event.shiftKey ? -1 : 1, 0));
      } else if (event.key === 'Tab') {
        event.preventDefault();
        void save(nextWritable(cell, event.shiftKey ? -1 : 1));
      }
    });
  }

  function show(cell, text) {
    const tags = [...cell.querySelectorAll('.tag')];
    const { column } = cell.dataset;
    const inner = document.createElement(column === 'title' ? 'a' : 'span');
    if (column === 'title') inner.href = `/console/projects/${encodeURIComponent(numberOf(cell))}`;
    if (column === 'content' || column === 'target') {
      inner.className = 'clip';
      inner.title = text;
    }
    inner.textContent = text;
    cell.replaceChildren(inner, ...tags.flatMap((tag) => [' ', tag]));
    cell.dataset.text = text;
    cell.classList.add('saved');
    setTimeout(() => cell.classList.remove('saved'), 1500);
  }

  /**
   * Sends edits. `then.done` gets what is stored, `then.asked` hears that a reason is asked for (and `done` comes after
   * it was given), `then.refused` gets what is there now when somebody else was faster.
   */
  async function send(edits, then, reason = '', more = '') {
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
      // Of a large block the answer says how many cells alone; what they hold is read again.
      const texts = body.texts.length === edits.length ? body.texts : await storedTexts(edits);
      tell(`已保存 ${edits.length} 格${more}`, false, body.entry_no, more !== '');
      then.done(texts);
    } else if (body?.title === 'ledger/reason_missing') {
      then.asked();
      askReason(body.detail, then, (given) => send(edits, then, given, more));
    } else if (body?.title === 'ledger/edited_meanwhile') {
      const texts = await storedTexts(edits);
      tell(edits.length === 1 ? `${body.detail}仍要改成您输入的，请再按一次回车。` : body.detail, true);
      then.refused(texts);
    } else {
      tell(body?.detail ?? '没有连上服务器，内容还在格子里，请再按一次回车。', true);
      then.refused([]);
    }
  }

  /** What cells hold now, by the list itself; the page is loaded anew where it cannot be told. */
  async function storedTexts(edits) {
    const wanted = new URLSearchParams();
    const numbers = [...new Set(edits.map((one) => one.number))];
    wanted.set('number', numbers.join());
    wanted.set('columns', ['number', ...new Set(edits.map((one) => one.column))].join());
    const state = new URLSearchParams(location.search).get('state');
    if (state) wanted.set('state', state);
    const response = await fetch(`/console/projects?${wanted}`).catch(() => undefined);
    const page = response?.ok
      ? new DOMParser().parseFromString(await response.text(), 'text/html')
      : undefined;
    const found = edits.map(({ number, column }) => {
      const cell = page?.querySelector(
        `#ledger tr[data-number="${CSS.escape(number)}"] [data-column="${column}"]`,
      );
      return cell ? textOf(cell) : undefined;
    });
    if (edits.length > 1 && found.includes(undefined)) location.reload();
    return found;
  }

  function bar(wrong) {
    toast?.remove();
    toast = document.createElement('div');
    toast.className = wrong ? 'toast wrong' : 'toast';
    toast.setAttribute('role', wrong ? 'alert' : 'status');
    document.body.append(toast);
    return toast;
  }
  function tell(text, wrong, entry, stays) {
    const box = bar(wrong);
    box.append(text);
    if (entry) {
      const undo = document.createElement('button');
      undo.type = 'button';
      undo.textContent = '撤销';
      undo.addEventListener('click', () => void takeBack(entry));
      box.append(undo);
    }
    if (!wrong && !stays) setTimeout(() => box.remove(), 12_000);
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
  /** Asks for the reason of one adjustment; the next one is asked for its own. */
  function askReason(text, then, again) {
    const box = bar(true);
    const field = document.createElement('input');
    field.setAttribute('aria-label', '调整理由');
    field.placeholder = '调整理由';
    const ok = document.createElement('button');
    ok.type = 'button';
    ok.textContent = '带上理由保存';
    const give = () => {
      const reason = field.value.trim();
      if (reason) void again(reason);
      else field.focus();
    };
    ok.addEventListener('click', give);
    field.addEventListener('keydown', (event) => {
      if (event.isComposing) return;
      if (event.key === 'Enter') {
        event.preventDefault();
        give();
      } else if (event.key === 'Escape') {
        box.remove();
        then.refused([]);
      }
    });
    box.append(text, field, ok);
    field.focus();
  }

  table.addEventListener('keydown', (event) => {
    const cell = cellAt(event.target);
    if (!cell || cell !== event.target || event.ctrlKey || event.metaKey || event.altKey) return;
    if (cell.classList.contains('editing')) return;
    const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    if (moves[event.key]) {
      event.preventDefault();
      go(neighbour(cell, ...moves[event.key]));
    } else if (event.key === 'Enter' && !isWritable(cell) && cell.querySelector('a')) {
      event.preventDefault();
      cell.querySelector('a').click();
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
    const cell = cellAt(event.target);
    if (cell && isWritable(cell)) edit(cell);
  });
  table.addEventListener('click', (event) => {
    const cell = cellAt(event.target);
    if (cell && !event.target.closest('a, input, select, textarea')) go(cell);
  });

  /**
   * The rows of a block as spreadsheets put them on the clipboard: cells between tabs. One with a line break, a tab or a
   * quotation mark of its own stands in quotation marks; a mark that opens nothing is only a mark.
   */
  function readBlock(text) {
    const block = [[]];
    let at = 0;
    while (at <= text.length) {
      const quoted = /"((?:[^"]|"")*)"(?=[\t\n]|$)/y;
      quoted.lastIndex = at;
      const found = quoted.exec(text);
      const inner = found && /[\t\n]|""/.test(found[1]) ? found : undefined;
      let end = inner ? at + inner[0].length : at;
      while (end < text.length && text[end] !== '\t' && text[end] !== '\n') end++;
      block.at(-1).push(inner ? inner[1].replaceAll('""', '"') : text.slice(at, end));
      if (text[end] === '\n') block.push([]);
      at = end + 1;
    }
    return block;
  }

  table.addEventListener('paste', async (event) => {
    const start = cellAt(event.target);
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (!start || start.classList.contains('editing') || text === '') return;
    event.preventDefault();
    const block = readBlock(text.replace(/\r\n?/g, '\n').replace(/\n$/, ''));
    const targets = [];
    let rowsLeft = 0;
    let columnsLeft = 0;
    let row = start;
    for (const line of block) {
      if (!row) {
        rowsLeft++;
        continue;
      }
      let cell = row;
      for (const [index, value] of line.entries()) {
        if (!cell) {
          columnsLeft = Math.max(columnsLeft, line.length - index);
          break;
        }
        // A value over a column that nobody writes is left out with its column, so that the others keep theirs.
        if (isWritable(cell)) {
          const edit = {
            number: numberOf(cell),
            column: cell.dataset.column,
            text: value,
            before: textOf(cell),
          };
          targets.push({ cell, edit });
        }
        cell = neighbour(cell, 0, 1);
      }
      row = neighbour(row, 1, 0);
    }
    const left = [
      rowsLeft > 0 && `表格到这一页为止，还有 ${rowsLeft} 行没有粘贴`,
      columnsLeft > 0 && `右边还有 ${columnsLeft} 列没有粘贴`,
    ].filter(Boolean);
    const more = left.length > 0 ? `。${left.join('；')}。` : '';
    const changed = targets.filter(({ edit }) => edit.text.trim() !== edit.before.trim());
    if (changed.length === 0) {
      tell(`没有要改的格子${more}`, more !== '');
      return;
    }
    await send(
      changed.map(({ edit }) => edit),
      {
        done: (texts) => {
          for (const [index, { cell, edit }] of changed.entries()) show(cell, texts[index] ?? edit.text);
        },
        asked: () => {},
        refused: () => go(start),
      },
      '',
      more,
    );
  });
})();
