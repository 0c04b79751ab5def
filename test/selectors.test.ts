import { etlx } from './support/etlx';
import { project, type Files } from './support/project';

const models = {
  'project.yaml': `name: demo\ntargets:\n  dev: {type: duckdb, path: .etlx/duck.db, schema: demo}\n`,
  'models/staging/a.sql': `{{ config(tags=['daily']) }}select 1 as id`,
  'models/staging/b.sql': `{{ config(tags=['daily', 'big']) }}select 1 as id`,
  'models/c.sql': `{{ config(materialized='view') }}select * from {{ ref('a') }}, {{ ref('b') }}`,
  'models/d.sql': `select * from {{ ref('c') }}`,
} satisfies Files;

const listed = async (definition: string, ...words: string[]): Promise<string> => {
  const selectors = `selectors:\n  - name: chosen\n    definition: ${definition}\n  - {name: daily, definition: {tag: daily}}\n`;
  const root = project({ ...models, 'selectors.yaml': selectors });
  const { code, stdout, stderr } = await etlx(root, ['ls', '--output', 'name', '--selector', 'chosen', ...words]);
  return code === 0 ? stdout.trim().split('\n').join(' ') : stderr;
};

test.each([
  ['tag:daily', 'a b'],
  ['"+c,tag:big d"', 'b d'],
  ['{tag: big}', 'b'],
  ['{method: fqn, value: c, parents: true, parents_depth: 1, children: true}', 'a b c d'],
  ['{method: fqn, value: a, childrens_parents: true}', 'a b c d'],
  ['{method: tag, value: daily, exclude: [{tag: big}]}', 'a'],
  ['{union: [{tag: big}, d, {exclude: [b]}]}', 'd'],
  ['{intersection: [{tag: daily}, {tag: big}]}', 'b'],
  ['{union: [{method: selector, value: daily}, d]}', 'a b d'],
  ['{union: [{selector: daily}, {intersection: [+d, {method: config.materialized, value: view}]}]}', 'a b c'],
])('%s chooses %s', async (definition, names) => {
  expect(await listed(definition)).toBe(names);
});

test.each([
  ['{tag: nothing}', 'selects nothing'],
  ['{method: tag}', '`value`'],
  ['{methd: tag, value: x}', 'is one method with its value'],
  ['{selector: dayly}', 'did you mean `daily`?'],
  ['{selector: chosen}', 'needs itself'],
  ['{union: [a, {exclude: [a]}, {exclude: [b]}]}', 'several `exclude`s'],
])('%s: %s', async (definition, message) => {
  expect(await listed(definition)).toContain(message);
});

test('the default one counts where no flag selects, and a name goes alone', async () => {
  const root = project({ ...models, 'selectors.yml': 'selectors:\n  - {name: usual, default: true, definition: d}\n' });
  const run = (...words: string[]) => etlx(root, ['ls', '--output', 'name', ...words]);
  expect(await run()).toMatchObject({ code: 0, stdout: 'd\n' });
  expect(await run('--select', 'a')).toMatchObject({ code: 0, stdout: 'a\n' });
  expect(await run('--select', 'a', '--selector', 'usual')).toMatchObject({ code: 2 });
  const { code, stderr } = await run('--selector', 'usul');
  expect(code).toBe(2);
  expect(stderr).toContain('did you mean `usual`?');
});
