import { bodyOf } from '../core/body';
import { hashOf } from '../core/hash';
import { inBatch } from '../core/interval';
import type { LineMap, NodeId } from '../core/node';
import { MAX_IDENTIFIER_BYTES, quote } from '../core/relation';
import type { Named } from './names';

interface Query {
  readonly sql: string;
  readonly lines: LineMap;
}

/** What one rendering of a model that is built in batches reads of the rows of its batch alone. */
export interface BatchFilters {
  /** What the query calls the rows of a node, which is called `text` otherwise; undefined for one that has no `event_time`. */
  nameOf(named: Named, text: string): string | undefined;
  /** The node whose rows are called so. */
  idOf(name: string): NodeId | undefined;
  /** The query, a `select * from (…)`, behind common table expressions of what it reads: so `ref('x') as a` and `ref('x')` mean what they mean elsewhere. */
  around(query: Query): Query;
}

export function batchFilters(): BatchFilters {
  const names = new Map<NodeId, string>();
  const ids = new Map<string, NodeId>();
  const filters: string[] = [];
  return {
    nameOf({ id, eventTime }, text) {
      if (eventTime === undefined) return undefined;
      const known = names.get(id);
      if (known !== undefined) return known;
      const name = quote(filterName(id));
      names.set(id, name);
      ids.set(name, id);
      filters.push(`${name} as (\nselect * from ${text} where ${inBatch(quote(eventTime))}\n)`);
      return name;
    },
    idOf: (name) => ids.get(name),
    around(query) {
      const before = `${filters.length === 0 ? '' : `with ${filters.join(', ')}\n`}select * from (\n`;
      const { sql, lines } = query;
      return { sql: `${before}${bodyOf(sql)}\n) as etlx_batch\n`, lines: movedBy(lines, before.length) };
    },
  };
}

const movedBy = (lines: LineMap, by: number): LineMap => ({
  ...lines,
  marks: lines.marks.map(([compiled, source, file]) => [compiled + by, source, file] as const),
});

function filterName(id: NodeId): string {
  const plain = `etlx_batch_${id.slice(id.indexOf('.') + 1)}`;
  return new TextEncoder().encode(plain).length <= MAX_IDENTIFIER_BYTES ? plain : `etlx_batch_${hashOf(id)}`;
}
