import { MAX_IDENTIFIER_BYTES } from '../core/relation';

/**
 * `project`: letters, digits and `_`, no digit first, as dbt has it. `part`: what a node id, a selector and a path in the lake are made of.
 * `identifier`: anything that a database can quote.
 */
export type NameRule = 'project' | 'part' | 'identifier';

const PROJECT = /^[A-Za-z_][A-Za-z0-9_]*$/;
const PART = /^[\p{L}\p{N}_][\p{L}\p{N}\p{M}_-]*$/u;
const CONTROL = /[\0-\x1f\x7f]/;

/** Why `name` cannot be a name of this kind, or undefined. PostgreSQL would cut a name above 63 bytes without a word. */
export function nameProblem(name: string, rule: NameRule): string | undefined {
  if (rule === 'project' && !PROJECT.test(name)) return 'it is made of letters, digits and `_`, and does not begin with a digit';
  if (rule === 'part' && !PART.test(name)) return 'it is made of letters, digits, `_` and `-`, and does not begin with `-`';
  if (CONTROL.test(name)) return 'it holds a control character';
  const bytes = bytesOf(name);
  return bytes > MAX_IDENTIFIER_BYTES ? `it is ${bytes} bytes long, databases keep ${MAX_IDENTIFIER_BYTES}` : undefined;
}

/** The length of `name` in UTF-8. */
function bytesOf(name: string): number {
  let bytes = 0;
  for (const character of name) {
    const code = character.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}
