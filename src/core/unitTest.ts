import type { Location } from './diagnostic';
import type { NodeId } from './node';

/** Rows as somebody wrote them: every cell a text, whatever its type is to be, or null. A column that a row does not mention is null in it. */
export interface WrittenRows {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Rows, written out or as a query. */
export type Rows = WrittenRows | { readonly sql: string };

/** What stands in a relation that the model reads. */
export interface Given {
  readonly id: NodeId;
  /** As the model's SQL names it. */
  readonly table: string;
  /** Where it lies; absent for what is no relation of the target: an ephemeral model. */
  readonly schema?: string;
  readonly rows: Rows;
  readonly at: Location;
}

/** What the model, or one of its CTEs, is to give. The order of rows and columns is free, and columns that are not mentioned are not compared. */
export interface Expected {
  readonly cte?: string;
  readonly rows: Rows;
  readonly at: Location;
}
