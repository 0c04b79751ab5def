import type { EtlxError } from './diagnostic';
import type { BatchSize, Interval } from './interval';
import type { LineMap } from './node';
import type { Row } from './ports';
import type { Statement } from './statement';

/** A column of a table as it stands in the database, its type in the database's own words. */
export interface TableColumn {
  readonly name: string;
  readonly type: string;
  /** It holds no null. */
  readonly required: boolean;
}

/**
 * How new rows get from the candidate into the table that stands. Which columns the two have is known when the new rows are there; what is done
 * then is fixed.
 */
export interface Addition {
  readonly strategy: string;
  /** The same for a plan that is read. */
  readonly words: string;
  /** The columns of the table and of the candidate: rows of `name`, `type`, `required`, in order. */
  readonly standing: Statement;
  readonly arriving: Statement;
  /** A query of one row, asked before anything is changed, and what is wrong with the new rows by its answer, if anything is. */
  readonly question?: { readonly words: string; readonly statement: Statement; readonly refusal: (answer: Row) => EtlxError | undefined };
  /** Throws EtlxError when the rules of the model do not allow it. `told` says how the table's columns are changed. */
  readonly into: (
    standing: readonly TableColumn[],
    arriving: readonly TableColumn[],
  ) => { readonly statements: readonly Statement[]; readonly told?: string };
}

/** How one batch is built: its rows, how they get into the table, and what is written down about them. */
export interface Batch {
  readonly build: readonly Statement[];
  readonly addition: Addition;
  readonly publish: readonly Statement[];
}

/** The batches of a step, in order. They may be many, so that the statements of each are made when it is its turn. */
export interface Batches {
  readonly size: BatchSize;
  readonly due: readonly Interval[];
  readonly of: (batch: Interval) => Batch;
  readonly lines: LineMap;
}
