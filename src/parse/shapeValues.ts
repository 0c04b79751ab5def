import { closest } from '../core/closest';
import { diagnose, type Location, type Report } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';
import type { Secret } from '../core/secret';
import { mapping, mappingOf, oneOrMore, optional, required, wrongType, type Reader, type Text } from './shape';
import { nameProblem, type NameRule } from './names';
import { valueOf, type YamlNode } from './yamlNode';

/** A text. A number or a truth value in its place is an error, because YAML may have changed it: `1.50`, `012`. */
export const text: Reader<string> = (node, key, report) =>
  node.kind === 'scalar' && typeof node.value === 'string' ? node.value : wrongType(node, key, 'a text', report);

/** A text that is not empty, with its place. */
export const located: Reader<Text> = (node, key, report) => {
  const value = text(node, key, report);
  return value === undefined || value.trim() === '' ? emptyText(node, key, value, report) : { text: value, at: node.at };
};

/** Any single value, taken as the text that was written: `limit: 030` is `030`. */
export const anyText: Reader<string> = (node, key, report) =>
  node.kind === 'scalar' && node.value !== null ? node.text : wrongType(node, key, 'a text', report);

export const boolean: Reader<boolean> = (node, key, report) =>
  node.kind === 'scalar' && typeof node.value === 'boolean' ? node.value : wrongType(node, key, '`true` or `false`', report);

/** An integer from `least` on. */
export function integer(least: number): Reader<number> {
  return (node, key, report) =>
    node.kind === 'scalar' && Number.isSafeInteger(node.value) && Number(node.value) >= least
      ? Number(node.value)
      : wrongType(node, key, `an integer from ${least} on`, report);
}

/** A number of seconds, not negative. */
export const seconds: Reader<number> = (node, key, report) =>
  node.kind === 'scalar' && typeof node.value === 'number' && node.value >= 0 && Number.isFinite(node.value)
    ? node.value
    : wrongType(node, key, 'a number of seconds', report);

/** One of a few words; `ignoreCase` as dbt does for `severity`. */
export function oneOf<T extends string>(known: readonly T[], ignoreCase = false): Reader<T> {
  return (node, key, report) => {
    if (node.kind !== 'scalar' || node.value === null)
      return wrongType(node, key, `one of ${known.map((each) => `\`${each}\``).join(', ')}`, report);
    const word = ignoreCase ? node.text.toLowerCase() : node.text;
    const found = known.find((each) => each === word);
    if (found === undefined) reportValue(key, node.text, known, node.at, report);
    return found;
  };
}

/** Reports a word that is not among the `known` ones. */
export function reportValue(key: string, value: string, known: readonly string[], at: Location, report: Report): void {
  report(diagnose('config.value', { key, value, known, closest: closest(value, known) }, at));
}

/** A name that follows `rule`, with its place. */
export function nameBy(rule: NameRule): Reader<Text> {
  return (node, key, report) => {
    const name = located(node, key, report);
    const problem = name === undefined ? undefined : nameProblem(name.text, rule);
    if (name === undefined || problem === undefined) return name;
    report(diagnose('name.invalid', { name: name.text, problem }, name.at));
    return undefined;
  };
}

/** The same without its place. */
export function plainName(rule: NameRule): Reader<string> {
  const read = nameBy(rule);
  return (node, key, report) => read(node, key, report)?.text;
}

/** A dotted path, `address.city`; list positions are numbers, no step is empty. */
export const path: Reader<string> = (node, key, report) => {
  if (node.kind !== 'scalar' || node.value === null) return wrongType(node, key, 'a dotted path', report);
  if (node.text.split('.').every((step) => step !== '')) return node.text;
  report(diagnose('config.invalid', { problem: `\`${key}\` has an empty step in the path \`${node.text}\`` }, node.at));
  return undefined;
};

/** A list of texts, or a single one; `tags: daily`. */
export const texts: Reader<readonly string[]> = oneOrMore(text);

export const paths: Reader<readonly string[]> = oneOrMore(path);

export const names: Reader<readonly Text[]> = oneOrMore(located);

/** Any value at all, as plain data. */
export const value: Reader<TemplateValue> = (node) => valueOf(node);

/** A mapping of texts to what `read` makes of them, with the places of its keys. */
export function namedValues<T>(read: Reader<T>): Reader<{ readonly names: readonly Text[]; readonly values: Readonly<Record<string, T>> }> {
  const readValues = mappingOf(read);
  return (node, key, report) => {
    const read = readValues(node, key, report);
    if (read === undefined || node.kind !== 'map') return undefined;
    return { names: node.entries.map((entry) => ({ text: entry.key, at: entry.keyAt })), values: read };
  };
}

/** A mapping of any values, as plain data: `meta`, `vars`. */
export const values: Reader<Readonly<Record<string, TemplateValue>>> = (node, key, report) => {
  if (node.kind !== 'map') return wrongType(node, key, 'a mapping', report);
  return valueOf(node) as Readonly<Record<string, TemplateValue>>;
};

const reference = mapping('a secret', { env: required(text), default: optional(text) });

/** A text, or `{env: NAME}` for one that stays a reference until it is used. */
export const secret: Reader<Secret> = (node, key, report) => {
  if (node.kind !== 'map') return anyText(node, key, report);
  const read = reference(node, key, report);
  return read === undefined ? undefined : { env: read.env, ...(read.default !== undefined && { default: read.default }) };
};

const fileReference = mapping('a secret', { file: required(text) });

/** The same, or `{file: path}`. */
export const secretOrFile: Reader<Secret> = (node, key, report) =>
  node.kind === 'map' && node.entries.some((entry) => entry.key === 'file') ? fileReference(node, key, report) : secret(node, key, report);

function emptyText(node: YamlNode, key: string, value: string | undefined, report: Report): undefined {
  if (value !== undefined) wrongType(node, key, 'a text that is not empty', report);
}
