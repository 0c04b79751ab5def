import { closest } from '../core/closest';
import { diagnose, type Location, type Report } from '../core/diagnostic';
import type { Column, SeedNode } from '../core/node';
import type { TextFile } from '../core/project';
import { seedFormatOf } from '../core/seed';
import { checkDeclaredType } from '../parse/columnType';
import { mergedConfig } from '../parse/config';
import { folderConfig } from '../parse/configTree';
import { nameProblem } from '../parse/names';
import { checksOf, type ColumnDeclaration } from '../parse/propertiesColumns';
import type { SeedConfig } from '../parse/seedConfig';
import { seedPropertiesOf, type SeedProperties } from '../parse/seedProperties';
import type { RenderText } from '../parse/sourcesRender';
import type { Settings } from '../parse/settings';
import type { SchemaOf } from './naming';
import { columnsOf } from './sourceNodes';

/** A seed with all that was said about it. */
export interface Seed {
  readonly node: SeedNode;
  readonly config: SeedConfig;
  readonly properties?: SeedProperties;
}

export interface SeedContext {
  readonly settings: Settings;
  readonly schemaOf: SchemaOf;
  readonly render: RenderText;
  readonly report: Report;
}

/** The seeds at `paths` by name, as the YAML in `files` describes them; those that are switched off are left out. What is in them is not read here. */
export function seedsOf(paths: readonly string[], files: readonly TextFile[], context: SeedContext): ReadonlyMap<string, Seed> {
  const { render, report } = context;
  const properties = new Map<string, SeedProperties>();
  for (const each of files.flatMap((file) => seedPropertiesOf(file, report, render))) {
    const other = properties.get(each.name);
    if (other === undefined) properties.set(each.name, each);
    else report(diagnose('name.duplicate', { name: each.name, kind: 'seed description', other: other.at.file }, each.at));
  }
  const byName = new Map<string, string>();
  for (const path of paths) {
    const name = nameOf(path);
    const other = byName.get(name);
    if (other === undefined) byName.set(name, path);
    else report(diagnose('name.duplicate', { name, kind: 'seed', other }, startOf(path)));
  }
  for (const { name, at } of properties.values()) {
    if (!byName.has(name)) report(diagnose('properties.orphan', { kind: 'seed', name, closest: closest(name, byName.keys()) }, at));
  }
  const seeds = new Map<string, Seed>();
  for (const [name, path] of byName) {
    const seed = seedOf(name, path, properties.get(name), context);
    if (seed !== undefined) seeds.set(name, seed);
  }
  return seeds;
}

function seedOf(
  name: string,
  path: string,
  properties: SeedProperties | undefined,
  { settings, schemaOf, report }: SeedContext,
): Seed | undefined {
  const at = startOf(path);
  const problem = nameProblem(name, 'part');
  if (problem !== undefined) report(diagnose('name.invalid', { name, problem }, at));
  const folders = path.split('/').slice(1, -1);
  const config = mergedConfig(folderConfig<SeedConfig>(settings.seeds, settings.name, folders), properties?.config ?? {});
  if (config.enabled === false) return undefined;
  const node: SeedNode = {
    kind: 'seed',
    id: `seed.${name}`,
    name,
    package: settings.name,
    fqn: [settings.name, ...folders, name],
    path,
    ...(properties && { patchPath: properties.at.file }),
    at,
    description: properties?.description ?? '',
    tags: config.tags ?? [],
    meta: config.meta ?? {},
    config: { enabled: true, materialized: 'seed', ...config, ...(config.column_types && { column_types: typesOf(config) }) },
    dependsOn: [],
    relation: { schema: schemaOf(config.schema), name: config.alias ?? name },
    format: seedFormatOf(path)!,
    delimiter: config.delimiter ?? ',',
    quoteColumns: config.quote_columns === true,
    columns: typedColumns(properties?.columns ?? [], config, report),
    primaryKey: properties?.primaryKey ?? [],
    checks: checksOf(properties?.constraints ?? []),
    uniqueKeys: (properties?.constraints ?? [])
      .filter(({ type }) => type === 'unique')
      .map(({ columns }) => columns.map(({ text }) => text)),
  };
  return { node, config, ...(properties && { properties }) };
}

/** The described columns with the types of `column_types`, and the columns that only those name. */
function typedColumns(
  described: readonly ColumnDeclaration[],
  { column_types: types = {} }: SeedConfig,
  report: Report,
): readonly Column[] {
  for (const [name, { text, at }] of Object.entries(types)) checkDeclaredType({ ...PLAIN, name, dataType: text, at, typeAt: at }, report);
  const named = new Set(described.map(({ name }) => name));
  const others = Object.keys(types).filter((name) => !named.has(name));
  return [...columnsOf(described), ...others.map((name): Column => ({ ...PLAIN, name }))].map((column) => {
    const type = Object.hasOwn(types, column.name) ? types[column.name] : undefined;
    return type === undefined ? column : { ...column, dataType: type.text };
  });
}

const PLAIN = { description: '', notNull: false, tags: [], meta: {} } as const;

/** `column_types` as artifacts show it: without places. */
const typesOf = ({ column_types: types = {} }: SeedConfig) =>
  Object.fromEntries(Object.entries(types).map(([name, { text }]) => [name, text]));

/** `seeds/geo/countries.csv` → `countries`. */
const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1, path.lastIndexOf('.'));

const startOf = (file: string): Location => ({ file, line: 1, column: 1 });
