import type { Location } from './diagnostic';

/** One SQL statement, fixed. */
export interface Statement {
  readonly sql: string;
  /** Offset in `sql` at which the node's own compiled SQL begins: maps an error's position back to the source file. */
  readonly bodyAt?: number;
  /** Its row count is the node's row count. */
  readonly counts?: true;
  /** It takes the lock of the step's relation; this query tells who has it (`pid`, `application`, `since`) when it could not be had. */
  readonly holder?: string;
  /** Where it is written, of a statement that is not the node's own SQL. */
  readonly at?: Location;
}
