import { hashOf } from '../core/hash';
import { bytesOf, clipped, joined } from '../core/identifier';
import type { Relation } from '../core/relation';
import { MAX_IDENTIFIER_BYTES, relationKey } from '../core/relation';

/**
 * The helper name under which `relation` is built, in its own schema: `etlx_<table>_<hash>`. It is the same in every run, and it differs
 * for two relations even when their names agree in all the bytes that fit; the table's name is in it for those who read an error message.
 */
export function candidateOf(relation: Relation): Relation {
  return { ...relation, name: joined('etlx_', relation.name, `_${hashOf(relationKey(relation))}`) };
}

/** The name of a constraint or index of `table`, such as `users_pkey`: PostgreSQL's own, shortened by a hash where that is too long for it. */
export function constraintName(table: string, suffix: string): string {
  const name = `${table}_${suffix}`;
  return bytesOf(name) <= MAX_IDENTIFIER_BYTES ? name : joined('', table, `_${hashOf(name)}_${clipped(suffix, 16)}`);
}
