import type { Dialect } from '../core/ports';

/** PostgreSQL, as a server or as PGlite. Apart from the adapters, so that a plan can be made without loading a driver. */
export const postgresDialect: Dialect = { name: 'postgres', viewsBindTables: true };
