import { hashOf } from '../core/hash';
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

/** `head`, as much of `middle` as fits, and `tail`. */
function joined(head: string, middle: string, tail: string): string {
  return head + clipped(middle, MAX_IDENTIFIER_BYTES - bytesOf(head) - bytesOf(tail)) + tail;
}

/** The longest beginning of `text` that takes at most `bytes` bytes; no character is cut in two. */
function clipped(text: string, bytes: number): string {
  if (bytesOf(text) <= bytes) return text;
  const encoded = new TextEncoder().encode(text).subarray(0, bytes);
  return new TextDecoder().decode(encoded, { stream: true });
}

/** Bytes of UTF-8; most names are ASCII, and need no encoding to be counted. */
function bytesOf(text: string): number {
  return /^[\x00-\x7f]*$/.test(text) ? text.length : new TextEncoder().encode(text).length;
}
