import type { Location } from '../core/diagnostic';
import type { Paint } from './paint';
import { printable } from './printable';
import { columnsOf, widthOf } from './width';

/** The present text of a project file; undefined when there is none (any more). */
export type Sources = (file: string) => string | undefined;

/** The same, line by line. */
export type SourceLines = (file: string) => readonly string[] | undefined;

const LINES_BEFORE = 2;
const TAB = 4;
const NARROWEST = 20;

/** `sources` by lines; each file is read and split once, however many problems it has. */
export function linesOf(sources: Sources): SourceLines {
  const known = new Map<string, readonly string[] | undefined>();
  return (file) => {
    if (!known.has(file)) known.set(file, sources(file)?.split(/\r\n|\n|\r/));
    return known.get(file);
  };
}

/**
 * The line of `at` with two before it, numbered, and `^^^^` under the place. Tabs and wide letters are counted as they are shown; of
 * lines longer than `columns` the part around the place is shown. Undefined when the file has no such line (any more).
 */
export function codeFrame(lines: readonly string[], at: Location, paint: Paint, columns: number): string | undefined {
  const marked = lines[at.line - 1];
  if (marked === undefined) return undefined;
  const gutter = String(at.line).length;
  const room = Math.max(NARROWEST, columns - gutter - ' '.length - ' | '.length);
  const start = widthOf(shown(marked.slice(0, at.column - 1)));
  const end = widthOf(shown(marked.slice(0, at.column - 1 + (at.length ?? 1))));
  const from = end <= room ? 0 : Math.max(0, start - Math.floor(room / 3));
  const carets = Math.max(1, Math.min(end, from + room) - start);

  const first = Math.max(1, at.line - LINES_BEFORE);
  const rows = lines.slice(first - 1, at.line).map((line, index) => {
    const number = String(first + index).padStart(gutter);
    return `${paint.faint(` ${number} |`)} ${excerpt(shown(line), from, room)}`.trimEnd();
  });
  const pointer = `${paint.faint(` ${' '.repeat(gutter)} |`)} ${' '.repeat(start - from)}${paint.bad('^'.repeat(carets))}`;
  return [...rows, pointer].join('\n');
}

/** `line` as a terminal shows it: tabs to the next stop, control characters as escapes. A prefix of a line gives a prefix of its picture. */
function shown(line: string): string {
  const [first = '', ...rest] = line.split('\t');
  let picture = printable(first);
  let width = widthOf(picture);
  for (const part of rest) {
    const blank = TAB - (width % TAB);
    const text = printable(part);
    picture += ' '.repeat(blank) + text;
    width += blank + widthOf(text);
  }
  return picture;
}

/** The columns of `text` from `from` on, at most `room`, with `…` at an edge where something is left out. */
function excerpt(text: string, from: number, room: number): string {
  const width = widthOf(text);
  if (from === 0 && width <= room) return text;
  const left = from > 0 && width > 0 ? '…' : '';
  const right = width > from + room ? '…' : '';
  return left + columnsOf(text, from + left.length, room - left.length - right.length) + right;
}
