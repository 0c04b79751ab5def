import type { Location } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';

/** A YAML value with the places of all its parts. */
export type YamlNode = YamlMap | YamlList | YamlScalar;

/** A mapping: entries in the order of the file, each key once. `at` is where the first key, or the brace, begins. */
export interface YamlMap {
  readonly kind: 'map';
  readonly entries: readonly YamlEntry[];
  readonly at: Location;
}

export interface YamlEntry {
  /** Keys are texts, as written: `1: x` has the key `1`. */
  readonly key: string;
  readonly keyAt: Location;
  readonly value: YamlNode;
}

export interface YamlList {
  readonly kind: 'list';
  readonly items: readonly YamlNode[];
  readonly at: Location;
}

export interface YamlScalar {
  readonly kind: 'scalar';
  /** By YAML 1.2's core schema: `no` is a text, `1.50` a number, nothing at all is null. */
  readonly value: string | number | boolean | null;
  /** The value as text, with every digit as it was written: `1.50`. */
  readonly text: string;
  /** The text itself, inside its quotes; of a block text (`|`, `>`) the indicator; of a value that is not there, its key or its dash. */
  readonly at: Location;
}

/** No collection may lie deeper than this in others: a limit for hostile files, far above what people write. */
export const MAX_DEPTH = 100;

/**
 * `node` as a plain value, without places. An integer that a JavaScript number cannot hold exactly becomes its text.
 * A key `__proto__` is a key like any other.
 */
export function valueOf(node: YamlNode): TemplateValue {
  switch (node.kind) {
    case 'scalar':
      return typeof node.value === 'number' && Number.isInteger(node.value) && !Number.isSafeInteger(node.value) ? node.text : node.value;
    case 'list':
      return node.items.map(valueOf);
    case 'map':
      return Object.fromEntries(node.entries.map((entry) => [entry.key, valueOf(entry.value)]));
  }
}

/** The opposite of `valueOf`, every part at one place: lets values from templates be read by the same shapes as YAML. */
export function nodeOf(value: TemplateValue, at: Location): YamlNode {
  if (isList(value)) return { kind: 'list', items: value.map((item) => nodeOf(item, at)), at };
  if (typeof value === 'object' && value !== null) {
    return { kind: 'map', entries: Object.entries(value).map(([key, each]) => ({ key, keyAt: at, value: nodeOf(each, at) })), at };
  }
  return { kind: 'scalar', value, text: value === null ? '' : String(value), at };
}

function isList(value: TemplateValue): value is readonly TemplateValue[] {
  return Array.isArray(value);
}
