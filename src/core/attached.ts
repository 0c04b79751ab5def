import type { Location } from './diagnostic';

/** SQL of the user's own that is run before or after a node is built. */
export interface Hook {
  readonly sql: string;
  /** The same where `is_incremental()` holds; absent when the template does not ask. */
  readonly again?: string;
  /** Whether it is part of the transaction that builds the node. */
  readonly transaction: boolean;
  /** Where it is written. */
  readonly at: Location;
}

/** The roles that have each privilege on a relation: these, and nobody else but its owner. */
export interface Grants {
  readonly roles: Readonly<Record<string, readonly string[]>>;
  readonly at: Location;
}

/** What happens around the build of a node, and what hangs on its relation afterwards, by its config. */
export interface Attached {
  readonly before: readonly Hook[];
  readonly after: readonly Hook[];
  readonly grants?: Grants;
  /** Whether the description of the relation, and those of its columns, are written on them in the database. */
  readonly documents: { readonly relation: boolean; readonly columns: boolean };
}

/** A node whose relation the project makes. */
export interface Attachable {
  readonly attached?: Attached;
}
