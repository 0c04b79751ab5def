import type { Manifest } from '../core/manifest';
import type { LineMap, ModelNode, NodeId, Node, RelationNode } from '../core/node';
import { literal, quote, relationName } from '../core/relation';
import { sqlTokens, type SqlToken } from '../core/sqlTokens';
import { tablesRead } from '../graph/tablesRead';
import { movedMap, type Moved } from './movedMap';

/** How much of the tables that they read models get: nothing but the columns, so many rows, or what happened since then. */
export type Reads = 'nothing' | { readonly rows: number } | { readonly since: Date };

/**
 * The manifest with models that read only so much: `"a"."b"` in their SQL is `(select * from "a"."b" where false)`, under the name that it has there. Of a time
 * only what has an `event_time` is read in part, as in dbt. Tests and snapshots read everything. `elsewhere`: the names of what is read in the place of nodes.
 */
export function sampledManifest(manifest: Manifest, reads: Reads, elsewhere?: ReadonlyMap<NodeId, string>): Manifest {
  const nodes = new Map<NodeId, Node>(
    [...manifest.nodes].map(([id, node]) => [id, node.kind === 'model' ? sampledModel(node, manifest.nodes, reads, elsewhere) : node]),
  );
  return { ...manifest, nodes };
}

function sampledModel(model: ModelNode, nodes: Manifest['nodes'], reads: Reads, elsewhere?: ReadonlyMap<NodeId, string>): ModelNode {
  const parts = new Map(
    tablesRead(model, nodes).flatMap((table) => {
      const part = partOf(table, reads);
      return part === undefined ? [] : [[elsewhere?.get(table.id) ?? relationName(table.relation), { part, name: table.relation.name }]];
    }),
  );
  if (parts.size === 0) return model;
  return { ...model, ...sampledQuery(model, parts), ...(model.again && { again: sampledQuery(model.again, parts) }) };
}

/** What follows the name of a table that is read in part. */
function partOf(table: RelationNode, reads: Reads): string | undefined {
  if (reads === 'nothing') return 'where false';
  if ('rows' in reads) return `limit ${reads.rows}`;
  const eventTime = table.kind === 'source' ? table.eventTime : table.config['event_time'];
  if (typeof eventTime !== 'string') return undefined;
  const since = reads.since.toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length).replace('T', ' ');
  return `where ${quote(eventTime)} >= cast(${literal(since)} as timestamp)`;
}

interface Part {
  readonly part: string;
  readonly name: string;
}

interface Query {
  readonly sql: string;
  readonly lines: LineMap;
}

/** The query with a part of each table in its place. Names in comments and texts are left alone, and so are names of columns. */
function sampledQuery({ sql, lines }: Query, parts: ReadonlyMap<string, Part>): Query {
  const tokens = [...sqlTokens(sql)];
  const moved: (readonly [number, number])[] = [];
  let written = '';
  for (let at = 0; at < tokens.length; at += 1) {
    const first = tokens[at]!;
    const last = endOfPath(tokens, at);
    const path = sql.slice(first.start, endOf(tokens[last]!));
    const found = tokens[last + 1]?.text === '.' ? undefined : parts.get(path);
    if (found !== undefined) {
      written += '(select * from ';
      moved.push([first.start, written.length - first.start]);
    }
    written += path;
    if (found !== undefined) {
      written += ` ${found.part})${isNamed(tokens, last + 1) ? '' : ` as ${quote(found.name)}`}`;
      const end = endOf(tokens[last]!);
      moved.push([end, written.length - end]);
    }
    at = last;
  }
  return moved.length === 0 ? { sql, lines } : { sql: written, lines: movedMap(lines, moved satisfies Moved) };
}

const endOf = ({ start, text }: SqlToken): number => start + text.length;

/** The last piece of the quoted name, with its points, that begins at `at`; of anything else the piece itself. */
function endOfPath(tokens: readonly SqlToken[], at: number): number {
  const isQuoted = (index: number): boolean => tokens[index]?.text.startsWith('"') === true;
  let last = at;
  while (isQuoted(last) && tokens[last + 1]?.text === '.' && isQuoted(last + 2)) last += 2;
  return last;
}

/** The words that can follow a table in a FROM clause and are no name for it. */
const FOLLOWING: ReadonlySet<string> = new Set(
  'where join inner left right full cross natural on using group order limit having union intersect except window offset fetch for tablesample asof positional semi anti qualify lateral returning'.split(
    ' ',
  ),
);

/** Whether the table before `at` has a name of its own in the query: `as o`, or `o`. */
function isNamed(tokens: readonly SqlToken[], at: number): boolean {
  const next = tokens.slice(at, at + 2).find(({ kind }) => kind !== 'blank');
  if (next === undefined || next.kind === 'mark') return false;
  return next.kind === 'quoted' ? next.text.startsWith('"') : !FOLLOWING.has(next.text.toLowerCase());
}
