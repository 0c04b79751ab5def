import { closest } from '../core/closest';
import { diagnose, type Report } from '../core/diagnostic';
import { parseType, TYPE_NAMES } from '../core/types';
import type { ColumnDeclaration } from './propertiesColumns';

/** Types of the engines that etlx hands on as they are: near to a name that it knows, and right all the same. */
const OTHER_TYPES: ReadonlySet<string> = new Set(
  'BIT BLOB BOX BYTEA CIDR CIRCLE CITEXT ENUM GEOGRAPHY GEOMETRY HSTORE HUGEINT INET INTERVAL LINE LIST LSEG MAP MONEY NAME OID PATH POINT POLYGON STRING STRUCT TIME TIMETZ TINYINT UBIGINT UINTEGER UNION USMALLINT UTINYINT VARBIT VECTOR XML'.split(
    ' ',
  ),
);

/** What a type can be made of: words, numbers, lists of them in parentheses, array brackets, quoted and qualified names. */
const SYNTAX = /^(?:[\p{L}_"][^;'\\]*)$/u;

/**
 * Reports a type that a model declares and that cannot be one: `type.unknown` for what is no type by its form, and for what is nearly the name
 * of a known one. Other names (domains, enums, extensions' types) are for the database to know; quoted and qualified ones are not questioned.
 */
export function checkDeclaredType({ name, dataType, typeAt }: ColumnDeclaration, report: Report): void {
  // an array is as good as its elements
  if (dataType === undefined || parseType(dataType.replace(/(?:\s*\[\d*\])+$/, '')) !== undefined) return;
  const word = dataType
    .replace(/[([].*/s, '')
    .trim()
    .toUpperCase();
  const isType = SYNTAX.test(dataType) && !dataType.includes('--') && !dataType.includes('/*') && isBalanced(dataType);
  if (isType && (OTHER_TYPES.has(word) || /[".]/.test(word))) return;
  const near = closest(word, TYPE_NAMES).filter((each) => each !== word);
  if (isType && near.length === 0 && !TYPE_NAMES.includes(word)) return;
  report(diagnose('type.unknown', { type: dataType, column: name, known: TYPE_NAMES, closest: near }, typeAt));
}

/** Whether every parenthesis is closed, and none is closed that was not opened: a type must not end the statement it stands in. */
function isBalanced(text: string): boolean {
  let depth = 0;
  for (const character of text) {
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (depth < 0) return false;
  }
  return depth === 0;
}
