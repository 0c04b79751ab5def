import type { Difference } from './run';

/** How two relations differ: `a` is the one that is compared, `b` the one that it is compared with. */
export interface RelationDiff {
  /** What the two are, in words. */
  readonly a: string;
  readonly b: string;
  readonly schema: SchemaDiff;
  /** The columns by which a row of one finds its row of the other; empty: rows are compared as a whole. */
  readonly key: readonly string[];
  readonly rows: { readonly a: number; readonly b: number };
  readonly onlyA: number;
  readonly onlyB: number;
  /** Rows of one key whose cells differ; 0 without a key. */
  readonly changed: number;
  /** Of the rows of one key, for each column that both have: in how many it is equal, and in how many not. Empty without a key. */
  readonly columns: readonly { readonly column: string; readonly equal: number; readonly different: number }[];
  /** A few of the rows that differ: `missing` are only in `a`, `unexpected` only in `b`. */
  readonly samples: Pick<Difference, 'columns' | 'rows'>;
}

export interface SchemaDiff {
  readonly onlyA: readonly string[];
  readonly onlyB: readonly string[];
  /** Columns whose types differ, in the database's words. */
  readonly types: readonly { readonly column: string; readonly a: string; readonly b: string }[];
}

/** Whether the two have the same columns, of the same types, and the same rows. */
export const areEqual = ({ schema, onlyA, onlyB, changed }: RelationDiff): boolean =>
  schema.onlyA.length + schema.onlyB.length + schema.types.length + onlyA + onlyB + changed === 0;
