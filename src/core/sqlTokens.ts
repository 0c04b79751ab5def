/** A piece of SQL that means something as a whole. Quoted texts and names are one piece each, with their quotes. */
export interface SqlToken {
  readonly kind: 'blank' | 'quoted' | 'word' | 'mark';
  readonly text: string;
  /** Offset of its first character. */
  readonly start: number;
}

const token =
  /((?:\s|--[^\n]*)+)|(\/\*)|(\b[eE]'(?:[^'\\]|\\[^])*(?:'|$)|'[^']*(?:'|$)|"[^"]*(?:"|$)|\$([A-Za-z_]\w*)?\$[^]*?(?:\$\4\$|$))|([\p{L}\p{N}_$]+)|[^]/gu;

/** The pieces of `sql`, as PostgreSQL and DuckDB cut it; comments are blanks. A quote that never ends lasts to the end, as a comment does. */
export function* sqlTokens(sql: string): Generator<SqlToken> {
  // sticky places are kept in the expression, so that each reading has its own
  const next = new RegExp(token);
  for (let match = next.exec(sql); match !== null; match = next.exec(sql)) {
    const [text, blank, block, quoted, , word] = match;
    const start = match.index;
    if (block !== undefined) next.lastIndex = endOfComment(sql, start);
    if (blank !== undefined || block !== undefined) yield { kind: 'blank', text: sql.slice(start, next.lastIndex), start };
    else yield { kind: quoted !== undefined ? 'quoted' : word !== undefined ? 'word' : 'mark', text, start };
  }
}

/** Block comments nest. */
function endOfComment(sql: string, start: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = start + 2;
  for (let depth = 1; depth > 0;) {
    const match = mark.exec(sql);
    if (match === null) return sql.length;
    depth += match[0] === '/*' ? 1 : -1;
  }
  return mark.lastIndex;
}
