import { failure } from '../core/diagnostic';

/** Errors of the file system, by shape: their class differs between realms. */
export const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  typeof error === 'object' && error !== null && 'code' in error && 'syscall' in error;

/** The error `lake.error` in words; what the body's producer threw keeps its own. */
export function problemOf(error: unknown, key: string, location: string): unknown {
  if (!isSystemError(error)) return error;
  return failure('lake.error', { location, ...wordsOf(error, key) }, undefined, { cause: error });
}

function wordsOf({ code, message }: NodeJS.ErrnoException, key: string): { readonly problem: string; readonly hint?: string } {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { problem: `it holds no object \`${key}\`` };
    case 'EEXIST':
      return { problem: `\`${key}\` stands there already`, hint: 'two runs made a load of the same id at once: run again' };
    case 'ENOSPC':
    case 'EDQUOT':
      return {
        problem: `the disk is full, writing \`${key}\``,
        hint: 'free some space (`etlx lake prune` removes old loads), then run again',
      };
    case 'EROFS':
      return { problem: `the file system is read-only, writing \`${key}\`` };
    case 'EACCES':
    case 'EPERM':
      return { problem: `etlx may not read or write \`${key}\``, hint: "give the process's user the right to the folder" };
    default:
      return { problem: `\`${key}\`: ${message}` };
  }
}
