import type * as StringWidth from 'string-width';

/** The width of a terminal that does not tell. */
export const DEFAULT_COLUMNS = 80;

/** How wide code frames may be where there is no terminal. */
export const LOG_COLUMNS = 120;

const ASCII = /^[ -~]*$/;

/** Loaded at the first text that is not ASCII: building its tables takes 40 ms, which most calls need not spend. */
function stringWidth(text: string): number {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- an import would load it at start, and measuring is not asynchronous
  return (require('string-width') as typeof StringWidth).default(text);
}

/** How many columns of a terminal `text` takes: wide letters two, combining marks and colours none. */
export function widthOf(text: string): number {
  return ASCII.test(text) ? text.length : stringWidth(text);
}

/** `text` filled up to `width` columns; a longer one stays as it is. */
export function padEnd(text: string, width: number, fill = ' '): string {
  return text + fill.repeat(Math.max(0, width - widthOf(text)));
}

/** `text` moved to the right edge of `width` columns; a longer one stays as it is. */
export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text;
}

/**
 * The `width` columns of uncoloured `text` that begin at column `from` (from 0). A wide letter that an edge cuts through becomes a
 * blank, so that what stands under it stays aligned.
 */
export function columnsOf(text: string, from: number, width: number): string {
  if (ASCII.test(text)) return text.slice(from, from + width);
  let at = 0;
  let kept = '';
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    const wide = stringWidth(segment);
    const inside = Math.min(at + wide, from + width) - Math.max(at, from);
    if (at >= from && at + wide <= from + width) kept += segment;
    else if (inside > 0) kept += ' '.repeat(inside);
    at += wide;
    if (at >= from + width) break;
  }
  return kept;
}

/** Uncoloured `text` in at most `width` columns, with `…` in place of what does not fit. */
export function cut(text: string, width: number): string {
  if (widthOf(text) <= width) return text;
  return width < 1 ? '' : `${columnsOf(text, 0, width - 1).trimEnd()}…`;
}
