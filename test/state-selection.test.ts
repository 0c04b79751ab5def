import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { etlx } from './support/etlx';
import { project, writeProject, type Files } from './support/project';

const files = {
  'project.yaml': `name: demo\ndefault_target: dev\ntargets:\n  dev: {type: duckdb, path: .etlx/duck.db, schema: demo}\n  other: {type: duckdb, path: .etlx/other.db, schema: elsewhere}\n`,
  'models/a.sql': 'select 1 as id\n',
  'models/b.sql': `select id, {{ tax() }} as tax from {{ ref('a') }}\n`,
  'models/c.sql': `select id from {{ ref('b') }}\n`,
  'models/m.yaml': 'models: [{name: a, description: one, columns: [{name: id, data_tests: [{accepted_values: {values: [1]}}]}]}]\n',
  'macros/tax.sql': '{{#macro tax()}}19{{/macro}}\n',
} satisfies Files;

let root: string;
const ls = async (...words: string[]): Promise<readonly string[]> => {
  const { code, stdout, stderr } = await etlx(root, ['ls', '--resource-type', 'model', '--select', ...words]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.slice('demo.'.length));
};

describe.each([
  ['as the target knows it', []],
  ['as artifacts of an earlier run say', ['--state', 'before']],
])('state: %s', (_name, flags) => {
  beforeAll(async () => {
    root = project(files);
    expect(await etlx(root, ['build'])).toMatchObject({ code: 0 });
    cpSync(join(root, 'target'), join(root, 'before'), { recursive: true });
  });

  const changed: readonly (readonly [what: string, files: Files, word: string, found: readonly string[]])[] = [
    ['nothing', {}, 'state:modified', []],
    ['nothing', {}, 'state:unmodified', ['a', 'b', 'c']],
    ['a comment', { 'models/a.sql': '-- the first\nselect 1  as id\n' }, 'state:modified', []],
    ['a text', { 'models/a.sql': 'select 2 as id\n' }, 'state:modified+', ['a', 'b', 'c']],
    ['a text', { 'models/a.sql': 'select 2 as id\n' }, 'state:modified.body', ['a']],
    ['a macro', { 'macros/tax.sql': '{{#macro tax()}}7{{/macro}}\n' }, 'state:modified.macros', ['b']],
    ['a macro', { 'macros/tax.sql': '{{#macro tax()}}7{{/macro}}\n' }, 'state:modified.body', []],
    ['config', { 'models/c.sql': `{{ config(materialized='view') }}select id from {{ ref('b') }}\n` }, 'state:modified.configs', ['c']],
    ['a name', { 'models/c.sql': `{{ config(alias='d') }}select id from {{ ref('b') }}\n` }, 'state:modified.relation', ['c']],
    ['a description', { 'models/m.yaml': 'models: [{name: a, description: two}]\n' }, 'state:modified.persisted_descriptions', ['a']],
    ['a new model', { 'models/d.sql': 'select 1 as x\n' }, 'state:new', ['d']],
    ['a new model', { 'models/d.sql': 'select 1 as x\n' }, 'state:old', ['a', 'b', 'c']],
  ];
  test.each(changed)('%s: %j %s', async (_what, edit, word, found) => {
    writeProject(root, { ...files, 'models/d.sql': '{{ config(enabled=false) }}select 1', ...edit });
    expect(await ls(word, ...flags)).toEqual(found);
  });

  test('nothing has changed: that is no error', async () => {
    writeProject(root, { ...files, 'models/d.sql': '{{ config(enabled=false) }}select 1' });
    const ran = await etlx(root, ['build', '--select', 'state:modified+', ...flags]);
    expect(ran.code).toBe(0);
    expect(ran.stdout + ran.stderr).toContain('nothing that was selected has changed');
  });
});

test('another target of the same project is compared without the names of its relations', async () => {
  writeProject(root, files);
  expect(await ls('state:modified.body', 'state:modified.macros', '--target', 'other', '--state', 'before')).toEqual([]);
});

test('result: how the steps of the latest run ended', async () => {
  writeProject(root, { ...files, 'models/b.sql': 'select no_such_column\n' });
  expect(await etlx(root, ['build', '--target', 'dev'])).toMatchObject({ code: 1 });
  expect(await ls('result:error')).toEqual(['b']);
  expect(await ls('result:skipped')).toEqual(['c']);
  expect(await ls('result:error+', '--state', 'target')).toEqual(['b', 'c']);
});

test('what there is nothing to compare with, and words that there are not', async () => {
  for (const [words, message] of [
    [['source_status:fresher'], '`--state`'],
    [['state:modified', '--state', 'nowhere'], 'there is no `'],
    [['state:changed'], 'no state is called `changed`'],
  ] as const) {
    const { code, stderr } = await etlx(root, ['ls', '--select', ...words]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  }
});
