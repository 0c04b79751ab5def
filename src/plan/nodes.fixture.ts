import type { Manifest } from '../core/manifest';
import { CANDIDATE, type Column, type ModelNode, type Node, type NodeId, type SourceNode, type TestNode } from '../core/node';
import type { Addition, Plan, Statement } from '../core/plan';
import { META_COLUMNS } from '../core/snapshot';
import { base } from '../graph/nodes.fixture';

/* Nodes for the tests of this folder, written as short as they can be; all relations are in the schema `shop`. */

export const column = (name: string, dataType?: string, notNull = false): Column => ({
  name,
  description: '',
  dataType,
  notNull,
  tags: [],
  meta: {},
});

export const model = (name: string, dependsOn: readonly NodeId[] = [], more: Partial<ModelNode> = {}): ModelNode => ({
  ...base(name, dependsOn),
  id: `model.${name}`,
  kind: 'model',
  relation: { schema: 'shop', name },
  materialized: 'table',
  columns: [],
  primaryKey: [],
  contract: false,
  raw: '',
  sql: `select 1 as id`,
  lines: { file: `models/${name}.sql`, marks: [[0, 0]] },
  ...more,
});

export const source = (name: string, more: Partial<SourceNode> = {}): SourceNode => ({
  ...base(name, more.loaded === false ? [] : [`dataset.api.${name}`]),
  id: `source.api.${name}`,
  kind: 'source',
  source: 'api',
  table: name,
  relation: { schema: 'shop', name },
  columns: [column('id', 'INT'), column('title', 'VARCHAR(255)')],
  primaryKey: ['id'],
  loaded: true,
  ...more,
});

/** A source table with the nodes that fill it: its extract, its dataset, itself. */
export const loaded = (name: string): readonly Node[] => [
  { ...base(name, []), id: `extract.api.${name}`, kind: 'extract', source: 'api', resource: {} as never },
  {
    ...base(name, [`extract.api.${name}`]),
    id: `dataset.api.${name}`,
    kind: 'dataset',
    source: 'api',
    table: name,
    transform: {} as never,
    land: 'raw',
    columns: [],
    primaryKey: ['id'],
  },
  source(name),
];

/** A not-null test; with one parent it can be asked of a candidate. */
export const test = (name: string, dependsOn: readonly NodeId[], more: Partial<TestNode> = {}): TestNode => ({
  ...base(name, dependsOn),
  id: `test.${name}`,
  kind: 'test',
  testType: 'generic',
  sql: `select * from ${tableOf(dependsOn[0]!)} where id is null`,
  ...(dependsOn.length === 1 && { auditSql: `select * from ${CANDIDATE} where id is null` }),
  severity: 'error',
  warnIf: '!= 0',
  errorIf: '!= 0',
  failCalc: 'count(*)',
  ...more,
});

const tableOf = (id: NodeId): string => `"shop"."${id.slice(id.lastIndexOf('.') + 1)}"`;

export const manifest = (nodes: readonly Node[]): Manifest => ({
  project: 'shop',
  target: { type: 'pglite', name: 'dev', path: '.etlx/dev', schema: 'shop', threads: 4 },
  lake: { url: '.etlx/lake' },
  retries: { max: 1, delay: 5, backoff: 2, max_delay: 60 },
  nodes: new Map(nodes.map((node) => [node.id, node])),
});

/** A plan as SQL with a comment before each part: what the golden files hold. */
export function sqlOf({ prepare, steps }: Plan): string {
  const section = (title: string, statements: readonly Statement[]): string =>
    statements.length === 0 ? '' : `-- ${title}\n${statements.map(({ sql }) => `${sql};\n`).join('')}`;
  const parts = steps.map((step) => {
    const head = `-- ## ${step.kind} ${step.id}${step.after.length > 0 ? ` after ${step.after.join(', ')}` : ''}\n`;
    if (step.kind === 'test') return head + section('check', [step.check.statement]);
    if (step.kind !== 'model' && step.kind !== 'snapshot' && step.kind !== 'load') return head;
    const between = step.kind === 'load' ? section('finish', step.finish) : '';
    const describe = step.kind === 'model' && step.describe !== undefined ? section('describe', [step.describe]) : '';
    const own = step.kind === 'snapshot' ? META_COLUMNS : [];
    const addition = step.kind !== 'load' && step.addition !== undefined ? additionOf(step.addition, own) : '';
    const { together, abandon = [], views = [] } = step.auditing ?? {};
    const scan = together === undefined ? '' : section(`audits ${together.members.map(({ id }) => id).join(', ')}`, [together.statement]);
    const audits = step.audits.map((check) => section(`audit ${check.id}`, [...(check.store ?? []), check.statement])).join('');
    const built = head + describe + section('build', step.build) + between + addition;
    return built + scan + audits + section('or, when an audit fails', abandon) + section('publish', [...step.publish, ...views]);
  });
  return [section('prepare', prepare), ...parts].join('\n');

  /** As it is where the new rows have the columns of the table, whose `id` holds no null, save those that are its own. */
  function additionOf({ words, question, standing, arriving, into }: Addition, own: readonly string[]): string {
    const columns = ['id', 'day', 'amount'].map((name) => ({ name, type: 'integer', required: name === 'id' }));
    const asked = [standing, arriving, ...(question === undefined ? [] : [question.statement])];
    const table = [...columns, ...own.map((name) => ({ name, type: 'timestamp', required: false }))];
    const isNew = standing.sql === arriving.sql;
    return section(`ask: ${words}`, asked) + section('add', into(table, isNew ? table : columns).statements);
  }
}
