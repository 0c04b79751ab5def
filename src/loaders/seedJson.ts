import { diagnose } from '../core/diagnostic';
import { Decimal, plainText } from '../core/decimal';
import type { SeedFormat } from '../core/seed';
import { excerpt, isJsonObject, jsonText, kindOf, parseJson, type Json } from './json';
import type { SeedColumns } from './seedColumns';
import type { SeedOrigin } from './seedCsv';
import { checkLength, elements, type Element } from './seedJsonList';
import type { SeedCell, SeedRow } from './seedRow';

/**
 * The rows of a JSON list of objects, or of one object a line, in batches; a key that is met for the first time goes into `columns`. What is no
 * object is reported and left out. Throws EtlxError `seed.invalid` where no list is, or a bracket does not match.
 */
export async function* jsonBatches(
  texts: AsyncIterable<string>,
  format: Exclude<SeedFormat, 'csv'>,
  columns: SeedColumns,
  { file, report }: SeedOrigin,
): AsyncIterable<readonly SeedRow[]> {
  const positions = new Map<string, number>();
  const rowOf = ({ line, text }: Element): SeedRow | undefined => {
    const invalid = (problem: string): undefined =>
      void report(diagnose('seed.invalid', { problem: `${problem}: ${excerpt(text, 60)}` }, { file, line, column: 1 }));
    const value = jsonOf(text);
    if (value instanceof Error) return invalid(value.message);
    if (!isJsonObject(value)) return invalid(`expected an object, found ${kindOf(value)}`);
    const cells: SeedCell[] = [];
    for (const [key, each] of Object.entries(value)) {
      const position = positions.get(key) ?? columns.add(key, { file, line, column: 1 });
      positions.set(key, position);
      while (cells.length < position) cells.push(null);
      cells[position] = cellOf(each);
    }
    return { line, cells };
  };
  for await (const records of format === 'json' ? elements(texts, file) : lines(texts, file))
    yield records.flatMap((each) => rowOf(each) ?? []);
}

function jsonOf(text: string): Json | Error {
  try {
    return parseJson(text);
  } catch (error) {
    return error as Error;
  }
}

function cellOf(value: Json): SeedCell {
  if (value === null) return null;
  if (typeof value === 'string') return { text: value, as: 'text' };
  if (typeof value === 'boolean') return { text: String(value), as: 'boolean' };
  if (typeof value === 'bigint') return { text: String(value), as: 'number' };
  return value instanceof Decimal ? { text: plainText(value), as: 'number' } : { text: jsonText(value) ?? '', as: 'json' };
}

/** The lines on which something stands. */
async function* lines(texts: AsyncIterable<string>, file: string): AsyncIterable<readonly Element[]> {
  let rest = '';
  let line = 1;
  const records = (text: string): readonly Element[] => {
    const all = text.split('\n').map((each, index) => ({ line: line + index, text: each }));
    line += all.length;
    return all.filter((each) => each.text.trim() !== '');
  };
  for await (const text of texts) {
    const end = text.lastIndexOf('\n');
    const whole = end < 0 ? '' : rest + text.slice(0, end);
    rest = end < 0 ? rest + text : text.slice(end + 1);
    if (end >= 0) yield records(whole);
    checkLength(rest, file, line);
  }
  yield records(rest);
}
