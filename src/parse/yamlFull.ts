import type { Document, Node, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';
import { diagnose, type Location, type Report } from '../core/diagnostic';
import { lineStartsOf, placeAt } from '../core/position';
import { yamlLibrary } from './yamlLibrary';
import { MAX_DEPTH, type YamlEntry, type YamlNode, type YamlScalar } from './yamlNode';
import { problemOf } from './yamlProblem';

/** What the conversion of one document needs to know. */
interface Reading {
  readonly text: string;
  readonly locate: (offset: number, length: number) => Location;
  readonly report: (problem: string, offset: number, length: number) => void;
  readonly reportDuplicate: (key: string, at: Location) => void;
}

const CONTROL = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f]/;
const DIRECTIVE = /^(?:[ \t]*(?:#.*)?\r?\n)*%/;

/**
 * Reads any YAML 1.2 text through the `yaml` library. Undefined, with everything reported, when the text is broken or uses what etlx
 * leaves out on purpose: anchors, aliases, tags, merge keys, directives, keys that are not texts, several documents.
 */
export function readFull(file: string, text: string, firstLine: number, report: Report): YamlNode | undefined {
  const starts = lineStartsOf(text);
  let broken = false;
  const locate = (offset: number, length: number): Location => {
    const { line, column } = placeAt(starts, offset);
    return { file, line: line + firstLine - 1, column, length };
  };
  const reading: Reading = {
    text,
    locate,
    report(problem, offset, length) {
      broken = true;
      report(diagnose('yaml.syntax', { problem }, locate(offset, length)));
    },
    reportDuplicate(key, at) {
      report(diagnose('yaml.duplicate-key', { key }, at));
    },
  };
  const control = CONTROL.exec(text);
  if (control !== null) {
    const code = text.charCodeAt(control.index).toString(16).toUpperCase().padStart(4, '0');
    reading.report(`it holds the control character U+${code}`, control.index, 1);
    return undefined;
  }
  const document = parseDocument(text);
  // What follows a first misreading is guesswork, so only that one is told.
  const [first] = document.errors;
  if (first !== undefined) reading.report(problemOf(first, text), Math.min(first.pos[0], text.length), 1);
  else if (DIRECTIVE.test(text)) reading.report('directives (`%`) are not part of it', text.search(/^%/m), 1);
  if (broken) return undefined;
  const root = document.contents === null ? nothing(locate(0, 1)) : convert(reading, document.contents, 0, locate(0, 1));
  return broken ? undefined : root;
}

function parseDocument(text: string): Document.Parsed {
  return yamlLibrary().parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    resolveKnownTags: false,
    uniqueKeys: false,
    keepSourceTokens: true,
    prettyErrors: false,
    logLevel: 'error',
  });
}

const nothing = (at: Location): YamlScalar => ({ kind: 'scalar', value: null, text: '', at });

/** Where `node` begins in the text, and where its own characters end; every parsed node has a range. */
const rangeOf = (node: Node): readonly [start: number, end: number] => [node.range?.[0] ?? 0, node.range?.[1] ?? 0];

function convert(reading: Reading, node: Node, depth: number, ownerAt: Location): YamlNode {
  const { isAlias, isMap, isScalar, isSeq } = yamlLibrary();
  const [start, end] = rangeOf(node);
  if (isAlias(node)) reading.report('aliases (`*name`) are not part of it; write the value out', start, end - start);
  else if (node.anchor !== undefined) reading.report(`anchors (\`&${node.anchor}\`) are not part of it`, start, 1);
  if (node.tag !== undefined) reading.report('tags (`!name`) are not part of it', start, 1);
  const isCollection = isMap(node) || isSeq(node);
  if (isCollection && depth >= MAX_DEPTH) reading.report(`it is nested more than ${MAX_DEPTH} levels deep`, start, 1);
  else if (isMap(node)) return { kind: 'map', entries: entriesOf(reading, node, depth), at: reading.locate(start, 1) };
  else if (isSeq(node)) return { kind: 'list', items: itemsOf(reading, node, depth), at: reading.locate(start, 1) };
  return isScalar(node) ? scalarOf(reading, node, ownerAt) : nothing(ownerAt);
}

function itemsOf(reading: Reading, list: YAMLSeq, depth: number): readonly YamlNode[] {
  const tokens = list.srcToken?.type === 'block-seq' ? list.srcToken.items : [];
  return list.items.map((item, index) => {
    const dash = tokens[index]?.start.find((token) => token.type === 'seq-item-ind');
    const [start] = rangeOf(item as Node);
    return convert(reading, item as Node, depth + 1, reading.locate(dash?.offset ?? start, 1));
  });
}

function entriesOf(reading: Reading, map: YAMLMap, depth: number): readonly YamlEntry[] {
  const entries: YamlEntry[] = [];
  const seen = new Set<string>();
  for (const pair of map.items) {
    const entry = entryOf(reading, map, pair, depth);
    if (entry === undefined) continue;
    if (seen.has(entry.key)) reading.reportDuplicate(entry.key, entry.keyAt);
    else entries.push(entry);
    seen.add(entry.key);
  }
  return entries;
}

function entryOf(reading: Reading, map: YAMLMap, pair: Pair, depth: number): YamlEntry | undefined {
  const { isScalar } = yamlLibrary();
  const key = pair.key as Node | null;
  const [start] = rangeOf(key ?? map);
  if (!isScalar(key)) {
    const template = reading.text.startsWith('{{', rangeOf(map)[0]) || reading.text.startsWith('{{', start);
    reading.report(template ? 'a text that begins with `{{` needs quotes round it' : 'a key must be a text', start, 1);
    return undefined;
  }
  const { text, at } = convert(reading, key, depth, reading.locate(start, 1)) as YamlScalar;
  if (text === '' && key.type === 'PLAIN') reading.report('a key is missing before the colon', start, 1);
  if (text === '<<' && key.type === 'PLAIN') reading.report('merge keys (`<<`) are not part of it; write the keys out', start, 2);
  const value = pair.value as Node | null;
  if (value === null && map.flow === true)
    reading.report('a key inside of `{…}` needs a value; a text with a comma in it needs quotes', start, text.length);
  return { key: text, keyAt: at, value: value === null ? nothing(at) : convert(reading, value, depth + 1, at) };
}

function scalarOf(reading: Reading, node: Scalar, ownerAt: Location): YamlScalar {
  const [start, end] = rangeOf(node);
  const value = node.value as YamlScalar['value'];
  if (node.type === 'PLAIN') {
    if (start === end) return nothing(ownerAt);
    return { kind: 'scalar', value, text: node.source ?? '', at: reading.locate(start, lengthOnLine(reading.text, start, end)) };
  }
  if (node.type === 'QUOTE_SINGLE' || node.type === 'QUOTE_DOUBLE') {
    return { kind: 'scalar', value, text: String(value), at: reading.locate(start + 1, lengthOnLine(reading.text, start + 1, end - 1)) };
  }
  const indicator = /[|>][-+0-9]*/y;
  indicator.lastIndex = start;
  return { kind: 'scalar', value, text: String(value), at: reading.locate(start, indicator.exec(reading.text)?.[0].length ?? 1) };
}

/** How many characters of what begins at `start` are on that line. */
function lengthOnLine(text: string, start: number, end: number): number {
  const newline = text.indexOf('\n', start);
  if (newline < 0 || newline >= end) return Math.max(1, end - start);
  return Math.max(1, text.slice(start, newline).trimEnd().length);
}
