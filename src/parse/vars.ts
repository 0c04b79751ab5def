import { diagnose, type Location } from '../core/diagnostic';
import { fitDate } from '../core/fitTime';
import type { TemplateValue } from '../core/macro';
import { described, isNothing, mapping, optional, required, wrongType, type Reader } from './shape';
import { boolean, oneOf, text } from './shapeValues';
import { nodeOf, valueOf, type YamlEntry, type YamlNode } from './yamlNode';

type Values = Readonly<Record<string, TemplateValue>>;

/** What the value of a variable of each type has to be, in words. */
export const VAR_TYPES = {
  text: 'a text',
  int: 'an integer',
  number: 'a number',
  bool: '`true` or `false`',
  date: 'a date such as `2026-12-31`',
  list: 'a list',
} as const;
export type VarType = keyof typeof VAR_TYPES;

/** A variable with a type. */
export interface VarDeclaration {
  readonly type: VarType;
  readonly required: boolean;
  readonly at: Location;
}

/** `vars:` of the project: what each is unless a target or a call says otherwise, and those that are declared. */
export interface Vars {
  readonly values: Values;
  readonly declared: ReadonlyMap<string, VarDeclaration>;
}

const readDeclaration = mapping('the declaration of a variable', {
  type: required(oneOf(Object.keys(VAR_TYPES) as VarType[])),
  description: optional(text),
  default: optional<YamlNode>((node) => node),
  required: optional(boolean, false),
});

/** `vars:`: plain values, and mappings with a `type`, which declare a variable. */
export const vars: Reader<Vars> = (node, key, report) => {
  if (node.kind !== 'map') return wrongType(node, key, 'a mapping', report);
  const values: [string, TemplateValue][] = [];
  const declared = new Map<string, VarDeclaration>();
  for (const { key: name, keyAt: at, value } of node.entries) {
    const read = isDeclaration(value) ? readDeclaration(value, name, report) : undefined;
    if (!isDeclaration(value)) values.push([name, valueOf(value)]);
    if (read === undefined) continue;
    declared.set(name, { type: read.type, required: read.required, at });
    if (read.default === undefined || isNothing(read.default)) continue;
    const standard = valueOf(read.default);
    if (fitsVar(read.type, standard)) values.push([name, standard]);
    else report(diagnose('var.type', { name, expected: VAR_TYPES[read.type], found: described(read.default) }, read.default.at));
  }
  return { values: Object.fromEntries(values), declared };
};

const isDeclaration = (node: YamlNode): boolean => node.kind === 'map' && node.entries.some(({ key }: YamlEntry) => key === 'type');

/** Whether `value` is of the type. */
export function fitsVar(type: VarType, value: unknown): boolean {
  switch (type) {
    case 'text':
      return typeof value === 'string';
    case 'int':
      return Number.isSafeInteger(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'bool':
      return typeof value === 'boolean';
    case 'date':
      return typeof value === 'string' && fitDate(value) === undefined;
    case 'list':
      return Array.isArray(value);
  }
}

/** What a value is, in words: `the number 3`. */
export const valueInWords = (value: unknown, at: Location): string => described(nodeOf(value as TemplateValue, at));
