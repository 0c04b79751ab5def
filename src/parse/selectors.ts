import { diagnose, type Report } from '../core/diagnostic';
import type { TextFile } from '../core/project';
import type { Definition, Selector } from '../core/selector';
import { isNothing, listOf, mapping, mappingWith, optional, required, wrongType, type Reader } from './shape';
import { anyText, boolean, integer, nameBy, oneOf, text } from './shapeValues';
import { parseYaml } from './yaml';
import type { YamlEntry, YamlMap, YamlNode } from './yamlNode';

const readMethod = mappingWith({
  method: required(text),
  value: required(anyText),
  childrens_parents: optional(boolean, false),
  parents: optional(boolean, false),
  parents_depth: optional(integer(0)),
  children: optional(boolean, false),
  children_depth: optional(integer(0)),
  indirect_selection: optional(oneOf(['eager', 'cautious', 'buildable', 'empty'] as const)),
  exclude: optional<YamlNode>((node) => node),
});

/** dbt's forms of a definition: words as on the command line, `{tag: daily}`, `{method, value, …}`, `{union: […]}`, `{intersection: […]}`. */
const definition: Reader<Definition> = (node, key, report) => {
  if (node.kind === 'scalar' && typeof node.value === 'string') return { kind: 'words', text: node.value, at: node.at };
  if (node.kind !== 'map') return wrongType(node, key, 'words of the command line, or a mapping', report);
  const [first] = node.entries;
  if (node.entries.length === 1 && (first?.key === 'union' || first?.key === 'intersection')) return setOf(first.key, first.value, report);
  if (node.entries.some((entry) => entry.key === 'method')) return methodOf(node, key, report);
  if (first === undefined || node.entries.length > 1) {
    report(
      diagnose(
        'config.invalid',
        { problem: `\`${key}\` is one method with its value, or \`union\` or \`intersection\` with a list` },
        node.at,
      ),
    );
    return undefined;
  }
  return byShortForm(first);
};

const byShortForm = ({ key, value }: YamlEntry): Definition => {
  const written = value.kind === 'scalar' ? value.text : '';
  if (key === 'selector') return { kind: 'selector', name: written, at: value.at };
  return { kind: 'words', text: `${key}:${written}`, at: value.at };
};

function methodOf(node: YamlMap, key: string, report: Report): Definition | undefined {
  const read = readMethod(node, key, 'a definition', report);
  if (read === undefined) return undefined;
  const { method, value, exclude, indirect_selection: indirect } = read;
  const above = read.childrens_parents ? '@' : read.parents ? `${read.parents_depth ?? ''}+` : '';
  const below = read.children ? `+${read.children_depth ?? ''}` : '';
  const from: Definition =
    method === 'selector'
      ? { kind: 'selector', name: value, at: node.at }
      : { kind: 'words', text: `${above}${method}:${value}${below}`, ...(indirect && { indirect }), at: node.at };
  return exclude === undefined ? from : without(from, exclude, report);
}

/** The members of a set; one `{exclude: […]}` among them is taken away from the rest. */
function setOf(kind: 'union' | 'intersection', node: YamlNode, report: Report): Definition | undefined {
  if (node.kind !== 'list') return wrongType(node, kind, 'a list', report);
  const excludes = node.items.flatMap((item) => (item.kind === 'map' ? item.entries.filter((entry) => entry.key === 'exclude') : []));
  const members = node.items.filter((item) => item.kind !== 'map' || !item.entries.some((entry) => entry.key === 'exclude'));
  if (excludes.length > 1)
    report(
      diagnose('config.invalid', { problem: `\`${kind}\` has several \`exclude\`s`, hint: 'put all of it into one' }, excludes[1]!.keyAt),
    );
  const parts = members.flatMap((item) => definition(item, kind, report) ?? []);
  const all: Definition = { kind, parts };
  return excludes.length === 0 ? all : without(all, excludes[0]!.value, report);
}

function without(from: Definition, node: YamlNode, report: Report): Definition | undefined {
  const parts = listOf(definition)(node, 'exclude', report);
  return parts && { kind: 'difference', from, parts };
}

const selector: Reader<Selector> = (node, key, report) => {
  const read = readSelector(node, key, report);
  return (
    read && { name: read.name.text, description: read.description, isDefault: read.default, definition: read.definition, at: read.name.at }
  );
};

const readSelector = mapping('a selector', {
  name: required(nameBy('part')),
  description: optional(text, ''),
  default: optional(boolean, false),
  definition: required(definition),
});

const readFile = mapping('the file of selectors', { selectors: optional(listOf(selector), []) });

/** The selectors of `selectors.yaml`, by name; what is wrong is reported and left out. */
export function selectorsOf(file: TextFile, report: Report): ReadonlyMap<string, Selector> {
  const node = parseYaml(file, report);
  const read = node === undefined || isNothing(node) ? [] : (readFile(node, file.path, report)?.selectors ?? []);
  const selectors = new Map<string, Selector>();
  for (const each of read) {
    const other = selectors.get(each.name);
    if (other !== undefined) report(diagnose('name.duplicate', { name: each.name, kind: 'selector', other: other.at.file }, each.at));
    else selectors.set(each.name, each);
  }
  const defaults = [...selectors.values()].filter(({ isDefault }) => isDefault);
  if (defaults.length > 1)
    report(
      diagnose(
        'config.invalid',
        { problem: 'two selectors are the default', hint: 'leave `default: true` with one of them' },
        defaults[1]!.at,
      ),
    );
  return selectors;
}
