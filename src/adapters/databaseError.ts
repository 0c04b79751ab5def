import { DatabaseError } from '../core/ports';
import { locate, type Script } from './script';

/** What is known about a call when it fails: its text, and how many of its statements had been completed. */
export interface Attempt {
  readonly script: Script;
  readonly completed: number;
  /** Statements that the adapter itself put before the caller's (`begin`). */
  readonly own: number;
}

/** The fields that node-postgres and PGlite put on their errors: the protocol's ErrorResponse, or Node's system error. */
interface DriverError {
  readonly message: string;
  readonly code?: string;
  readonly detail?: string;
  readonly hint?: string;
  readonly position?: string;
  readonly where?: string;
  readonly schema?: string;
  /** What Node was doing: `connect`, `read`. */
  readonly syscall?: string;
}

/** SQLSTATE classes and codes of failures that pass: a lost connection, a conflict between transactions, a server short of connections or starting. */
const transientStates = /^(08(?!007)...|25P03|40001|40P01|53300|55P03|57P0[1-3])$/;
const transientNetwork = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
]);
/** pg reports a lost connection without a code. */
const brokenWords =
  /^(Connection terminated|Client has encountered a connection error|Client was closed and is not queryable|timeout expired$)/;
/** What two transactions that change the same table or view get from the server's catalog, also within the words of a block of ours. */
const conflictWords = /(tuple concurrently (updated|deleted)|could not open relation with OID \d+|cache lookup failed for \w+ \d+)$/;

/** Errors after which the connection is gone, whoever ended it: the network, the server's administrator, the server's end. */
const lostStates = /^(08...|57P0[1-4]|25P03|57P05)$/;

/** Whether `error` means that the connection was lost, so that what was sent last may or may not have been done. */
export function isLost(error: unknown): boolean {
  if (!(error instanceof DatabaseError)) return false;
  return lostStates.test(error.code ?? '') || transientNetwork.has(error.code ?? '');
}

/** Whether trying again may help with an error of pg or PGlite. */
export function isTransient(error: { readonly message?: string; readonly code?: string; readonly schema?: string }): boolean {
  const code = error.code ?? '';
  if (
    transientStates.test(code) ||
    transientNetwork.has(code) ||
    brokenWords.test(error.message ?? '') ||
    conflictWords.test(error.message ?? '')
  )
    return true;
  // Two sessions that create the same name at once meet on a unique index of the system catalog.
  return code === '23505' && error.schema === 'pg_catalog';
}

/** `error` as the DatabaseError of the port: the statement that failed, and where in it; an error that is one already stays as it is. */
export function databaseErrorOf(error: unknown, attempt?: Attempt): DatabaseError {
  if (error instanceof DatabaseError) return error;
  const driver = error as DriverError;
  const at = attempt === undefined ? undefined : placeOf(driver, attempt);
  return new DatabaseError(
    wordsOf(error, driver),
    {
      code: driver.code ?? (brokenWords.test(driver.message) ? '08006' : undefined),
      detail: driver.detail,
      hint: hintOf(driver),
      where: driver.where,
      transient: isTransient(driver),
      statement: at?.statement,
      offset: at?.offset,
    },
    { cause: error },
  );
}

function placeOf(error: DriverError, { script, completed, own }: Attempt): { readonly statement: number; readonly offset?: number } {
  const place = error.position === undefined ? { statement: completed } : locate(script, Number(error.position));
  return { ...place, statement: Math.max(0, place.statement - own) };
}

/** Node wraps refused connections to several addresses of one host in an error without a message. */
function wordsOf(error: unknown, driver: DriverError): string {
  if (driver.message === 'timeout expired') return 'the server does not answer';
  if (brokenWords.test(driver.message) || driver.code === 'EPIPE' || (driver.code === 'ECONNRESET' && driver.syscall !== 'connect'))
    return 'the connection to the server was lost';
  if (driver.message) return driver.message;
  const first = error instanceof AggregateError ? (error.errors[0] as Error | undefined) : undefined;
  return first?.message ?? driver.code ?? String(error);
}

/** PostgreSQL's own hint to a refused DROP is to use CASCADE, which would take other people's views with it. */
function hintOf(error: DriverError): string | undefined {
  if (error.code === '2BP01') return 'etlx rebuilds views with the table they read; drop or change what else depends on it, then run again';
  if (error.code === '57014' && error.message.endsWith('statement timeout'))
    return 'raise `timeouts: {statement: …}` of the target, or give the statement less to do';
  if (error.code === '53100') return 'the disk of the server is full; what was there stands as it was';
  if (error.code === '25006') return 'this server is a standby, or set to read only: point the target at the primary';
  if (error.code === '53200') return 'raise `max_locks_per_transaction` of the server';
  return error.hint;
}
