import { diagnose, type Location, type Report } from '../core/diagnostic';
import { fitDate } from '../core/fitTime';
import { byVersion, type ModelVersion } from '../core/version';
import { configPlaces, mergedConfig, readModelConfig, type ConfigPlaces, type ModelConfig } from './config';
import { nameProblem } from './names';
import { columns, constraints, reportUnknownColumns, type Constraint, type RawColumn } from './propertiesColumns';
import { tests, type TestDeclaration } from './propertiesTests';
import { isNothing, listOf, mapping, optional, required, wrongType, type Fields, type Reader, type Text } from './shape';
import { located, names, text } from './shapeValues';
import type { YamlNode } from './yamlNode';

/** A version of a model as it is declared: what it says over that which is said of the model. */
export interface VersionDeclaration {
  readonly v: Text;
  /** The name of its file, where that is none of the usual ones. */
  readonly definedIn?: Text;
  readonly description?: string;
  readonly deprecationDate?: string;
  readonly config: ModelConfig;
  readonly places: ConfigPlaces;
  readonly constraints?: readonly Constraint[];
  /** Which of the model's columns it has. */
  readonly include: 'all' | readonly Text[];
  readonly exclude: readonly Text[];
  readonly columns: readonly RawColumn[];
  readonly tests?: readonly TestDeclaration[];
}

/** A day, `2026-12-31`. */
export const day: Reader<string> = (node, key, report) =>
  node.kind === 'scalar' && fitDate(node.text) === undefined ? node.text : wrongType(node, key, 'a date such as `2026-12-31`', report);

/** What a version is called: it becomes part of a node's id, and of the names of relations and tests. */
const identifier: Reader<Text> = (node, key, report) => {
  if (node.kind !== 'scalar' || node.value === null || nameProblem(node.text, 'part') !== undefined)
    return wrongType(node, key, 'a whole number or a name', report);
  return { text: node.text, at: node.at };
};

const include: Reader<'all' | readonly Text[]> = (node, key, report) =>
  node.kind === 'scalar' && (node.value === 'all' || node.value === '*') ? 'all' : names(node, key, report);

const readChoice = mapping('a choice of columns', { include: optional(include, 'all'), exclude: optional(names, []) });

type ColumnsOfVersion = Pick<VersionDeclaration, 'include' | 'exclude' | 'columns'>;

/** `columns:` of a version: columns of its own, and at most one item that chooses among those of the model. */
const columnsOfVersion: Reader<ColumnsOfVersion> = (node, key, report) => {
  if (node.kind !== 'list') return wrongType(node, key, 'a list', report);
  const isChoice = (item: YamlNode): boolean =>
    item.kind === 'map' && item.entries.some((entry) => entry.key === 'include' || entry.key === 'exclude');
  const [choice, second] = node.items.filter(isChoice);
  if (second !== undefined)
    report(diagnose('config.invalid', { problem: 'a version chooses columns twice', hint: 'name them in one item' }, second.at));
  const chosen = choice && readChoice(choice, key, report);
  const own = columns({ ...node, items: node.items.filter((item) => !isChoice(item)) }, key, report);
  return { include: 'all', exclude: [], ...chosen, columns: own ?? [] };
};

const readVersion = mapping('a version of a model', {
  v: required(identifier),
  defined_in: optional(located),
  description: optional(text),
  deprecation_date: optional(day),
  config: optional<YamlNode>((node) => node),
  constraints: optional(constraints),
  columns: optional(columnsOfVersion, { include: 'all', exclude: [], columns: [] }),
  data_tests: optional(tests),
  tests: optional(tests),
});

const version: Reader<VersionDeclaration> = (node, key, report) => {
  const read = readVersion(node, key, report);
  if (read === undefined) return undefined;
  const { v, defined_in: definedIn, description, deprecation_date: deprecationDate, config, constraints, data_tests, tests } = read;
  return {
    v,
    ...(definedIn && { definedIn }),
    ...(description !== undefined && { description }),
    ...(deprecationDate !== undefined && { deprecationDate }),
    config: config === undefined ? {} : readModelConfig(config, 'the config of a version', report),
    places: config === undefined || isNothing(config) ? {} : configPlaces(config),
    ...(constraints && { constraints }),
    ...read.columns,
    ...((data_tests ?? tests) && { tests: [...(data_tests ?? []), ...(tests ?? [])] }),
  };
};

/** The keys of a model that are about its versions. */
export const VERSION_FIELDS = {
  versions: optional(listOf(version), []),
  latest_version: optional(identifier),
  deprecation_date: optional(day),
} satisfies Fields;

/** The parts of a model's declaration that its versions take over or change. */
export interface Versioned {
  readonly description: string;
  readonly deprecationDate?: string;
  readonly config: ModelConfig;
  readonly places: ConfigPlaces;
  readonly constraints: readonly Constraint[];
  readonly columns: readonly RawColumn[];
  readonly tests: readonly TestDeclaration[];
}

/** One version of a model with all that holds for it. */
export interface OneVersion extends Versioned {
  readonly at: Location;
  readonly version: ModelVersion;
  /** What its file may be called, the likeliest name first. */
  readonly files: readonly string[];
}

/**
 * What is said of each of the `versions` of `model`, as dbt has it: a version takes over what it does not say itself; of the columns, those that
 * it includes. Without `latest`, the greatest version is the latest. Versions declared twice, and names of none, are reported.
 */
export function versionsOf(
  model: string,
  shared: Versioned,
  versions: readonly VersionDeclaration[],
  latest: Text | undefined,
  report: Report,
): readonly OneVersion[] {
  const declared = new Map<string, VersionDeclaration>();
  for (const each of versions) {
    const { text: v, at } = each.v;
    if (declared.has(v)) report(diagnose('name.duplicate', { name: v, kind: 'version', other: at.file }, at));
    else declared.set(v, each);
  }
  const ordered = [...declared.keys()].sort(byVersion);
  if (latest !== undefined && !declared.has(latest.text))
    report(diagnose('ref.version', { model, v: latest.text, known: ordered }, latest.at));
  const newest = latest?.text ?? ordered.at(-1)!;
  return [...declared.values()].map((each) => {
    const { text: v, at } = each.v;
    const order = byVersion(v, newest);
    return {
      at,
      version: { model, v, age: order === 0 ? 'latest' : order < 0 ? 'old' : 'prerelease' },
      files: each.definedIn === undefined ? [`${model}_v${v}`, `${model}.v${v}`] : [each.definedIn.text],
      ...over(shared, each, `the model \`${model}\``, report),
    };
  });
}

/** `shared` with what `version` says over it. */
function over(shared: Versioned, version: VersionDeclaration, where: string, report: Report): Versioned {
  const { include, exclude, columns: own } = version;
  const known = shared.columns.map(({ name }) => name.text);
  reportUnknownColumns(where, [...(include === 'all' ? [] : include), ...exclude], known, report);
  const wanted = include === 'all' ? undefined : new Set(include.map(({ text }) => text));
  const unwanted = new Set([...exclude, ...own.map(({ name }) => name)].map(({ text }) => text));
  const taken = shared.columns.filter(({ name: { text } }) => !unwanted.has(text) && (wanted === undefined || wanted.has(text)));
  const deprecationDate = version.deprecationDate ?? shared.deprecationDate;
  return {
    description: version.description ?? shared.description,
    ...(deprecationDate !== undefined && { deprecationDate }),
    config: mergedConfig(shared.config, version.config),
    places: { ...shared.places, ...version.places },
    constraints: version.constraints ?? shared.constraints,
    columns: [...taken, ...own],
    tests: version.tests ?? shared.tests,
  };
}
