import { sqlTokens } from '../core/sqlTokens';

/** Characters that could make another token of two neighbours: those of words, quotes and numbers, or those of operators. */
const clings = /^[\p{L}\p{N}_$'".]$/u;
const operator = /^[-+*/<>=~!@#%^&|`?:.]$/;

/**
 * `sql` without what no engine reads: comments, and blanks between tokens that stay apart without them. Equal texts mean equal queries; the
 * reverse need not hold, so at worst something is taken for changed that is not.
 */
export function normalisedSql(sql: string): string {
  let written = '';
  let blank = false;
  for (const { kind, text } of sqlTokens(sql)) {
    if (kind === 'blank') {
      blank = true;
      continue;
    }
    if (blank && written !== '' && staysApart(written.at(-1)!, text[0]!)) written += ' ';
    written += text;
    blank = false;
  }
  return written.replace(/[; ]+$/, '');
}

const staysApart = (before: string, after: string): boolean =>
  (clings.test(before) && clings.test(after)) || (operator.test(before) && operator.test(after));
