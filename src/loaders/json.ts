import { parse, stringify } from 'lossless-json';
import { Decimal } from '../core/decimal';

/** JSON as it was written: integers are `bigint`, other numbers keep their text. */
export type Json = null | boolean | string | bigint | Decimal | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

const INTEGER = /^-?\d+$/;
const POSITION = /^\d+$/;

/** An object has a key twice, with different values. */
export class RepeatedKeyError extends SyntaxError {}

const OPTIONS = {
  parseNumber: (number: string) => (INTEGER.test(number) ? BigInt(number) : new Decimal(number)),
  onDuplicateKey({ key }: { readonly key: string }): never {
    throw new RepeatedKeyError(`an object has the key \`${key}\` twice, with different values, and which one counts is not defined`);
  },
};

/** The value that `text` writes. Throws SyntaxError; RepeatedKeyError, which is one, when an object has a key twice with different values. */
export function parseJson(text: string): Json {
  return parse(text, undefined, OPTIONS) as Json;
}

const DECIMALS = [{ test: (value: unknown) => value instanceof Decimal, stringify: String }];

/** `value` as compact JSON, its numbers with all their digits; undefined for what JSON cannot say. */
export function jsonText(value: unknown): string | undefined {
  return stringify(value, undefined, undefined, DECIMALS);
}

/** A dotted path, ready to be followed: `address.city`, `products.0.id`; empty for the value itself. */
export type Path = readonly string[];

export const pathOf = (text: string): Path => (text === '' ? [] : text.split('.'));

/** What is at `path` in `value`; undefined where the path leads nowhere. */
export function valueAt(value: Json | undefined, path: Path): Json | undefined {
  let current = value;
  for (const key of path) {
    if (typeof current !== 'object' || current === null || current instanceof Decimal || !Object.hasOwn(current, key)) return undefined;
    current = (current as JsonObject)[key];
  }
  return current;
}

/** The same, but null for what is inside a null or behind the end of a list: there nobody can know whether the path is right. */
export function valueWithin(value: Json, path: Path): Json | undefined {
  let current = value;
  for (const key of path) {
    if (current === null) return null;
    if (typeof current !== 'object' || current instanceof Decimal) return undefined;
    if (!Object.hasOwn(current, key)) return Array.isArray(current) && POSITION.test(key) ? null : undefined;
    current = (current as JsonObject)[key]!;
  }
  return current;
}

export const isJsonObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Decimal);

export const isJsonList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

/** What a value is, in a word or two, for messages. */
export function kindOf(value: Json | undefined): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'bigint' || value instanceof Decimal) return `the number ${String(value)}`;
  return typeof value === 'object' ? 'an object' : typeof value === 'string' ? 'a text' : String(value);
}

/** The beginning of `text` on one line, for messages: at most `most` characters. */
export function excerpt(text: string, most = 120): string {
  const line = text.replace(/[\s\p{Cc}]+/gu, ' ').trim();
  return line.length <= most ? line : `${line.slice(0, most - 1)}…`;
}
