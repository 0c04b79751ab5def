import { diagnose, type Report } from '../core/diagnostic';
import type { ModelNode } from '../core/node';
import { relationName } from '../core/relation';
import type { ModelDraft } from './modelDrafts';
import type { Versions } from './names';

/** The versions of models among `drafts`. Reports models that bear the name of a versioned one. */
export function versionsAmong(drafts: ReadonlyMap<string, ModelDraft>, report: Report): Versions {
  const versions = new Map<string, Map<string, ModelDraft>>();
  for (const draft of drafts.values()) {
    const { version } = draft;
    if (version === undefined) continue;
    const { model, v } = version;
    const known = versions.get(model);
    if (known !== undefined) known.set(v, draft);
    else versions.set(model, new Map([[v, draft]]));
    const other = known === undefined ? drafts.get(model) : undefined;
    if (other !== undefined) report(diagnose('name.duplicate', { name: model, kind: 'model', other: draft.file.path }, other.at));
  }
  return versions;
}

/** What `ref` and unit tests may call each draft: its name, and of the latest version the name of all. */
export function byRefName(drafts: ReadonlyMap<string, ModelDraft>): ReadonlyMap<string, ModelDraft> {
  const latest = [...drafts.values()].flatMap((draft) => (draft.version?.age === 'latest' ? [[draft.version.model, draft] as const] : []));
  return new Map([...latest, ...drafts]);
}

/**
 * The views that show the latest versions under the names of all, as dbt 1.12 makes them: readers from outside need not know of versions. There is
 * none for a model that is configured without, whose latest version is no relation, or where a version has the name already.
 */
export function pointerNodes(models: readonly ModelNode[]): readonly ModelNode[] {
  const taken = new Set(models.map(({ relation }) => relationName(relation)));
  return models.flatMap((latest): readonly ModelNode[] => {
    const { version, config, materialized, relation } = latest;
    if (version?.age !== 'latest' || config['latest_version_pointer'] === false || materialized === 'ephemeral') return [];
    const own = { schema: relation.schema, name: version.model };
    return taken.has(relationName(own)) ? [] : [pointerNode(latest, version.model, own)];
  });
}

function pointerNode(latest: ModelNode, name: string, relation: ModelNode['relation']): ModelNode {
  const { patchPath, tags, meta, group, access, columns } = latest;
  const path = patchPath ?? latest.path;
  const sql = `select * from ${relationName(latest.relation)}\n`;
  return {
    kind: 'model',
    id: `model.${name}`,
    name,
    package: latest.package,
    fqn: [...latest.fqn.slice(0, -2), name],
    path,
    ...(patchPath !== undefined && { patchPath }),
    at: latest.at,
    description: latest.description,
    tags,
    meta,
    config: { enabled: true, materialized: 'view' },
    dependsOn: [latest.id],
    relation,
    materialized: 'view',
    columns: columns.map((column) => ({ ...column, notNull: false })),
    primaryKey: [],
    contract: false,
    ...(group !== undefined && { group }),
    ...(access !== undefined && { access }),
    pointsAt: latest.id,
    raw: sql,
    sql,
    lines: { file: path, marks: [] },
  };
}
