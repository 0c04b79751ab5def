import type { BodyFormat } from '../core/loader';
import { csvRecords } from '../core/csvRecords';
import { parseJson, pathOf, RepeatedKeyError, valueAt, type Json } from './json';

/** A body that was read: where its records should be, and the whole for what stands beside them. */
export interface ReadBody {
  readonly records: Json | undefined;
  /** Undefined where a body is nothing but its records. */
  readonly whole?: Json;
}

/** How a body is to be read: as it was declared, else as its content type says, else as JSON. */
export function formatOf(declared: BodyFormat | undefined, contentType = ''): BodyFormat {
  if (declared !== undefined) return declared;
  const type = contentType.split(';')[0]!.trim().toLowerCase();
  if (/[/+-](?:ndjson|jsonl|jsonlines)$/.test(type)) return 'ndjson';
  return type === 'text/csv' ? 'csv' : 'json';
}

/** Reads a body; the records of NDJSON and CSV are its lines. Throws TypeError on bytes that are no UTF-8, and SyntaxError. */
export function readBody(body: Uint8Array, format: BodyFormat, dataSelector: string): ReadBody {
  // `fatal`: other bytes would become other characters silently
  const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  if (format === 'csv') return { records: csvRecords(text) };
  if (format === 'ndjson') return { records: lines(text) };
  const whole = parseJson(text);
  return { records: valueAt(whole, pathOf(dataSelector)), whole };
}

function lines(text: string): readonly Json[] {
  const values: Json[] = [];
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    try {
      values.push(parseJson(line));
    } catch (error) {
      const Same = error instanceof RepeatedKeyError ? RepeatedKeyError : SyntaxError;
      throw new Same(`line ${index + 1}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }
  return values;
}
