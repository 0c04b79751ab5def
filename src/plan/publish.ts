import type { CatalogEntry, Dialect } from '../core/ports';
import { literal, quote, relationName, type Relation } from '../core/relation';
import type { Statement } from '../core/plan';
import { replaceBlock } from './replaceBlock';
import { swapBlock } from './swapBlock';

/** What a candidate is called while it is built, and what it shall be called. */
export interface Rename {
  readonly from: string;
  readonly to: string;
}

export interface Publication {
  readonly relation: Relation;
  readonly candidate: Relation;
  readonly kind: 'table' | 'view' | 'materialized view';
  /** The candidate's constraints: their names are unique in the schema, so they are built under others while the old table stands. */
  readonly constraints: readonly Rename[];
  /** SQL that makes the indexes which can only be made under the final name. */
  readonly indexes: readonly string[];
  /** Its columns, where they are known. */
  readonly columns?: readonly string[];
}

const dropped: Readonly<Record<CatalogEntry['kind'], string | undefined>> = {
  table: 'table',
  view: 'view',
  materialized_view: 'materialized view',
  // A foreign table, a sequence, a partitioned table: not etlx's to drop, so the rename fails and names it.
  other: undefined,
};

/** What stands in the candidate's way, and what may be said of it. */
export interface Standing {
  readonly entry: CatalogEntry | undefined;
  /** Keys of the views that depend on it and that this plan builds anew. */
  readonly later: readonly string[];
  readonly dialect: Dialect;
  /** Milliseconds after which a relation that others keep in use is given up. */
  readonly patience: number;
}

/** Puts the candidate in the place of what stands there (or of nothing), within the transaction that built it. Never with cascade. */
export function publishOf(
  { relation, candidate, kind, constraints, indexes, columns = [] }: Publication,
  { entry, later, dialect, patience }: Standing,
): readonly Statement[] {
  const swap = [
    `alter ${kind} ${relationName(candidate)} rename to ${quote(relation.name)}`,
    ...constraints.map(({ from, to }) => `alter table ${relationName(relation)} rename constraint ${quote(from)} to ${quote(to)}`),
    ...indexes,
    // a block that keeps what hangs on a relation keeps its comments as well
    ...(dialect.runsBlocks ? [] : commentsOn(relation, kind, columns, entry?.comments ?? [])),
  ];
  const old = entry === undefined ? undefined : dropped[entry.kind];
  const drop = old === undefined ? undefined : `drop ${old} ${relationName(relation)}`;
  // What etlx does not drop makes the rename fail, which names it.
  if (entry !== undefined && drop === undefined) return swap.map((sql) => ({ sql }));
  if (!dialect.runsBlocks) return [...(drop === undefined ? [] : [drop]), ...swap].map((sql) => ({ sql }));
  // Looking for what hangs on a relation costs the server more than the whole swap does, so it is kept for those on which something hangs.
  const tied = (dialect.viewsBindTables && entry?.hasDependents) || entry?.hasAttachments || entry?.hasGrants || entry?.comments;
  const replacement = { relation, drop, swap, patience };
  return [{ sql: tied ? replaceBlock({ ...replacement, later }) : swapBlock(replacement) }];
}

/** Gives the new relation the comments of the old one, as far as its columns are known to be there. */
function commentsOn(
  relation: Relation,
  kind: Publication['kind'],
  columns: readonly string[],
  comments: NonNullable<CatalogEntry['comments']>,
): readonly string[] {
  const name = relationName(relation);
  return comments.flatMap(({ column, text }) => {
    if (column === undefined) return [`comment on ${kind} ${name} is ${literal(text)}`];
    return columns.includes(column) ? [`comment on column ${name}.${quote(column)} is ${literal(text)}`] : [];
  });
}
