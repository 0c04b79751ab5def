import { bodyOf } from '../core/body';
import { hashOf } from '../core/hash';
import type { LineMap, ModelNode, NodeId, SnapshotNode, TestNode } from '../core/node';
import { MAX_IDENTIFIER_BYTES, quote } from '../core/relation';

/** The name, quoted, by which queries know the ephemeral model `name`. */
export function ephemeralName(name: string): string {
  const plain = `etlx_cte_${name}`;
  return quote(new TextEncoder().encode(plain).length <= MAX_IDENTIFIER_BYTES ? plain : `etlx_cte_${hashOf(name)}`);
}

/** SQL, and where it came from if that is known. */
interface Query {
  readonly sql: string;
  readonly lines?: LineMap;
}

/** What `withEphemerals` answers. */
export type Whole = <Q extends Query>(query: Q, dependsOn: readonly NodeId[]) => Q;

/** The node with every query of its own made whole; itself when it reads no ephemeral model. */
export function wholeNode(node: SnapshotNode | ModelNode | TestNode, whole: Whole): SnapshotNode | ModelNode | TestNode {
  const query = whole(node, node.dependsOn);
  // what is no table cannot be scanned together with other tests of it
  if (query.kind === 'test') return query === node ? node : { ...query, inScan: undefined };
  if (query.kind === 'snapshot' || query.again === undefined) return query;
  const again = whole(query.again, node.dependsOn);
  return again === query.again ? query : { ...query, again };
}

/**
 * A function that gives a query the ephemeral models it reads, directly and through each other, as common table expressions: each once, in the
 * order in which they need each other. The query itself stays whole, in parentheses behind them: its own `with`, recursive or not, means what it
 * meant. A query that reads none is answered as it is.
 */
export function withEphemerals(models: readonly ModelNode[]): Whole {
  const ephemerals = new Map(models.filter(({ materialized }) => materialized === 'ephemeral').map((model) => [model.id, model]));
  if (ephemerals.size === 0) return (query) => query;

  const collect = ({ sql }: Query, dependsOn: readonly NodeId[], seen: Set<NodeId>, found: ModelNode[]): readonly ModelNode[] => {
    for (const id of dependsOn) {
      const model = ephemerals.get(id);
      // what is read only in an arm that was not taken is not in the text
      if (model === undefined || seen.has(id) || !sql.includes(ephemeralName(model.name))) continue;
      seen.add(id);
      collect(model, model.dependsOn, seen, found);
      found.push(model);
    }
    return found;
  };
  return (query, dependsOn) => {
    const read = collect(query, dependsOn, new Set(), []);
    return read.length === 0 ? query : { ...query, ...joined(read, query) };
  };
}

/** The expressions and the query as one text; its map has marks of all their files. */
function joined(ephemerals: readonly ModelNode[], query: Query): Query {
  const marks: LineMap['marks'][number][] = [];
  let sql = '';
  const add = (before: string, { sql: body, lines }: Query): void => {
    sql += before;
    const start = sql.length;
    for (const [compiled, source, file = lines?.file] of lines?.marks ?? []) marks.push([start + compiled, source, file]);
    sql += bodyOf(body);
  };
  ephemerals.forEach((model, index) => add(`${index === 0 ? 'with ' : '\n), '}${ephemeralName(model.name)} as (\n`, model));
  add('\n)\nselect * from (\n', query);
  return { sql: `${sql}\n) as etlx_query\n`, ...(query.lines && { lines: { file: query.lines.file, marks } }) };
}
