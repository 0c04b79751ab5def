/**
 * Quoted texts, dollar-quoted texts and comments of PostgreSQL, and the semicolon: whatever a semicolon or a dash can hide in.
 * A doubled quote inside a quoted text simply makes two quoted texts side by side.
 */
const token = /'[^']*(?:'|$)|"[^"]*(?:"|$)|\$([A-Za-z_]\w*)?\$[^]*?(?:\$\1\$|$)|(--[^\n]*|\/\*)|(;)/g;
const escapeString = /^[eE]'(?:[^'\\]|\\[^])*(?:'|$)/;

/**
 * A query without the semicolons, comments and blanks at its end, so that it can stand in parentheses. Nothing before is touched: offsets in
 * the answer are offsets in `sql`. A semicolon with more SQL behind it stays; the database refuses that at its place.
 */
export function bodyOf(sql: string): string {
  let end = 0;
  let at = 0;
  while (at < sql.length) {
    const next = nextPiece(sql, at);
    if (next.significant) end = next.end;
    at = next.end;
  }
  return sql.slice(0, end);
}

interface Piece {
  readonly end: number;
  readonly significant: boolean;
}

/** The piece of `sql` that begins at `at`: plain text up to the next quote, comment or semicolon, or one of those. */
function nextPiece(sql: string, at: number): Piece {
  token.lastIndex = at;
  const match = token.exec(sql);
  if (match === null || match.index > at) return plainPiece(sql, at, match?.index ?? sql.length);
  if (match[3] !== undefined) return { end: at + 1, significant: false };
  if (match[2] === undefined) return { end: at + match[0].length, significant: true };
  return { end: match[2] === '/*' ? endOfComment(sql, at) : at + match[0].length, significant: false };
}

/** Text up to `end`, without the blanks at its end. An escape string (`E'it\'s'`) begins in plain text, and ends by rules of its own. */
function plainPiece(sql: string, at: number, end: number): Piece {
  const prefix = sql[end - 1];
  if (sql[end] === "'" && (prefix === 'e' || prefix === 'E') && !/\w/.test(sql[end - 2] ?? ' ')) {
    return { end: end - 1 + escapeString.exec(sql.slice(end - 1))![0].length, significant: true };
  }
  const length = sql.slice(at, end).trimEnd().length;
  return length === 0 ? { end, significant: false } : { end: at + length, significant: true };
}

/** PostgreSQL's block comments nest. */
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
