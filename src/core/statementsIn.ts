import { sqlTokens } from './sqlTokens';

/** The statements of a text of SQL, in their order, without the semicolons between them; those that hold nothing but blanks and comments are left out. */
export function statementsIn(sql: string): readonly string[] {
  const statements: string[] = [];
  let [start, isBlank] = [0, true];
  const end = (at: number): void => {
    if (!isBlank) statements.push(sql.slice(start, at).trim());
    [start, isBlank] = [at + 1, true];
  };
  for (const token of sqlTokens(sql)) {
    if (token.kind === 'mark' && token.text === ';') end(token.start);
    else isBlank &&= token.kind === 'blank';
  }
  end(sql.length);
  return statements;
}
