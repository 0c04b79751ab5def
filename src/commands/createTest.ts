import { scratchDatabase } from '../adapters/scratch';
import { dialectOf } from '../adapters/dialects';
import { compile } from '../compile/compile';
import { closest } from '../core/closest';
import { failure } from '../core/diagnostic';
import type { ModelNode, RelationNode, UnitTestNode } from '../core/node';
import type { TableColumn } from '../core/plan';
import type { Adapter } from '../core/ports';
import { relationKey, relationName } from '../core/relation';
import type { WrittenRows } from '../core/unitTest';
import { volatileWord } from '../core/volatile';
import { replaceFile } from '../disk/write';
import { tablesRead } from '../graph/tablesRead';
import { columnsMeant, sampleOf, textsOf } from '../plan/recorded';
import { scratchOf, unitTestStep } from '../plan/unitTest';
import { unitTestYaml, type RecordedTest } from '../report/unitTestYaml';
import { relationText } from '../report/words';
import { unitTestsIn } from '../run/unitTest';
import { inDatabase } from './database';
import type { Flags } from './flags';
import { invocationOf } from './invocation';
import { numberFlag, openProject, type OnRead, type Opened } from './opened';
import type { Shell } from './shell';

const ROWS = 3;
/** What a recorded test is called; recording another one of the same model takes its place. */
const NAME = 'recorded';

/**
 * `etlx create-test <model>`: a unit test from the first rows of the tables that the model reads, and from what the model gives for them in a database
 * of etlx's own. It is written when it has passed. Answers the exit code.
 */
export async function createTest(name: string | undefined, flags: Flags, shell: Shell, onRead: OnRead): Promise<number> {
  if (name === undefined)
    throw failure('usage', { problem: '`etlx create-test` takes a model', hint: 'for example: `etlx create-test user_summaries`' });
  const limit = numberFlag('limit', flags.limit, 0) ?? ROWS;
  const opened = await openProject(flags, shell, onRead);
  const model = modelCalled(name, opened);
  const path = `${model.path.slice(0, model.path.lastIndexOf('.'))}.${NAME}.yaml`;
  const parents = tablesRead(model, opened.manifest.nodes);
  const given = parents.length === 0 ? [] : await inDatabase(opened, shell, (adapter) => givenFrom(adapter, model, parents, limit));
  const draft: RecordedTest = {
    name: NAME,
    model: model.name,
    description: `What ${model.name} gives for a few real rows`,
    ...(volatileWord(model.sql) !== undefined && { freeze: shell.clock.now().toISOString() }),
    given,
    expected: { columns: [], rows: [] },
  };
  const text = await recorded(draft, { path, model, opened, flags, shell });
  if (flags.write) {
    replaceFile(opened.project.root, path, text);
    if (!flags.quiet) shell.stderr.write(`wrote ${path}\n`);
  } else shell.stdout.write(text);
  return 0;
}

/** Throws EtlxError `ref.unknown`. */
function modelCalled(name: string, { manifest }: Opened): ModelNode {
  const models = [...manifest.nodes.values()].filter((node): node is ModelNode => node.kind === 'model');
  const found = models.find((model) => model.name === name || model.id === name);
  if (found !== undefined) return found;
  throw failure('ref.unknown', {
    name,
    closest: closest(
      name,
      models.map((model) => model.name),
    ),
  });
}

/** The first rows of each table. Throws EtlxError `relation.missing` for one that does not stand. */
async function givenFrom(
  adapter: Adapter,
  model: ModelNode,
  parents: readonly RelationNode[],
  limit: number,
): Promise<RecordedTest['given']> {
  const catalog = await adapter.catalog([...new Set(parents.map(({ relation }) => relation.schema))]);
  const given: { input: string; rows: WrittenRows }[] = [];
  for (const parent of parents) {
    const { relation } = parent;
    if (!catalog.has(relationKey(relation))) throw failure('relation.missing', { relation: relationText(relationName(relation)) });
    const standing = (await adapter.query(adapter.dialect.columnsQuery(relation))).rows as unknown as readonly TableColumn[];
    const declared = parent.columns.map((column) => column.name);
    const isDeclared = declared.length > 0 && (parent.kind !== 'model' || parent.contract);
    const names = standing.map((column) => column.name).filter((column) => !isDeclared || declared.includes(column));
    const columns = columnsMeant(model.sql, names);
    const { rows } = await adapter.query(sampleOf(parent, columns, limit).sql);
    given.push({
      input: inputOf(parent),
      rows: { columns, rows: rows.map((row) => columns.map((column) => row[column] as string | null)) },
    });
  }
  return given;
}

/** As templates call it. */
function inputOf(node: RelationNode): string {
  if (node.kind === 'source') return `source('${node.source}', '${node.table}')`;
  const version = node.kind === 'model' ? node.version : undefined;
  return version === undefined ? `ref('${node.name}')` : `ref('${version.model}', v='${version.v}')`;
}

interface Recording {
  readonly path: string;
  readonly model: ModelNode;
  readonly opened: Opened;
  readonly flags: Flags;
  readonly shell: Shell;
}

/** The test with what the model gives, after it has passed. Throws EtlxError `unit_test.unsteady` when it does not. */
async function recorded(draft: RecordedTest, { path, model, opened, flags, shell }: Recording): Promise<string> {
  const { project, manifest } = opened;
  const stepOf = (text: string) => {
    const files = [...project.files.filter((file) => file.path !== path), { path, text }];
    const { manifest: withTest, graph } = compile({ ...project, files }, invocationOf(flags, shell));
    const test = withTest.nodes.get(`unit_test.${model.name}.${NAME}`) as UnitTestNode;
    const dialect = dialectOf(withTest.target);
    return { step: unitTestStep(test, model, [], dialect), scratch: scratchOf([test], withTest.nodes, graph.order(), dialect) };
  };
  const { step, scratch } = stepOf(unitTestYaml(draft));
  const adapter = await scratchDatabase(manifest.target, { root: project.root, env: shell.env, image: shell.image });
  try {
    const { test, answer } = unitTestsIn(adapter, scratch);
    const expected = await answer(step, (columns) => textsOf(step.comparisons[0]!.actual, columns), shell.signal);
    const text = unitTestYaml({ ...draft, expected });
    if ((await test(stepOf(text).step, shell.signal)).status === 'pass') return text;
    throw failure('unit_test.unsteady', { model: model.name });
  } finally {
    await adapter.close();
  }
}
