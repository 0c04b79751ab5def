import type { CatalogEntry, Dialect } from '../core/ports';
import { quote, relationName, type Relation } from '../core/relation';
import type { Statement } from '../core/plan';
import { replaceBlock } from './replaceBlock';

/** What a candidate is called while it is built, and what it shall be called. */
export interface Rename {
  readonly from: string;
  readonly to: string;
}

export interface Publication {
  readonly relation: Relation;
  readonly candidate: Relation;
  readonly kind: 'table' | 'view';
  /** The candidate's constraints: their names are unique in the schema, so they are built under others while the old table stands. */
  readonly constraints: readonly Rename[];
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
}

/** Puts the candidate in the place of what stands there (or of nothing), within the transaction that built it. Never with cascade. */
export function publishOf(
  { relation, candidate, kind, constraints }: Publication,
  { entry, later, dialect }: Standing,
): readonly Statement[] {
  const swap = [
    `alter ${kind} ${relationName(candidate)} rename to ${quote(relation.name)}`,
    ...constraints.map(({ from, to }) => `alter table ${relationName(relation)} rename constraint ${quote(from)} to ${quote(to)}`),
  ];
  const old = entry === undefined ? undefined : dropped[entry.kind];
  if (old === undefined) return swap.map((sql) => ({ sql }));
  const replace = [`drop ${old} ${relationName(relation)}`, ...swap];
  // The block costs the server more than the whole swap does, so it is kept for relations on which something hangs.
  const tied = (dialect.viewsBindTables && entry?.hasDependents) || entry?.hasAttachments;
  return tied ? [{ sql: replaceBlock({ relation, swap: replace, later }) }] : replace.map((sql) => ({ sql }));
}
