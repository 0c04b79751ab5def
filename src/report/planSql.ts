import type { Statement } from '../core/plan';
import { printable } from './printable';

/** One line, whatever the names in it hold: a line feed would end the comment. */
export const comment = (text: string): string => `-- ${printable(text)}`;

/** A statement with its semicolon, which must not fall into a comment at the end. */
export function sqlText({ sql }: Statement): string {
  const text = sql.trimEnd();
  const lastLine = text.slice(text.lastIndexOf('\n') + 1);
  if (lastLine.includes('--')) return `${text}\n;`;
  return text.endsWith(';') ? text : `${text};`;
}
