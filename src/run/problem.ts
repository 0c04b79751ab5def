import { diagnose, EtlxError, type Diagnostic, type Location } from '../core/diagnostic';
import type { LineMap } from '../core/node';
import type { Statement, Step } from '../core/plan';
import { DatabaseError } from '../core/ports';
import { sourceLocation } from '../core/position';

/** A database error with the statement that it is about. */
export class StatementError extends Error {
  readonly error: DatabaseError;
  readonly statement?: Statement;

  constructor(error: DatabaseError, statement: Statement | undefined) {
    super(error.message, { cause: error });
    this.name = 'StatementError';
    this.error = error;
    this.statement = statement;
  }
}

/** What is needed to place a database error in the file that its SQL came from. */
export interface Origin {
  readonly lines?: LineMap;
  /** The text of a project file, as it was compiled. */
  readonly textOf: (file: string) => string | undefined;
}

/** Any error in the words of diagnostics; nothing of it is lost. A database error points at its line in the source file, when it has one. */
export function problemOf(error: unknown, origin: Origin): readonly Diagnostic[] {
  if (error instanceof EtlxError) return error.diagnostics;
  if (error instanceof StatementError) return [databaseProblem(error.error, placeOf(error, origin))];
  if (error instanceof DatabaseError) return [databaseProblem(error)];
  return [diagnose('internal', { problem: error instanceof Error ? (error.stack ?? error.message) : String(error) })];
}

/** Whether the same step may well succeed when it is tried again. */
export function isTransient(error: unknown): boolean {
  if (error instanceof StatementError) return error.error.transient;
  return error instanceof Error && 'transient' in error && error.transient === true;
}

/** SQLSTATEs of transactions that stood in each other's way: 23505 and XX000 are so where they are transient at all, in the system catalog. */
const CONFLICTS: ReadonlySet<string | undefined> = new Set(['40001', '40P01', '55P03', '23505', 'XX000']);

/** Whether a transaction lost against another one, so that it is likely to go through when it is tried again soon. */
export function isConflict(error: unknown): boolean {
  const cause = error instanceof StatementError ? error.error : error;
  return cause instanceof DatabaseError && cause.transient && CONFLICTS.has(cause.code);
}

/** Why a step is tried again, in a few words; what PostgreSQL says of its own catalog when two transactions meet there helps nobody. */
export function causeOf(error: unknown): string {
  const code = error instanceof StatementError ? error.error.code : undefined;
  if (isConflict(error) && (code === '23505' || code === 'XX000'))
    return 'another transaction changed the same table, view or schema at the same time';
  return error instanceof Error ? error.message : String(error);
}

/** SQLSTATEs of a publication that was planned for another state of the database: a name that is taken, is gone, is of another kind, or is read by a view. */
const STALE: ReadonlySet<string | undefined> = new Set(['42P07', '42P01', '42809', '2BP01', '42710', '42704']);

/** Whether `error` may come from the database having changed since the plan of `step` was made. */
export function isStale(error: unknown, step: Step): boolean {
  if (!(error instanceof StatementError) || !('publish' in step) || error.statement === undefined) return false;
  const { sql } = error.statement;
  return STALE.has(error.error.code) && step.publish.some((each) => each.sql === sql);
}

/** PostgreSQL's CONTEXT for an error in a `do` block: such blocks are etlx's own, and their lines say nothing to anybody. */
const OWN_BLOCK = /^PL\/pgSQL function inline_code_block /;

/** What to do about the errors that newcomers meet, by SQLSTATE, where the database has no advice of its own. */
const ADVICE: Readonly<Record<string, string>> = {
  '42P01': 'what the project declares is made by `etlx build`; `+` in `--select` takes along what a node needs',
  '3F000': 'what the project declares is made by `etlx build`; `+` in `--select` takes along what a node needs',
  '53200': 'raise `max_locks_per_transaction` on the server',
};

function databaseProblem({ message, detail, hint, where, code }: DatabaseError, at?: Location): Diagnostic {
  const context = where === undefined || OWN_BLOCK.test(where) ? undefined : where;
  return diagnose('database.error', { problem: message, detail: detail ?? context, hint: hint ?? ADVICE[code ?? ''] }, at);
}

function placeOf({ error, statement }: StatementError, { lines, textOf }: Origin): Location | undefined {
  if (statement?.at !== undefined) return statement.at;
  if (lines === undefined) return undefined;
  const inBody = error.offset === undefined || statement?.bodyAt === undefined ? -1 : error.offset - statement.bodyAt;
  if (inBody >= 0) return sourceLocation(lines, textOf, inBody);
  return textOf(lines.file) === undefined ? undefined : { file: lines.file, line: 1, column: 1 };
}
