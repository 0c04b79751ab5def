import { failure } from '../core/diagnostic';
import { excerpt } from './json';
import { MAX_ROW } from './seedRow';

/** One element of the list, or one line, and where it begins. */
export interface Element {
  readonly line: number;
  readonly text: string;
}

/** A text of JSON, a bracket, or a run of anything else; the last is a quote that is not closed yet. */
const TOKEN = /"(?:[^"\\]|\\[^])*"|[{}[\]]|[^"{}[\]]+|"/y;

/** How far a list was read: what goes on in the next piece, the line that it begins on, and what has to come. */
interface ListReading {
  rest: string;
  line: number;
  expected: keyof typeof EXPECTED;
}

/** The elements of the list that the whole text is. */
export async function* elements(texts: AsyncIterable<string>, file: string): AsyncIterable<readonly Element[]> {
  const reading: ListReading = { rest: '', line: 1, expected: 'list' };
  for await (const text of texts) {
    yield readElements(reading, text, file);
    checkLength(reading.rest, file, reading.line);
  }
  const { rest, expected } = reading;
  if (rest !== '' || expected !== 'nothing')
    throw wrong(rest === '' ? EXPECTED[expected] : 'the end of this object', rest, file, reading.line);
}

/** The elements that end in `text`; what is not at its end is left in `reading`. */
function readElements(reading: ListReading, more: string, file: string): readonly Element[] {
  const text = reading.rest + more;
  const found: Element[] = [];
  let at = 0;
  for (;;) {
    const start = skipBlank(text, at);
    reading.line += breaksIn(text.slice(at, start));
    at = start;
    const next = text[at];
    const { expected } = reading;
    if (next === undefined) break;
    if (next === '{' && (expected === 'first' || expected === 'element')) {
      const end = endOf(text, at);
      if (end === undefined) break;
      found.push({ line: reading.line, text: text.slice(at, end) });
      reading.line += breaksIn(text.slice(at, end));
      reading.expected = 'comma';
      at = end;
    } else {
      const then = NEXT[expected][next];
      if (then === undefined) throw wrong(EXPECTED[expected], text.slice(at), file, reading.line);
      reading.expected = then;
      at += 1;
    }
  }
  reading.rest = text.slice(at);
  return found;
}

/** What is expected after the signs of a list, by what was expected before them. */
const NEXT: Readonly<{ [K in keyof typeof EXPECTED]: Readonly<Record<string, keyof typeof EXPECTED>> }> = {
  list: { '[': 'first' },
  first: { ']': 'nothing' },
  element: {},
  comma: { ',': 'element', ']': 'nothing' },
  nothing: {},
};

const EXPECTED = {
  list: 'a list of objects',
  first: 'an object',
  element: 'an object',
  comma: '`,` or `]`',
  nothing: 'nothing more',
} as const;

const wrong = (expected: string, text: string, file: string, line: number) =>
  failure(
    'seed.invalid',
    {
      problem: `expected ${expected}, found ${text === '' ? 'the end of the file' : excerpt(text, 60)}`,
      hint: 'a seed in JSON is one list of objects: `[{"id": 1}]`',
    },
    { file, line, column: 1 },
  );

/** Where the object or list that begins at `start` ends; undefined when `text` ends before. */
function endOf(text: string, start: number): number | undefined {
  // sticky expressions carry their position, so that each reading has its own
  const tokens = new RegExp(TOKEN);
  tokens.lastIndex = start;
  for (let depth = 0; ;) {
    const token = tokens.exec(text)?.[0];
    if (token === undefined || token === '"') return undefined;
    if (token === '{' || token === '[') depth += 1;
    else if (token === '}' || token === ']') depth -= 1;
    if (depth === 0) return tokens.lastIndex;
  }
}

/** Throws EtlxError `seed.invalid` when the beginning of an object is longer than any whole one should be. */
export function checkLength(rest: string, file: string, line: number): void {
  if (rest.length <= MAX_ROW) return;
  throw failure(
    'seed.invalid',
    { problem: `an object that begins here is longer than ${MAX_ROW / 1024 / 1024} MiB` },
    { file, line, column: 1 },
  );
}

function skipBlank(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\r\n'.includes(text[at]!)) at += 1;
  return at;
}

function breaksIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
