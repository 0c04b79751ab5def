import type { Target } from './manifest';

/** The database that a target's nodes are in, where the project says so; null where only the environment does. */
export function databaseOf(target: Target): string | null {
  switch (target.type) {
    case 'pglite':
      return 'postgres';
    case 'duckdb':
      // the file's name without its ending
      return target.path === ':memory:' ? 'memory' : target.path.slice(target.path.lastIndexOf('/') + 1).replace(/(?<=.)\.[^.]*$/, '');
    case 'postgres':
      return typeof target.database === 'string' ? target.database : null;
  }
}
