import { failure } from '../core/diagnostic';
import type { BodyFormat, Paginator, Resource } from '../core/loader';
import {
  excerpt,
  isJsonList,
  isJsonObject,
  kindOf,
  parseJson,
  pathOf,
  RepeatedKeyError,
  valueAt,
  type Json,
  type JsonObject,
} from './json';
import type { LandedPage } from './lakeManifest';
import { linkOf } from './linkHeader';
import { readBody, type ReadBody } from './records';

/** What one response holds. */
export interface Page {
  readonly records: readonly JsonObject[];
  /** How many records the API announces in all, where `paginator.total_path` says so. */
  readonly total?: number;
  /** How many pages it announces, where `paginator.total_pages_path` says so. */
  readonly totalPages?: number;
  /** The cursor or the address of the next page, where the paginator reads one. */
  readonly next?: string;
  /** What comes after it cannot be asked for by the window of an incremental resource. */
  readonly isLast?: true;
}

/** A response to read, and how to speak of it. */
export interface Answer {
  readonly body: Uint8Array;
  readonly format: BodyFormat;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly request: string;
}

/**
 * Reads a response. Throws `extract.body` when it is not of its format, and `extract.shape` when it is not what `resource` declares: a list of
 * objects at `data_selector` without the fields that are `included` from their parent, numbers and texts where the paginator looks for them.
 * Null is not an empty list.
 */
export function pageOf(answer: Answer, resource: Resource, included: string | undefined, hide: (text: string) => string): Page {
  const read = bodyOf(answer, resource, hide);
  const { dataSelector, paginator, at } = resource;
  const wrong = (path: string, expected: string, found: Json | undefined) =>
    failure('extract.shape', { request: answer.request, path: path || '(the body)', expected, found: hide(kindOf(found)) }, at);
  const count = (path: string | undefined, expected: string): number | undefined => {
    if (path === undefined) return undefined;
    const value = valueAt(read.whole, pathOf(path));
    if (typeof value !== 'bigint' || value < 0n) throw wrong(path, expected, value);
    return Number(value);
  };
  const word = (path: string, expected: string): string | undefined => {
    const value = valueAt(read.whole, pathOf(path));
    if (value === undefined || value === null || value === '' || value === false) return undefined;
    if (typeof value !== 'string' && typeof value !== 'bigint') throw wrong(path, expected, value);
    return String(value);
  };

  const { records } = read;
  const selector = read.whole === undefined ? '' : dataSelector;
  if (!isJsonList(records)) throw wrong(selector, 'a list', records);
  const odd = records.findIndex((record) => !isJsonObject(record));
  if (odd >= 0) throw wrong(`${selector}[${odd}]`, 'an object', records[odd]);
  if (included !== undefined) {
    const fields = Object.keys(parseJson(included) as JsonObject);
    for (const [index, record] of (records as readonly JsonObject[]).entries()) {
      const own = fields.find((field) => Object.hasOwn(record, field));
      if (own !== undefined) throw wrong(`${selector}[${index}].${own}`, 'nothing, because the parent fills it', record[own]);
    }
  }
  return {
    records: records as readonly JsonObject[],
    total: count(paginator.totalPath, 'the number of all records'),
    totalPages: count(paginator.type === 'page_number' ? paginator.totalPagesPath : undefined, 'the number of pages'),
    next: nextOf(paginator, word, answer.headers),
  };
}

/**
 * What a page behind the last one holds, before anything else is asked of it: APIs answer there with no body, an empty list or none at all.
 * Throws `extract.body`.
 */
export function recordsBeyond(answer: Answer, resource: Resource, hide: (text: string) => string): readonly Json[] {
  if (answer.body.length === 0) return [];
  const { records } = bodyOf(answer, resource, hide);
  return isJsonList(records) ? records : [];
}

function nextOf(
  paginator: Paginator,
  word: (path: string, expected: string) => string | undefined,
  headers: Answer['headers'],
): string | undefined {
  switch (paginator.type) {
    case 'cursor':
      return word(paginator.cursorPath, 'a cursor, or null');
    case 'json_link':
      return word(paginator.nextUrlPath, 'an address, or null');
    case 'header_link':
      return linkOf(headers.link, paginator.rel);
    default:
      return undefined;
  }
}

/** The records of a page that was checked when it landed, with the fields that they got from their parent. Throws as `parseJson` does. */
export function landedRecords(
  body: Uint8Array,
  dataSelector: string,
  { format = 'json', parent }: Pick<LandedPage, 'format' | 'parent'>,
): readonly JsonObject[] {
  const records = readBody(body, format, dataSelector).records as readonly JsonObject[];
  if (parent === undefined) return records;
  const fields = parseJson(parent) as JsonObject;
  return records.map((record) => ({ ...record, ...fields }));
}

function bodyOf({ body, format, headers, request }: Answer, { at, dataSelector }: Resource, hide: (text: string) => string): ReadBody {
  const refuse = (problem: string, cause?: unknown) => {
    const beginning = excerpt(hide(Buffer.from(body.subarray(0, 2000)).toString('utf8')));
    const facts = { request, problem: hide(problem), excerpt: beginning === '' ? '(nothing)' : beginning };
    return failure('extract.body', facts, at, { cause, transient: endsUnannounced(headers) });
  };
  if (format !== 'json' && endsUnannounced(headers) && body.length > 0 && body[body.length - 1] !== 0x0a) {
    throw refuse('the answer may be cut: it ends without a line break, and the server did not announce its length');
  }
  try {
    return readBody(body, format, dataSelector);
  } catch (error) {
    if (error instanceof RepeatedKeyError) throw refuse(error.message, error);
    const problem = error instanceof RangeError ? 'it is nested too deeply' : error instanceof Error ? error.message : String(error);
    throw refuse(`the answer is not ${NAMES[format]} (${problem})`, error);
  }
}

const NAMES: Readonly<Record<BodyFormat, string>> = { json: 'JSON', ndjson: 'NDJSON', csv: 'CSV' };

/** Where the end of the connection is the end of the body, a connection that broke looks the same; JSON, or a line, that is not finished shows it. */
const endsUnannounced = (headers: Answer['headers']): boolean =>
  headers['content-type'] !== undefined && headers['content-length'] === undefined && headers['transfer-encoding'] === undefined;
