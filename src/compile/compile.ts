import { diagnose, EtlxError, type Diagnostic, type Report } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';
import type { Manifest } from '../core/manifest';
import type { Node, NodeId } from '../core/node';
import type { Invocation, Project, TextFile } from '../core/project';
import { graphOf, type Graph } from '../graph/graph';
import { settingsOf } from '../parse/settings';
import { withAttached, type AttachedContext } from './attached';
import { reportConfiguredFolders } from './configFolders';
import { deprecatedModels } from './deprecated';
import { describedByParents } from './descriptions';
import { docBlocks, docHelpers } from './docBlocks';
import { wholeNode, withEphemerals } from './ephemeral';
import { exposureNodes } from './exposureNodes';
import { forbiddenBy, groupsOf } from './groups';
import { byName, modelDraft, reportSharedRelations, stemOf } from './modelDrafts';
import { modelNode } from './modelNodes';
import { declarationsIn, modelProperties } from './modelProperties';
import { bySource, namesOf, timed, type Named } from './names';
import { schemasBy } from './naming';
import { seedsOf } from './seedNodes';
import { snapshotDrafts, snapshotNode } from './snapshotNodes';
import { sourceDeclarations, textRenderer } from './sourceDeclarations';
import { sourceNodes } from './sourceNodes';
import { FIXTURES, overridesOf, unitTestNodes } from './unitTests';
import { variablesOf } from './vars';
import { byRefName, pointerNodes, versionsAmong } from './versions';
import { engineOf, helperNames, HELPERS, VARIABLES, vocabularyOf } from './vocabulary';
import { macrosOf } from './macros';
import { operationsOf, type Operations } from './operations';
import { queryCommentOf, type QueryComment } from './queryComment';
import { singularTestNode } from './singularTests';
import { targetOf } from './target';
import { testedOf } from './tested';
import { genericTestNodes, type TestContext } from './testDrafts';
import { GENERIC_FOLDER, writtenTests } from './writtenTests';

/** What etlx knows of a project when it has compiled: the manifest, and what is needed to render more templates in it (`show --inline`). */
export interface Compiled {
  readonly manifest: Manifest;
  /** Of all nodes of the manifest; it has no cycle. */
  readonly graph: Graph;
  /** What somebody should look at, although nothing is wrong yet. */
  readonly warnings: readonly Diagnostic[];
  readonly operations: Operations;
  /** What each statement of a node says of itself in a run; absent: what etlx makes of it, null: nothing. */
  readonly queryComment?: QueryComment | null;
  /** Compiles a query of the user's own. Throws EtlxError. */
  readonly inline: (text: string) => { readonly sql: string; readonly dependsOn: readonly NodeId[] };
  /** What a macro of the project gives for arguments by name. Throws EtlxError. */
  readonly call: (macro: string, args: Readonly<Record<string, TemplateValue>>) => string;
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
  const chosenTarget = targetOf(settings, invocation.target);
  const { target, retries, schemaRule = settings.schemaRule } = chosenTarget;
  const schemaOf = schemasBy(schemaRule, target.schema);
  const filesIn = (folder: string, ending: RegExp): readonly TextFile[] =>
    project.files.filter(({ path }) => path.startsWith(folder) && ending.test(path));

  const lookups = {
    vars: variablesOf(settings, chosenTarget, invocation.vars, report),
    env: invocation.env,
    target: { name: target.name, schema: target.schema, type: target.type, threads: target.threads },
  };
  const engine = engineOf(target.type);
  const macros = macrosOf(project, { reserved: HELPERS, type: target.type }, report);
  const vocabulary = vocabularyOf(lookups, macros, engine, report);
  const plain = vocabulary.plainScope(report);

  const docs = docBlocks(filesIn('models/', /\.md$/), report);
  const describing = (note: Report) => vocabulary.plainScope(note, docHelpers(docs, note));
  const render = textRenderer(describing, report);
  const sources = sourceDeclarations(filesIn('sources/', /\.ya?ml$/), describing, report);
  const declared = declarationsIn(filesIn('models/', /\.ya?ml$/), render, report);
  const modelFiles = filesIn('models/', /\.sql$/);
  const properties = modelProperties(declared.models, new Set(modelFiles.map(stemOf)), report);
  const drafts = modelFiles.map((file) => modelDraft(file, { settings, schemaOf, properties, scope: plain, report }));
  const models = byName(
    drafts.filter((draft) => draft !== undefined),
    report,
  );
  const seeds = seedsOf(project.seeds, filesIn('seeds/', /\.ya?ml$/), { settings, schemaOf, render, report });
  const seedNodes = [...seeds.values()]
    .map(({ node }) => node)
    .filter(({ name, at }) => {
      const model = models.get(name);
      if (model !== undefined) report(diagnose('name.duplicate', { name, kind: 'node', other: model.file.path }, at));
      return model === undefined;
    });
  const snapshots = snapshotDrafts(filesIn('snapshots/', /\.ya?ml$/), {
    settings,
    schemaOf,
    render,
    others: new Map([
      ...seedNodes.map(({ name, path }) => [name, path] as const),
      ...[...models.values()].map(({ name, file }) => [name, file.path] as const),
    ]),
    report,
  });

  const fromSources = [...sources.values()].flatMap((source) => sourceNodes(source, settings.name, target.schema, report));
  reportConfiguredFolders(
    settings,
    project,
    fromSources.map(({ fqn }) => fqn.slice(1, -1)),
    report,
  );
  const tables = fromSources.filter((node) => node.kind === 'source');
  const named = byRefName(models);
  const names = namesOf(
    settings.name,
    new Map<string, Named>([...[...seedNodes, ...snapshots].map((node) => [node.name, timed(node)] as const), ...named]),
    bySource(tables),
    versionsAmong(models, report),
    invocation.elsewhere,
  );
  const helpers = helperNames(macros);
  const variables = VARIABLES;
  macros.check(helpers, variables);
  const attaching: AttachedContext = {
    names,
    helpers,
    variables,
    callsOf: macros.callsOf,
    scopeOf: (relation, isIncremental) => vocabulary.scope(names, { relation, isIncremental }),
    report,
  };
  const groups = groupsOf(declared.groups, report);
  const forbidden = forbiddenBy(models.values(), groups, report);
  const written = [...models.values()].map((draft) =>
    modelNode(draft, {
      project: settings.name,
      names,
      helpers,
      variables,
      callsOf: macros.callsOf,
      scopeOf: ({ relation, text }, of) => vocabulary.scope(names, { ...(text === undefined && { relation }), ...of }),
      attaching,
      forbidden,
      report,
    }),
  );
  const modelNodes = [...written, ...pointerNodes(written)];
  const snapshotNodes = snapshots.flatMap((draft) => {
    const node = snapshotNode(draft, { project: settings.name, names, report });
    return node === undefined ? [] : [withAttached(node, draft.config, attaching)];
  });
  const built = modelNodes.filter(({ materialized }) => materialized !== 'ephemeral');

  const singularFiles = filesIn('tests/', /\.sql$/).filter(({ path }) => !path.startsWith(GENERIC_FOLDER) && !path.startsWith(FIXTURES));
  const testContext: TestContext = {
    settings,
    schema: target.schema,
    schemaOf,
    engine,
    written: writtenTests(filesIn(GENERIC_FOLDER, /\.sql$/), { helpers, variables, scope: plain, report }),
    names,
    helpers,
    variables,
    callsOf: macros.callsOf,
    scope: (as) => vocabulary.scope(names, { as }),
    report,
  };
  const tests = [
    ...testedOf(sources, tables, [...seeds.values()], [...models.values(), ...snapshots]).flatMap((tested) =>
      genericTestNodes(tested, testContext),
    ),
    ...singularFiles.flatMap((file) => singularTestNode(file, testContext) ?? []),
  ];
  const kept = tests.flatMap(({ id, at, stored }) => (stored === undefined ? [] : [{ id, at, relation: stored.relation }]));
  reportSharedRelations([...tables, ...seedNodes, ...snapshotNodes, ...built, ...kept], report);
  const unitTests = unitTestNodes(declared.unitTests, {
    project: settings.name,
    models: named,
    nodes: modelNodes,
    names,
    fixtures: filesIn(FIXTURES, /\.(csv|sql)$/),
    scopeWith: ({ relation }, overrides) => vocabulary.scope(names, { relation, overrides: overridesOf(overrides) }),
    report,
  });
  const exposures = exposureNodes(declared.exposures, { project: settings.name, names, forbidden, report });
  const nodes = new Map<NodeId, Node>();
  const attachedSeeds = seedNodes.map((node) => withAttached(node, seeds.get(node.name)!.config, attaching));
  for (const node of [...fromSources, ...attachedSeeds, ...snapshotNodes, ...modelNodes, ...tests, ...unitTests, ...exposures]) {
    const other = nodes.get(node.id);
    if (other === undefined) nodes.set(node.id, node);
    else if (node.kind === 'test') report(diagnose('name.duplicate', { name: node.name, kind: 'test', other: other.path }, node.at));
  }
  const graph = graphOf(nodes.values());
  for (const cycle of graph.cycles()) {
    report(diagnose('graph.cycle', { path: cycle.map((id) => `\`${nodes.get(id)!.name}\``) }, nodes.get(cycle[0]!)!.at));
  }
  const operations = operationsOf(settings, { ...attaching, scope: vocabulary.scope(names, {}), nodes, target });
  const queryComment = queryCommentOf(settings.queryComment, { helpers, variables, scope: plain, nodes, report });
  assertSound();
  const whole = withEphemerals(modelNodes);
  for (const node of [...snapshotNodes, ...modelNodes, ...tests]) nodes.set(node.id, wholeNode(node, whole));
  for (const node of describedByParents(nodes, graph)) nodes.set(node.id, node);
  return {
    manifest: {
      project: settings.name,
      target,
      lake: settings.lake,
      retries: { ...settings.retries, ...retries },
      nodes,
      groups,
      docs: [...docs.values()],
      operations: operations.all,
    },
    graph,
    operations,
    ...(queryComment !== undefined && { queryComment }),
    warnings: invocation.today === undefined ? [] : deprecatedModels(nodes, graph, invocation.today),
    call: (macro, args) => vocabulary.call(macro, args, names),
    inline: (text) => {
      const query = vocabulary.inline(text, names);
      return whole(query, query.dependsOn);
    },
  };
}
