import { diagnose, failure, type EtlxError, type Location, type Report } from '../core/diagnostic';
import type { SeedColumns } from './seedColumns';
import { MAX_ROW, type SeedRow } from './seedRow';

/** Where a seed is read from, and where what is wrong with it goes. */
export interface SeedOrigin {
  readonly file: string;
  readonly report: Report;
}

interface CsvLine {
  readonly line: number;
  readonly fields: readonly (string | null)[];
}

/**
 * The rows of a CSV text (RFC 4180, the first line names the columns, which go into `columns`), in batches. A field is null when nothing stands
 * in it, not even quotes. Rows of another length than the header's are reported and left out. Throws EtlxError `seed.invalid` for quotes that
 * do not match, after which nothing means anything.
 */
export async function* csvBatches(
  texts: AsyncIterable<string>,
  delimiter: string,
  columns: SeedColumns,
  { file, report }: SeedOrigin,
): AsyncIterable<readonly SeedRow[]> {
  let width = 0;
  for await (const lines of linesOf(texts, delimiter, file)) {
    const rows: SeedRow[] = [];
    for (const { line, fields } of lines) {
      if (width === 0) {
        width = fields.length;
        fields.forEach((name, index) => columns.add(name?.trim() ?? '', { file, line, column: columnOf(fields, index) }));
      } else if (fields.length === width) rows.push({ line, cells: fields });
      else {
        const problem = `this row has ${fields.length} ${fields.length === 1 ? 'field' : 'fields'}, the header ${width}`;
        report(diagnose('seed.invalid', { problem, hint: `a field that holds \`${delimiter}\` needs quotes` }, { file, line, column: 1 }));
      }
    }
    yield rows;
  }
  if (width === 0)
    report(diagnose('seed.invalid', { problem: 'it is empty', hint: 'the first line names the columns' }, { file, line: 1, column: 1 }));
}

/** Where a name of the header begins; a name in quotes counts as one without. */
const columnOf = (names: readonly (string | null)[], index: number): number =>
  names.slice(0, index).reduce((sum, name) => sum + (name?.length ?? 0) + 1, 1);

/** The lines of a CSV text with their fields; a line on which nothing stands is none. Text that may go on in the next piece is kept for it. */
async function* linesOf(texts: AsyncIterable<string>, delimiter: string, file: string): AsyncIterable<readonly CsvLine[]> {
  const read = lineReader(delimiter, file);
  let rest = '';
  let line = 1;
  for await (const text of texts) {
    const found = read(rest + text, line, false);
    yield found.lines;
    rest = found.rest;
    line = found.line;
    if (rest.length > MAX_ROW) {
      const problem = `a row that begins here is longer than ${MAX_ROW / 1024 / 1024} MiB`;
      throw failure('seed.invalid', { problem, hint: 'is a quote left open?' }, { file, line, column: 1 });
    }
  }
  yield read(rest, line, true).lines;
}

interface ReadLines {
  readonly lines: readonly CsvLine[];
  /** The beginning of a line that goes on, and its number. */
  readonly rest: string;
  readonly line: number;
}

const QUOTE = 0x22;
const RETURN = 0x0d;
const NEWLINE = 0x0a;

/** Reads the lines of `text`, which begins with line `firstLine`. A loop over character codes, because it is faster than an expression with its matches, and every file is read twice. */
function lineReader(delimiter: string, file: string): (text: string, firstLine: number, isLast: boolean) => ReadLines {
  const separator = delimiter.charCodeAt(0);
  return (text, firstLine, isLast) => {
    const lines: CsvLine[] = [];
    let line = firstLine;
    let begins = { line, at: 0 };
    let lineAt = 0;
    let fields: (string | null)[] = [];
    for (let at = 0; at < text.length || fields.length > 0; at += 1) {
      const start = at;
      const wrong = (problem: string): EtlxError => quoteProblem(problem, { file, line, column: start - lineAt + 1 });
      const isQuoted = text.charCodeAt(at) === QUOTE;
      if (isQuoted) {
        at = closingQuote(text, at) + 1;
        if (at === 0 && isLast) throw wrong('a quote is opened here and never closed');
        if (at === 0) return { lines, rest: text.slice(begins.at), line: begins.line };
        const quoted = text.slice(start + 1, at - 1);
        fields.push(quoted.includes('"') ? quoted.replaceAll('""', '"') : quoted);
        for (const { index, 0: found } of quoted.matchAll(BREAK)) {
          line += 1;
          lineAt = start + 1 + index + found.length;
        }
      } else {
        while (at < text.length && !ends(text.charCodeAt(at), separator)) at += 1;
        fields.push(at === start ? null : text.slice(start, at));
      }
      const end = text.charCodeAt(at);
      // the end of the text is that of a field only when nothing follows, and a return may be the first half of a line break
      if (!isLast && (at >= text.length || (end === RETURN && at + 1 === text.length)))
        return { lines, rest: text.slice(begins.at), line: begins.line };
      if (end === separator) continue;
      if (at < text.length && end !== RETURN && end !== NEWLINE)
        throw wrong(isQuoted ? 'text follows the quote that closes this field' : 'a quote stands within a field that has none around it');
      if (end === RETURN && text.charCodeAt(at + 1) === NEWLINE) at += 1;
      if (fields.length > 1 || fields[0] !== null) lines.push({ line: begins.line, fields });
      fields = [];
      line += 1;
      lineAt = at + 1;
      begins = { line, at: lineAt };
    }
    return { lines, rest: '', line };
  };
}

const BREAK = /\r\n|\n|\r/g;

const ends = (code: number, separator: number): boolean => code === separator || code === NEWLINE || code === RETURN || code === QUOTE;

/** Where the quotes that open at `start` are closed, -1 when they are not; a pair of quotes is one that is meant. */
function closingQuote(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (at >= 0 && text.charCodeAt(at + 1) === QUOTE) at = text.indexOf('"', at + 2);
  return at;
}

const quoteProblem = (problem: string, at: Location): EtlxError =>
  failure('seed.invalid', { problem, hint: 'a field with a quote in it stands in quotes, and the quote twice: `"5"" pipe"`' }, at);
