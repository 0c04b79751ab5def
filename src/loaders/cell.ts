import { canonicalText, Decimal, plainText } from '../core/decimal';
import { jsonText, type Json } from './json';

/** The text of a value in a table, null for null. Numbers keep their digits; lists and objects are JSON. */
export function cellText(value: Json): string | null {
  switch (typeof value) {
    case 'string':
      return value;
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      if (value === null) return null;
      return value instanceof Decimal ? plainText(value) : (jsonText(value) ?? null);
  }
}

/** One text for equal keys and different ones for others; undefined when a part is null, absent or not a single value. */
export function keyText(parts: readonly (Json | undefined)[]): string | undefined {
  const texts = parts.map((part) => {
    if (part === undefined || part === null) return undefined;
    if (part instanceof Decimal) return canonicalText(part);
    return typeof part === 'object' ? undefined : String(part);
  });
  if (texts.includes(undefined)) return undefined;
  return texts.length === 1 ? texts[0] : JSON.stringify(texts);
}

/** What an expression or a project's own function gave, as a value of a row. Throws TypeError for what no column can hold. */
export function cellOf(value: unknown): Json {
  switch (typeof value) {
    case 'string':
    case 'bigint':
    case 'boolean':
      return value;
    case 'undefined':
      return null;
    case 'number':
      return Number.isSafeInteger(value) ? BigInt(value) : Number.isFinite(value) ? new Decimal(String(value)) : String(value);
    case 'object':
      if (value === null || value instanceof Decimal) return value;
      if (value instanceof Date) return value.toISOString();
      if (Array.isArray(value)) return value.map(cellOf);
      if (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null) {
        return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, cellOf(each)]));
      }
  }
  throw new TypeError(
    `a value of type ${typeof value === 'object' ? (value?.constructor.name ?? 'object') : typeof value} cannot be stored`,
  );
}

/**
 * A value for a project's own function in TypeScript: a number where a JavaScript number means exactly the same, its text where not
 * (`9007199254740993`), so that no digit is lost unseen.
 */
export function plainValue(value: Json): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (value instanceof Decimal) return String(Number(value.text)) === canonicalText(value) ? Number(value.text) : plainText(value);
  if (Array.isArray(value)) return value.map(plainValue);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plainValue(each)]));
  return value;
}
