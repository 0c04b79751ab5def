/** Several statements as one text, and where each of them begins in it. */
export interface Script {
  readonly text: string;
  /** Offset of each statement in `text`, ascending. */
  readonly starts: readonly number[];
}

/** Joins `statements` into one simple-query string. The separator begins with a newline, so that a comment at a statement's end stays its own. */
export function scriptOf(statements: readonly string[]): Script {
  const separator = '\n;\n';
  const starts: number[] = [];
  let length = 0;
  for (const statement of statements) {
    starts.push(length);
    length += statement.length + separator.length;
  }
  return { text: statements.join(separator), starts };
}

/**
 * The statement and the offset in it that PostgreSQL's error `position` means: 1-based, and counted in characters,
 * of which those beyond U+FFFF take two places in a JavaScript string.
 */
export function locate(script: Script, position: number): { readonly statement: number; readonly offset: number } {
  const at = offsetOfCharacter(script.text, position - 1);
  let statement = 0;
  while (statement + 1 < script.starts.length && script.starts[statement + 1]! <= at) statement += 1;
  return { statement, offset: at - (script.starts[statement] ?? 0) };
}

function offsetOfCharacter(text: string, index: number): number {
  let offset = 0;
  for (let count = 0; count < index && offset < text.length; count += 1) offset += text.codePointAt(offset)! > 0xffff ? 2 : 1;
  return offset;
}
