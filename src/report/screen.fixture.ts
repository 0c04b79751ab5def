/** A terminal of `columns` × endless rows that understands what a live region sends; `text()` is what a person sees in the end. */
export function screenFixture(columns: number, rows = 24) {
  const lines: string[] = [''];
  let [row, column] = [0, 0];
  const state = { cursorShown: true, writes: 0 };
  const put = (letter: string): void => {
    if (column === size.columns) [row, column] = [row + 1, 0];
    lines[row] = (lines[row] ?? '').padEnd(column).slice(0, column) + letter + (lines[row] ?? '').slice(column + 1);
    column += 1;
  };
  const control = (count: number, letter: string): void => {
    if (letter === 'A') row = Math.max(0, row - count);
    else if (letter === 'B') row += count;
    else if (letter === 'G') column = count - 1;
    else if (letter === 'K') lines[row] = count === 2 ? '' : (lines[row] ?? '').slice(0, column);
    else throw new Error(`the screen does not know the sequence ${letter}`);
  };
  const size = { columns, rows };
  return {
    size,
    state,
    output: {
      isTTY: true,
      get columns() {
        return size.columns;
      },
      get rows() {
        return size.rows;
      },
      write(text: string): void {
        state.writes += 1;
        for (const [, mode, onOff, count, letter, plain] of text.matchAll(/\u001b\[\?(\d+)([hl])|\u001b\[(\d*)([A-Z])|([^])/gu)) {
          if (mode === '25') state.cursorShown = onOff === 'h';
          else if (letter !== undefined) control(count ? Number(count) : letter === 'K' ? 0 : 1, letter);
          else if (plain === '\n') [row, column] = [row + 1, 0];
          else if (plain !== undefined) put(plain);
        }
      },
    },
    /** The lines, without blanks at their ends and blank lines below. */
    text: () =>
      Array.from(lines, (line) => (line ?? '').trimEnd())
        .join('\n')
        .trimEnd(),
  };
}
