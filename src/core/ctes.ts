import { sqlTokens, type SqlToken } from './sqlTokens';

/** The common table expressions at the head of a query. */
export interface Ctes {
  /** Their names, as the engine takes them: without quotes, in small letters where they had none. */
  readonly names: readonly string[];
  /** The query that gives the rows of one of them: the same head, and a SELECT of all of it. Offsets in the head are as they were. */
  readonly queryOf: (name: string) => string;
}

/** Reads the `with` of `sql`; a query without one has no expressions. */
export function ctesOf(sql: string): Ctes {
  const tokens = [...sqlTokens(sql)].filter(({ kind }) => kind !== 'blank');
  const names = new Map<string, string>();
  let at = isWord(tokens[0], 'with') ? (isWord(tokens[1], 'recursive') ? 2 : 1) : -1;
  let end = 0;
  while (at >= 0 && at < tokens.length) {
    const name = tokens[at]!;
    const open = indexFrom(tokens, at + 1, (token) => isWord(token, 'as'));
    const body = open < 0 ? -1 : indexFrom(tokens, open, ({ text }) => text === '(');
    const close = body < 0 ? -1 : closing(tokens, body);
    if (close < 0) break;
    names.set(name.kind === 'quoted' ? name.text.slice(1, -1).replaceAll('""', '"') : name.text.toLowerCase(), name.text);
    end = tokens[close]!.start + 1;
    at = tokens[close + 1]?.text === ',' ? close + 2 : -1;
  }
  return { names: [...names.keys()], queryOf: (name) => `${sql.slice(0, end)}\nselect * from ${names.get(name)!}` };
}

const isWord = (token: SqlToken | undefined, word: string): boolean => token?.kind === 'word' && token.text.toLowerCase() === word;

/** The index of the first token from `from` on, outside parentheses, that is wanted; -1 when there is none. */
function indexFrom(tokens: readonly SqlToken[], from: number, isWanted: (token: SqlToken) => boolean): number {
  for (let index = from; index < tokens.length; index += 1) {
    if (isWanted(tokens[index]!)) return index;
    if (tokens[index]!.text === '(') {
      const close = closing(tokens, index);
      if (close < 0) return -1;
      index = close;
    }
  }
  return -1;
}

/** The index of the parenthesis that closes the one at `open`; -1 when none does. */
function closing(tokens: readonly SqlToken[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    if (tokens[index]!.text === '(') depth += 1;
    if (tokens[index]!.text === ')' && (depth -= 1) === 0) return index;
  }
  return -1;
}
