import type { Statement } from './statement';

/** What a step does around making its relation; all but `before` and `afterwards` in the transaction that makes it. */
export interface Around {
  readonly before?: readonly Statement[];
  /** First of all, in a message of its own: a server that is asked what it is busy with shows the beginning of a message, which shall be the SQL of the node. */
  readonly ahead?: readonly Statement[];
  readonly opening?: readonly Statement[];
  /** Behind the publication: hooks, grants, comments. */
  readonly closing?: readonly Statement[];
  /** Of an engine that cannot ask which columns there are within a statement. */
  readonly remarks?: Remarks;
  readonly afterwards?: readonly Statement[];
}

/** Comments on columns: which of them there are is known when the relation is there. */
export interface Remarks {
  /** Rows of `name`. */
  readonly columns: Statement;
  readonly for: (columns: readonly string[]) => readonly Statement[];
}
