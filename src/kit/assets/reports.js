// A report by keyboard, as in a spreadsheet: Enter and the arrows go up and down, left and right at the ends of a cell go
// beside it, Tab goes on as everywhere; a block that was copied from a spreadsheet is pasted from the cell on.
(() => {
  const table = document.getElementById('report-grid');
  if (!table) return;
  const rows = [...table.tBodies[0].rows];
  const inputAt = (row, column) => rows[row]?.cells[column]?.querySelector('input');
  const placeOf = (input) => {
    const cell = input.closest('td');
    return { row: rows.indexOf(cell.parentElement), column: cell.cellIndex };
  };
  const status = document.createElement('p');
  status.className = 'hint';
  status.setAttribute('role', 'status');
  table.parentElement.after(status);
  let changed = false;

  function go(input) {
    if (!input) return false;
    input.focus();
    input.select();
    return true;
  }
  /** The next cell to write in, in a direction. */
  function next({ row, column }, down, right) {
    for (let at = { row: row + down, column: column + right }; ; ) {
      if (at.row < 0 || at.row >= rows.length) return undefined;
      if (at.column < 1 || at.column >= rows[0].cells.length) return undefined;
      const input = inputAt(at.row, at.column);
      if (input) return input;
      at = { row: at.row + down, column: at.column + right };
    }
  }

  table.addEventListener('keydown', (event) => {
    const input = event.target;
    if (!input.matches?.('input') || event.isComposing) return;
    const place = placeOf(input);
    const { selectionStart: start, selectionEnd: end, value } = input;
    const all = end - start === value.length;
    const moves = {
      Enter: () => go(next(place, event.shiftKey ? -1 : 1, 0)),
      ArrowDown: () => go(next(place, 1, 0)),
      ArrowUp: () => go(next(place, -1, 0)),
      ArrowLeft: () => (all || end === 0) && go(next(place, 0, -1)),
      ArrowRight: () => (all || start === value.length) && go(next(place, 0, 1)),
    };
    const move = moves[event.key];
    if (!move || event.ctrlKey || event.altKey || event.metaKey) return;
    // Enter never sends a report by accident: its buttons do.
    if (move() || event.key === 'Enter') event.preventDefault();
  });

  table.addEventListener('paste', (event) => {
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (!/[\t\n]/.test(text.trimEnd())) return;
    event.preventDefault();
    const from = placeOf(event.target);
    let filled = 0;
    let left = 0;
    text
      .replace(/\r/g, '')
      .replace(/\n$/, '')
      .split('\n')
      .forEach((line, down) => {
        line.split('\t').forEach((cell, right) => {
          const input = inputAt(from.row + down, from.column + right);
          if (!input) left++;
          else {
            input.value = cell.trim();
            filled++;
          }
        });
      });
    changed = true;
    status.textContent = `已贴入 ${filled} 格${left > 0 ? `；有 ${left} 格超出表格或已锁定，没有贴` : ''}。请核对后保存。`;
  });
  table.addEventListener('input', () => {
    changed = true;
  });
  table.closest('form')?.addEventListener('submit', () => {
    changed = false;
  });
  window.addEventListener('beforeunload', (event) => {
    if (changed) event.preventDefault();
  });
})();
