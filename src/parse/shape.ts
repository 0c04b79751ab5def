import { closest } from '../core/closest';
import { diagnose, type Location, type Report } from '../core/diagnostic';
import type { YamlMap, YamlNode } from './yamlNode';

/**
 * Reads a node as a `T`. `key` names it in messages. Undefined when it is not one, and that has been reported: every reader goes on to
 * the end, so that one reading finds everything that is wrong.
 */
export type Reader<T> = (node: YamlNode, key: string, report: Report) => T | undefined;

/** A key of a mapping: how its value is read, and what it is when it is not there (`required`: that is an error). */
export type Field<T> = { readonly read: Reader<T> } & ({ readonly required: true } | { readonly required: false; readonly otherwise: T });

export type Fields = Readonly<Record<string, Field<unknown>>>;

/** What a mapping of these fields becomes: the same keys. */
export type Shaped<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/** A text and where it stands, for names and expressions that later stages have something to say about. */
export interface Text {
  readonly text: string;
  readonly at: Location;
}

export const required = <T>(read: Reader<T>): Field<T> => ({ read, required: true });

/** A key that may be missing, or have nothing behind its colon. */
export function optional<T>(read: Reader<T>): Field<T | undefined>;
export function optional<T>(read: Reader<T>, otherwise: T): Field<T>;
export function optional<T>(read: Reader<T>, otherwise?: T): Field<T | undefined> {
  return { read, required: false, otherwise };
}

/**
 * A mapping with exactly these keys. `where` says what it is, with its article: `a column`. Unknown keys are errors with the nearest known
 * one; the whole is undefined when a required key is missing or wrong.
 */
export function mapping<F extends Fields>(where: string, fields: F): Reader<Shaped<F>> {
  const read = mappingWith(fields);
  return (node, key, report) => read(node, key, where, report);
}

/** The same, when what the mapping is called depends on where it stands. An optional key without a default is there only when it is given. */
export function mappingWith<F extends Fields>(
  fields: F,
): (node: YamlNode, key: string, where: string, report: Report) => Shaped<F> | undefined {
  const known = Object.keys(fields);
  const lookup = new Map(known.map((name) => [name, { name, ...fields[name]! }]));
  const needed = known.filter((name) => fields[name]!.required);
  const defaults: Readonly<Record<string, unknown>> = Object.fromEntries(
    Object.entries(fields).flatMap(([name, field]) => (field.required || field.otherwise === undefined ? [] : [[name, field.otherwise]])),
  );
  return (node, key, where, report) => {
    const map = asMap(node, key, report);
    if (map === undefined) return undefined;
    const values: Record<string, unknown> = { ...defaults };
    for (const entry of map.entries) {
      const field = lookup.get(entry.key);
      if (field === undefined) reportUnknownKey(entry.key, where, known, entry.keyAt, report);
      else if (field.required || !isNothing(entry.value)) {
        const value = field.read(entry.value, field.name, report);
        if (value !== undefined) values[field.name] = value;
      }
    }
    let complete = true;
    for (const name of needed) {
      if (values[name] !== undefined) continue;
      complete = false;
      if (!map.entries.some((entry) => entry.key === name)) report(diagnose('config.missing-key', { key: name, where }, map.at));
    }
    return complete ? (values as Shaped<F>) : undefined;
  };
}

/** Reports a key that the mapping `where` does not have. */
export function reportUnknownKey(key: string, where: string, known: readonly string[], at: Location, report: Report): void {
  report(diagnose('config.unknown-key', { key, where, known, closest: closest(key, known) }, at));
}

/** A list, each item read by `read`; items that are wrong are left out. */
export function listOf<T>(read: Reader<T>): Reader<readonly T[]> {
  return (node, key, report) => {
    if (node.kind !== 'list') return wrongType(node, key, 'a list', report);
    const items: T[] = [];
    for (let index = 0; index < node.items.length; index += 1) {
      const item = read(node.items[index]!, `${key}[${index}]`, report);
      if (item !== undefined) items.push(item);
    }
    return items;
  };
}

/** A list, or a single item in its place. */
export function oneOrMore<T>(read: Reader<T>): Reader<readonly T[]> {
  const readList = listOf(read);
  return (node, key, report) => {
    if (node.kind === 'list') return readList(node, key, report);
    const item = read(node, key, report);
    return item === undefined ? undefined : [item];
  };
}

/** A mapping with keys of the user's own choosing, in their order. */
export function mappingOf<T>(read: Reader<T>): Reader<Readonly<Record<string, T>>> {
  return (node, key, report) => {
    const map = asMap(node, key, report);
    if (map === undefined) return undefined;
    const values: [string, T][] = [];
    for (const entry of map.entries) {
      const value = read(entry.value, `${key}.${entry.key}`, report);
      if (value !== undefined) values.push([entry.key, value]);
    }
    return Object.fromEntries(values);
  };
}

/** `node` as a mapping; undefined, and reported, when it is something else. */
export function asMap(node: YamlNode, key: string, report: Report): YamlMap | undefined {
  return node.kind === 'map' ? node : wrongType(node, key, 'a mapping', report);
}

/** Reports that the value of `key` is not `expected` (with its article), and answers undefined. */
export function wrongType(node: YamlNode, key: string, expected: string, report: Report): undefined {
  const templated = node.kind === 'scalar' && node.text.includes('{{');
  const hint = templated ? 'templates are not read here; for a model, write `{{ config(…) }}` in its file' : undefined;
  report(diagnose('config.type', { key, expected, found: described(node), hint }, node.at));
}

/** Whether nothing stands behind the key: `tags:` alone, or `tags: null`. */
export const isNothing = (node: YamlNode): boolean => node.kind === 'scalar' && node.value === null;

/** What `node` is, in words: `the number 3`, `a list`. */
export function described(node: YamlNode): string {
  if (node.kind !== 'scalar') return node.kind === 'list' ? 'a list' : 'a mapping';
  switch (typeof node.value) {
    case 'string':
      return node.text === '' ? 'an empty text' : `the text \`${node.text.length > 40 ? `${node.text.slice(0, 40)}…` : node.text}\``;
    case 'number':
      return `the number ${node.text}`;
    case 'boolean':
      return `\`${node.text}\``;
    default:
      return 'nothing';
  }
}
