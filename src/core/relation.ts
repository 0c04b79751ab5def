/** A table or view of a database, as a value. `database` is absent where the engine has only one. */
export interface Relation {
  readonly database?: string;
  readonly schema: string;
  readonly name: string;
}

/** The longest identifier PostgreSQL keeps, in bytes of UTF-8; it cuts longer ones silently. */
export const MAX_IDENTIFIER_BYTES = 63;

/** `name` as an SQL identifier. This is the only place where identifiers are quoted. */
export function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** `value` as an SQL string literal (standard_conforming_strings on, as every supported engine has it). */
export function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

/** The relation's quoted, schema-qualified name: `"shop"."users_table"`. */
export function relationName(relation: Relation): string {
  const parts = relation.database === undefined ? [relation.schema, relation.name] : [relation.database, relation.schema, relation.name];
  return parts.map(quote).join('.');
}

/** A key that is equal exactly when two relations are: for maps and for telling two nodes apart that would build the same table. */
export function relationKey(relation: Relation): string {
  return relationName(relation);
}
