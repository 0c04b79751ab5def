import { diagnose, type Report } from '../core/diagnostic';
import type { NodeId, SnapshotNode } from '../core/node';
import type { TextFile } from '../core/project';
import { META_COLUMNS, type MetaColumns, type SnapshotRule } from '../core/snapshot';
import { relationName, type Relation } from '../core/relation';
import { mergedConfig } from '../parse/config';
import { folderConfig } from '../parse/configTree';
import type { RenderText } from '../parse/sourcesRender';
import type { Settings } from '../parse/settings';
import type { SnapshotConfig } from '../parse/snapshotConfig';
import { snapshotsIn, type SnapshotDeclaration } from '../parse/snapshots';
import { namedBy } from './namedBy';
import type { DeclaredColumn, Names } from './names';
import type { SchemaOf } from './naming';
import { columnsOf } from './sourceNodes';

/** A snapshot that is read and configured, but not yet linked. */
export interface SnapshotDraft {
  readonly id: NodeId;
  readonly name: string;
  readonly folders: readonly string[];
  readonly relation: Relation;
  readonly config: SnapshotConfig;
  /** Those that its properties declare. */
  readonly columns: readonly DeclaredColumn[];
  readonly properties: SnapshotDeclaration;
}

export interface SnapshotContext {
  readonly settings: Settings;
  readonly schemaOf: SchemaOf;
  readonly render: RenderText;
  /** The files that other nodes with names for `ref` are in, by these names. */
  readonly others: ReadonlyMap<string, string>;
  readonly report: Report;
}

/** The snapshots that `files` declare; those that are switched off are left out, those whose name is taken are reported. */
export function snapshotDrafts(
  files: readonly TextFile[],
  { settings, schemaOf, render, others, report }: SnapshotContext,
): readonly SnapshotDraft[] {
  const taken = new Map(others);
  return files
    .flatMap((file) => snapshotsIn(file, report, render))
    .flatMap((properties): readonly SnapshotDraft[] => {
      const { name, at } = properties;
      const other = taken.get(name);
      if (other !== undefined) {
        report(diagnose('name.duplicate', { name, kind: others.has(name) ? 'node' : 'snapshot', other }, at));
        return [];
      }
      taken.set(name, at.file);
      const folders = foldersOf(at.file);
      const config = mergedConfig(folderConfig<SnapshotConfig>(settings.snapshots, settings.name, folders), properties.config);
      const relation = { schema: schemaOf(config.schema), name: config.alias ?? name };
      return config.enabled === false
        ? []
        : [{ id: `snapshot.${name}`, name, folders, relation, config, columns: properties.columns, properties }];
    });
}

/** `snapshots/shop/orders.yml` → `['shop']`. */
export const foldersOf = (path: string): readonly string[] => path.split('/').slice(1, -1);

/** A draft, linked; undefined, and reported, when it keeps nothing or does not say how. */
export function snapshotNode(
  draft: SnapshotDraft,
  { project, names, report }: { readonly project: string; readonly names: Names; readonly report: Report },
): SnapshotNode | undefined {
  const { id, name, folders, relation, config, properties } = draft;
  const { source, at, description, columns } = properties;
  const rule = ruleOf(draft, report);
  const read = namedBy(source, 'relation', "`ref('model')` or `source('source', 'table')`", { names, report });
  if (read === undefined || rule === undefined) return undefined;
  return {
    kind: 'snapshot',
    id,
    name,
    package: project,
    fqn: [project, ...folders, name],
    path: at.file,
    at,
    description,
    tags: config.tags ?? [],
    meta: config.meta ?? {},
    config: { enabled: true, materialized: 'snapshot', ...config },
    dependsOn: [read.id],
    relation,
    columns: columnsOf(columns),
    primaryKey: [],
    rule,
    sql: `select * from ${read.text ?? relationName(read.relation)}`,
  };
}

/** How the versions are kept; undefined, and reported, when the config does not say it, or contradicts itself. */
function ruleOf({ name, config, properties }: SnapshotDraft, report: Report): SnapshotRule | undefined {
  const { unique_key: uniqueKey = [], strategy, updated_at: updatedAt, check_cols: checked } = config;
  const problems: Problem[] = [
    ...(uniqueKey.length === 0 ? [MISSING.unique_key] : []),
    ...(strategy === undefined ? [MISSING.strategy] : []),
    ...(strategy === 'timestamp' && updatedAt === undefined ? [MISSING.updated_at] : []),
    ...(strategy === 'check' && (checked === undefined || checked.length === 0) ? [MISSING.check_cols] : []),
    ...(strategy === 'timestamp' && checked !== undefined ? [MEANINGLESS] : []),
  ];
  const meta: MetaColumns = { ...OWN_NAMES, ...config.snapshot_meta_column_names };
  if (new Set(Object.values(meta)).size < META_COLUMNS.length) problems.push(SAME_NAMES);
  for (const [problem, hint] of problems)
    report(diagnose('config.invalid', { problem: `the snapshot \`${name}\` ${problem}`, hint }, properties.at));
  if (problems.length > 0) return undefined;
  return {
    uniqueKey,
    ...(updatedAt !== undefined && { updatedAt }),
    ...(strategy === 'check' && { checked: checked! }),
    hardDeletes: config.hard_deletes ?? 'ignore',
    ...(config.dbt_valid_to_current !== undefined && { validToCurrent: config.dbt_valid_to_current }),
    meta,
    forgets: config.full_refresh === true,
  };
}

const OWN_NAMES = Object.fromEntries(META_COLUMNS.map((name) => [name, name])) as MetaColumns;

type Problem = readonly [problem: string, hint: string];

const MISSING = {
  unique_key: ['has no `unique_key`', 'name the columns by which a row finds its versions'],
  strategy: ['has no `strategy`', '`timestamp` looks at a column that tells when a row changed, `check` compares columns'],
  updated_at: ['has no `updated_at`', 'the strategy `timestamp` needs the column that tells when a row changed; `check` does without'],
  check_cols: ['has no `check_cols`', 'name the columns whose change makes a new version, or write `all`'],
} as const satisfies Readonly<Record<string, Problem>>;

const MEANINGLESS: Problem = ['has `check_cols`, which mean nothing to the strategy `timestamp`', 'take them out, or use `check`'];
const SAME_NAMES: Problem = ['gives two of its own columns one name', 'give each of `snapshot_meta_column_names` a name of its own'];
