import { ROOT, type Expr } from './calls';
import { type Cursor, skipBlanks } from './callsCursor';
import { readLiteral } from './callsLiterals';
import { readApplication, readStatement } from './callsReader';

/**
 * Reads what follows `#macro`: `name(column, scale=2)` or `"name" column scale=2`, as a call whose arguments are the parameters; anything else
 * as the expression that it is. Throws Unreadable.
 */
export function readMacroHead(cursor: Cursor): Expr {
  skipBlanks(cursor);
  const first = cursor.text[cursor.at];
  if (first !== '"' && first !== "'") return readStatement(cursor);
  const { value, at } = readLiteral(cursor);
  const name = String(value);
  return readApplication(cursor, { kind: 'path', text: name, parts: [name], scope: ROOT, at });
}
