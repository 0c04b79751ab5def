import { createHash } from 'node:crypto';
import { failure, type EtlxError } from '../core/diagnostic';
import type { Resource } from '../core/loader';
import { keyText } from './cell';
import { excerpt, jsonText, kindOf, pathOf, valueAt, type Json } from './json';
import { keySet } from './keySet';
import type { Page } from './page';

/** The pages of one extract, checked against each other as they come. */
export interface Series {
  /** Throws `extract.repeated-page`, `extract.total` and `extract.shape`. */
  add(page: Page, request: string): void;
  /** What the page gave to come to the next one. Throws `extract.loop` when it was given before. */
  follow(given: string, request: string, hide: (text: string) => string): void;
  /** Whether these records, of a page behind the announced end, are anything but what the series has already. Throws `extract.shape`. */
  exceededBy(records: readonly Json[], request: string): boolean;
  /** The error `extract.total`: `request` holds records behind the announced end. */
  excess(request: string): EtlxError;
  /** Every page was added. Throws `extract.total` when the distinct records are not as many as were announced. */
  end(): { readonly records: number; readonly total: number | null };
  /** Gives back what it kept the keys in. */
  close(): void;
}

/** A series of pages of `resource`. It keeps the primary keys of its records, a hash of each page, and the cursors or links that led to them. */
export function seriesOf(resource: Resource): Series {
  const { name, at, primaryKey } = resource;
  const paths = primaryKey.map(pathOf);
  const keys = keySet();
  const pages = new Map<string, string>();
  const given = keySet();
  let received = 0;
  let announced: { readonly total: number; readonly request: string } | undefined;

  const keyOf = (record: Json, index: number, request: string): string => {
    const values = paths.map((path) => valueAt(record, path));
    const key = keyText(values);
    if (key !== undefined) return key;
    const odd = values.findIndex((value) => keyText([value]) === undefined);
    const path = `${resource.dataSelector}[${index}].${primaryKey[odd]}`;
    throw failure('extract.shape', { request, path, expected: 'the primary key', found: kindOf(values[odd]) }, at);
  };

  return {
    add({ records, total }, request) {
      if (total !== undefined && total !== announced?.total) {
        // whoever changes the records while they are paged leaves no way to know which were missed
        const changed = `${announced?.total} in ${announced?.request} and ${total} in ${request}`;
        if (announced !== undefined) throw totalProblem(changed);
        announced = { total, request };
      }
      if (records.length > 0) {
        const hash = hashOf(records);
        const earlier = pages.get(hash);
        if (earlier !== undefined) throw failure('extract.repeated-page', { request, earlier }, at);
        pages.set(hash, request);
      }
      // without a total there is nothing to compare them with
      if (announced !== undefined && paths.length > 0) records.forEach((record, index) => keys.add(keyOf(record, index, request)));
      received += records.length;
    },
    follow(next, request, hide) {
      const known = given.size;
      if (given.add(next) === known) return;
      const what = resource.paginator.type === 'cursor' ? 'cursor' : 'link';
      throw failure('extract.loop', { request, what, given: excerpt(hide(next)) }, at);
    },
    exceededBy(records, request) {
      // servers that clamp the number of the page answer with the last one again
      if (records.length === 0 || pages.has(hashOf(records))) return false;
      if (announced === undefined || paths.length === 0) return true;
      const known = keys.size;
      records.forEach((record, index) => keys.add(keyOf(record, index, request)));
      return keys.size > known;
    },
    excess: (request) => totalProblem(`${announced?.total ?? 'fewer pages'}, and more exist: ${request} holds some`),
    end() {
      if (announced !== undefined && distinct() !== announced.total) throw totalProblem(String(announced.total));
      return { records: received, total: announced?.total ?? null };
    },
    close() {
      keys.close();
      given.close();
    },
  };

  function distinct(): number {
    return paths.length > 0 ? keys.size : received;
  }

  function totalProblem(words: string): EtlxError {
    return failure('extract.total', { resource: name, received: distinct(), announced: words }, at, { transient: true });
  }
}

function hashOf(records: readonly Json[]): string {
  return createHash('sha256')
    .update(jsonText(records) ?? '')
    .digest('base64');
}
