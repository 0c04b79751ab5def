import { diagnose, EtlxError, type Diagnostic, type Location } from '../core/diagnostic';
import type { LineMap } from '../core/node';
import type { Statement } from '../core/plan';
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

/** PostgreSQL's CONTEXT for an error in a `do` block: such blocks are etlx's own, and their lines say nothing to anybody. */
const OWN_BLOCK = /^PL\/pgSQL function inline_code_block /;

function databaseProblem({ message, detail, hint, where }: DatabaseError, at?: Location): Diagnostic {
  const context = where === undefined || OWN_BLOCK.test(where) ? undefined : where;
  return diagnose('database.error', { problem: message, detail: detail ?? context, hint }, at);
}

function placeOf({ error, statement }: StatementError, { lines, textOf }: Origin): Location | undefined {
  const text = lines && textOf(lines.file);
  if (lines === undefined || text === undefined) return undefined;
  const inBody = error.offset === undefined || statement?.bodyAt === undefined ? -1 : error.offset - statement.bodyAt;
  return inBody < 0 ? { file: lines.file, line: 1, column: 1 } : sourceLocation(lines, text, inBody);
}
