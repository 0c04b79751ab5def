import type { TransformInput } from '../core/loader';
import { fieldsRead } from '../parse/expressionFields';
import { isJsonObject, pathOf, type Json } from './json';

/** The fields of an input's records that its declaration names: by a path, in an expression, from the parent, or to be ignored. */
export function declaredFields({ columns, filter, ignore = [], includeFromParent }: TransformInput): ReadonlySet<string> {
  const expressions = [...Object.values(columns).flatMap((source) => ('expr' in source ? [source.expr] : [])), ...(filter ? [filter] : [])];
  return new Set([
    ...Object.values(columns).flatMap((source) => ('path' in source ? [pathOf(source.path)[0]!] : [])),
    ...expressions.flatMap(({ text }) => fieldsRead(text, 'record')),
    ...Object.keys(includeFromParent),
    ...ignore,
  ]);
}

/** The fields of `record` that are not `known`. One that is null says nothing, so it is none. */
export function undeclaredFields(record: Json, known: ReadonlySet<string>): readonly string[] {
  if (!isJsonObject(record)) return [];
  return Object.keys(record).filter((name) => !known.has(name) && record[name] !== null);
}

/** The value of a field, whatever its name is. */
export const fieldOf = (record: Json, field: string): Json =>
  isJsonObject(record) && Object.hasOwn(record, field) ? record[field]! : null;
