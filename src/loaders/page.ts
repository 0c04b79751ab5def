import { failure } from '../core/diagnostic';
import type { Resource } from '../core/loader';
import { excerpt, isJsonList, isJsonObject, kindOf, parseJson, pathOf, valueAt, type Json, type JsonObject } from './json';

/** What one response holds. */
export interface Page {
  readonly records: readonly JsonObject[];
  /** How many records the API announces in all, where `paginator.total_path` says so. */
  readonly total?: number;
}

/**
 * Reads the response `body` to the request called `request`. Throws `extract.body` when it is not JSON, and `extract.shape` when it is not what
 * `resource` declares: a list of objects at `data_selector`, a number at `total_path`. Null is not an empty list.
 */
export function pageOf(body: Uint8Array, resource: Resource, request: string, withoutSecrets: (text: string) => string): Page {
  const json = jsonOf(body, resource, request, withoutSecrets);
  const { dataSelector, paginator, at } = resource;
  const wrong = (path: string, expected: string, found: Json | undefined) =>
    failure('extract.shape', { request, path: path || '(the body)', expected, found: withoutSecrets(kindOf(found)) }, at);

  const records = valueAt(json, pathOf(dataSelector));
  if (!isJsonList(records)) throw wrong(dataSelector, 'a list', records);
  const odd = records.findIndex((record) => !isJsonObject(record));
  if (odd >= 0) throw wrong(`${dataSelector}[${odd}]`, 'an object', records[odd]);

  const totalPath = paginator.type === 'offset' ? paginator.totalPath : undefined;
  if (totalPath === undefined) return { records: records as readonly JsonObject[] };
  const total = valueAt(json, pathOf(totalPath));
  if (typeof total !== 'bigint' || total < 0n) throw wrong(totalPath, 'the number of all records', total);
  return { records: records as readonly JsonObject[], total: Number(total) };
}

/** The records of a page that was checked when it landed. Throws as `parseJson` does. */
export function recordsOf(body: Uint8Array, dataSelector: string): readonly JsonObject[] {
  return valueAt(parseJson(textOf(body)), pathOf(dataSelector)) as readonly JsonObject[];
}

function jsonOf(body: Uint8Array, { at }: Resource, request: string, withoutSecrets: (text: string) => string): Json {
  try {
    return parseJson(textOf(body));
  } catch (error) {
    const problem = `the answer is not JSON (${error instanceof RangeError ? 'it is nested too deeply' : messageOf(error)})`;
    const beginning = excerpt(withoutSecrets(Buffer.from(body.subarray(0, 2000)).toString('utf8')));
    const facts = { request, problem: withoutSecrets(problem), excerpt: beginning === '' ? '(nothing)' : beginning };
    throw failure('extract.body', facts, at, { cause: error });
  }
}

/** Throws TypeError on bytes that are not UTF-8, which would otherwise become other characters silently. */
const textOf = (body: Uint8Array): string => new TextDecoder('utf-8', { fatal: true }).decode(body);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
