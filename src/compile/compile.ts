import { closest } from '../core/closest';
import { diagnose, EtlxError, failure, type Diagnostic, type Report } from '../core/diagnostic';
import type { Manifest } from '../core/manifest';
import type { Node, NodeId } from '../core/node';
import type { Invocation, Project, TextFile } from '../core/project';
import { graphOf, type Graph } from '../graph/graph';
import { propertiesOf, type ModelProperties } from '../parse/properties';
import { settingsOf, type Settings, type TargetSettings } from '../parse/settings';
import { reportUnknownFolders } from './configFolders';
import { byName, modelDraft, reportSharedRelations, type ModelDraft } from './modelDrafts';
import { modelNode } from './modelNodes';
import { namesOf, type Named } from './names';
import { sourceDeclarations } from './sourceDeclarations';
import { sourceNodes } from './sourceNodes';
import { HELPERS, vocabularyOf } from './vocabulary';
import { macrosOf } from './macros';
import { singularTestNode } from './singularTests';
import { genericTestNodes, type Tested } from './testDrafts';

/** What etlx knows of a project when it has compiled: the manifest, and what is needed to render more templates in it (`show --inline`). */
export interface Compiled {
  readonly manifest: Manifest;
  /** Of all nodes of the manifest; it has no cycle. */
  readonly graph: Graph;
  /** Compiles a query of the user's own. Throws EtlxError. */
  readonly inline: (text: string) => { readonly sql: string; readonly dependsOn: readonly NodeId[] };
}

/**
 * Compiles a project: reads every file, links every name, renders every template. Needs no database, no clock, no file system.
 * Throws EtlxError with everything that is wrong, each problem once.
 */
export function compile(project: Project, invocation: Invocation): Compiled {
  const problems = new Map<string, Diagnostic>();
  const report: Report = (problem) => {
    const { at } = problem;
    const key = `${problem.code} ${at?.file}:${at?.line}:${at?.column} ${problem.message}`;
    if (!problems.has(key)) problems.set(key, problem);
  };
  const assertSound = (): void => {
    if (problems.size > 0) throw new EtlxError([...problems.values()]);
  };

  const settings = settingsOf(project.settings, report);
  if (settings === undefined) throw new EtlxError([...problems.values()]);
  const { target, vars, retries } = targetOf(settings, invocation.target);
  const filesIn = (folder: string, ending: RegExp): readonly TextFile[] =>
    project.files.filter(({ path }) => path.startsWith(folder) && ending.test(path));

  const lookups = {
    vars: { ...settings.vars, ...vars, ...invocation.vars },
    env: invocation.env,
    target: { name: target.name, schema: target.schema, type: target.type, threads: target.threads },
  };
  const macros = macrosOf(project, HELPERS, report);
  const vocabulary = vocabularyOf(lookups, macros, report);
  const plain = vocabulary.plainScope(report);

  const sources = sourceDeclarations(filesIn('sources/', /\.ya?ml$/), vocabulary.plainScope, report);
  const properties = modelProperties(filesIn('models/', /\.ya?ml$/), report);
  const drafts = filesIn('models/', /\.sql$/).map((file) =>
    modelDraft(file, { settings, schema: target.schema, properties, scope: plain, report }),
  );
  const models = byName(
    drafts.filter((draft) => draft !== undefined),
    report,
  );
  reportOrphans(properties, new Set(drafts.length === models.size ? models.keys() : namesOfFiles(filesIn('models/', /\.sql$/))), report);

  const fromSources = [...sources.values()].flatMap((source) => sourceNodes(source, settings.name, target.schema));
  const modelFolders = filesIn('models/', /./).map(({ path }) => path.split('/').slice(1, -1));
  reportUnknownFolders(settings.models, settings.name, modelFolders, report);
  const testFolders = [
    ...filesIn('tests/', /./).map(({ path }) => path.split('/').slice(1, -1)),
    ...fromSources.map(({ fqn }) => fqn.slice(1, -1)),
  ];
  reportUnknownFolders(settings.tests, settings.name, [...modelFolders, ...testFolders], report);
  const tables = fromSources.filter((node) => node.kind === 'source');
  const names = namesOf(settings.name, models, bySource(tables));
  const helpers = new Set([...HELPERS, ...macros.names]);
  const variables = new Set(['target']);
  macros.check(helpers, variables);
  const modelNodes = [...models.values()].map((draft) =>
    modelNode(draft, {
      project: settings.name,
      names,
      helpers,
      variables,
      callsOf: macros.callsOf,
      scopeOf: ({ relation }) => vocabulary.scope(names, { relation }),
      report,
    }),
  );
  reportSharedRelations([...tables, ...modelNodes], report);

  const testContext = {
    settings,
    names,
    helpers,
    variables,
    callsOf: macros.callsOf,
    scope: (as?: { id: NodeId; text: string }) => vocabulary.scope(names, { as }),
    report,
  };
  const tests = [
    ...testedOf(sources, tables, [...models.values()]).flatMap((tested) => genericTestNodes(tested, testContext)),
    ...filesIn('tests/', /\.sql$/).flatMap((file) => singularTestNode(file, testContext) ?? []),
  ];
  const nodes = new Map<NodeId, Node>();
  for (const node of [...fromSources, ...modelNodes, ...tests]) {
    const other = nodes.get(node.id);
    if (other === undefined) nodes.set(node.id, node);
    else if (node.kind === 'test') report(diagnose('name.duplicate', { name: node.name, kind: 'test', other: other.path }, node.at));
  }
  const graph = graphOf(nodes.values());
  for (const cycle of graph.cycles()) {
    report(diagnose('graph.cycle', { path: cycle.map((id) => `\`${nodes.get(id)!.name}\``) }, nodes.get(cycle[0]!)!.at));
  }
  assertSound();
  return {
    manifest: { project: settings.name, target, lake: settings.lake, retries: { ...settings.retries, ...retries }, nodes },
    graph,
    inline: (text) => vocabulary.inline(text, names),
  };
}

function targetOf({ targets, defaultTarget }: Settings, name = defaultTarget): TargetSettings {
  const target = targets.get(name);
  if (target !== undefined) return target;
  const known = [...targets.keys()];
  throw failure('target.unknown', { target: name, known, closest: closest(name, known) });
}

function modelProperties(files: readonly TextFile[], report: Report): ReadonlyMap<string, ModelProperties> {
  const properties = new Map<string, ModelProperties>();
  for (const each of files.flatMap((file) => propertiesOf(file, report))) {
    const other = properties.get(each.name);
    if (other === undefined) properties.set(each.name, each);
    else report(diagnose('name.duplicate', { name: each.name, kind: 'model description', other: other.at.file }, each.at));
  }
  return properties;
}

const namesOfFiles = (files: readonly TextFile[]): readonly string[] =>
  files.map(({ path }) => path.slice(path.lastIndexOf('/') + 1, -'.sql'.length));

/** Reports descriptions of models that do not exist. */
function reportOrphans(properties: ReadonlyMap<string, ModelProperties>, models: ReadonlySet<string>, report: Report): void {
  for (const { name, at } of properties.values()) {
    if (!models.has(name)) report(diagnose('properties.orphan', { kind: 'model', name, closest: closest(name, models) }, at));
  }
}

function bySource(
  tables: readonly (Named & { readonly source: string; readonly table: string })[],
): ReadonlyMap<string, ReadonlyMap<string, Named>> {
  const sources = new Map<string, Map<string, Named>>();
  for (const each of tables) {
    const known = sources.get(each.source);
    if (known) known.set(each.table, each);
    else sources.set(each.source, new Map([[each.table, each]]));
  }
  return sources;
}

/** Everything that generic tests are declared on. */
function testedOf(
  sources: ReturnType<typeof sourceDeclarations>,
  tables: readonly (Named & { readonly source: string; readonly table: string; readonly fqn: readonly string[] })[],
  models: readonly ModelDraft[],
): readonly Tested[] {
  const ofTables = tables.map(({ id, relation, source, table, fqn }): Tested => {
    const declared = sources.get(source)!.tables.find(({ name }) => name === table)!;
    const { tags, columns, tests } = declared;
    return {
      id,
      relation,
      name: `${source}_${table}`,
      isSource: true,
      file: declared.at.file,
      folders: fqn.slice(1, -1),
      tags,
      columns,
      tests,
    };
  });
  const ofModels = models.flatMap(({ id, relation, name, folders, properties }): readonly Tested[] =>
    properties === undefined
      ? []
      : [
          {
            id,
            relation,
            name,
            isSource: false,
            file: properties.at.file,
            folders,
            tags: [],
            columns: properties.columns,
            tests: properties.tests,
          },
        ],
  );
  return [...ofTables, ...ofModels];
}
