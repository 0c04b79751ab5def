import { etlx, type Ran } from './support/etlx';
import { resultOf, statusesOf } from './support/artifacts';
import { project, writeProject, type Files } from './support/project';
import { startServer, type Server } from './support/server';

const files = {
  'models/base.sql': 'select 1 as id\n',
  'models/shown.sql': `{{ config(materialized='view') }}\nselect id, {{ tax() }} as tax from {{ ref('base') }}\n`,
  'models/last.sql': `select id, tax from {{ ref('shown') }}\n`,
  'models/other.sql': 'select 2 as id\n',
  'models/tests.yaml': `models:
  - {name: base, columns: [{name: id, data_tests: [unique]}]}
  - {name: last, columns: [{name: id, data_tests: [{relationships: {to: ref('base'), field: id}}]}]}
`,
  'macros/tax.sql': '{{#macro tax()}}19{{/macro}}\n',
} satisfies Files;

const DUCKDB = `name: demo\ntargets:\n  dev: {type: duckdb, path: .etlx/duck.db, schema: demo}\nretries: {max: 0}\n`;

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

describe.each(['postgres', 'duckdb'] as const)('on %s', (engine) => {
  let root: string;
  const call = (...words: string[]): Promise<Ran> => (engine === 'duckdb' ? etlx(root, words) : server.etlx(root, words));
  const build = async (...words: string[]): Promise<Ran> => {
    const ran = await call('build', '--changed', ...words);
    expect(ran).toMatchObject({ code: 0 });
    return ran;
  };
  /** The names of what was built, not left out. */
  const builtNow = (): readonly string[] =>
    Object.entries(statusesOf(root))
      .filter(([id, status]) => id.startsWith('model.') && status !== 'unchanged')
      .map(([id]) => id.slice('model.'.length))
      .sort();

  beforeAll(async () => {
    root = engine === 'duckdb' ? project({ ...files, 'project.yaml': DUCKDB }) : server.project('demo', files);
    expect(await call('build')).toMatchObject({ code: 0 });
  });

  test('an unchanged project builds nothing, asks no test, and says since when', async () => {
    const { stdout, stderr } = await build();
    expect(new Set(Object.values(statusesOf(root)))).toEqual(new Set(['unchanged']));
    expect(stdout + stderr).toContain('UNCHANGED=6');
    expect(resultOf(root, 'model.last').message).toMatch(/^unchanged since the run /);
  });

  test('a comment or white space builds nothing', async () => {
    writeProject(root, { 'models/base.sql': '-- one\nselect   1\n as id;\n' });
    await build();
    expect(builtNow()).toEqual([]);
  });

  test('an edited macro builds what uses it and what is below, and nothing else', async () => {
    writeProject(root, { 'macros/tax.sql': '{{#macro tax()}}7{{/macro}}\n' });
    const { stdout } = await call('plan');
    expect(stdout).toMatch(/^do +sql view model demo\.shown: a macro or a variable in it changed$/m);
    expect(stdout).toMatch(/^unchanged +sql table model demo\.other: unchanged since the run /m);
    expect(stdout).toMatch(/\d steps? to do, .* unchanged\n$/);
    await build();
    expect(builtNow()).toEqual(['last', 'shown']);
  });

  test('what reads a rebuilt model is built when that holds something else, and not when it does not', async () => {
    writeProject(root, { 'models/base.sql': 'select 1 + 0 as id\n' });
    await build();
    expect(builtNow()).toEqual(['base', 'last', 'shown']);
    await build();
    expect(builtNow()).toEqual([]);
  });

  test('a new test is asked, a relation that is gone is made again, a part of the project is enough', async () => {
    writeProject(root, { 'models/more.yaml': 'models: [{name: other, columns: [{name: id, data_tests: [not_null]}]}]\n' });
    await build();
    expect(statusesOf(root)['test.not_null_other_id']).toBe('pass');
    expect(builtNow()).toEqual([]);
    await build('--select', 'other');
    expect(statusesOf(root)).toEqual({ 'model.other': 'unchanged', 'test.not_null_other_id': 'unchanged' });
  });

  test('a view is made anew when what is above it has other columns', async () => {
    const all = {
      'models/wide.sql': 'select 1 as a\n',
      'models/all.sql': `{{ config(materialized='view') }}select * from {{ ref('wide') }}\n`,
    };
    const below = { 'models/below.sql': `select * from {{ ref('all') }}\n` };
    writeProject(root, { ...all, ...below });
    await build('--select', 'wide+');
    writeProject(root, { 'models/wide.sql': 'select 1 as a, 2 as b\n' });
    await build('--select', 'wide+');
    expect(builtNow()).toEqual(['all', 'below', 'wide']);
    const { stdout } = await call('show', 'below', '--output', 'json');
    expect(JSON.parse(stdout)).toMatchObject({ show: [{ a: 1, b: 2 }] });
    for (const name of ['wide', 'all', 'below']) writeProject(root, { [`models/${name}.sql`]: '{{ config(enabled=false) }}select 1' });
  });

  test('a failed audit leaves nothing written down: the next run builds it again', async () => {
    writeProject(root, { 'models/base.sql': 'select 3 as id union all select 3\n' });
    expect(await call('build', '--changed')).toMatchObject({ code: 1 });
    expect(await call('build', '--changed')).toMatchObject({ code: 1 });
    writeProject(root, { 'models/base.sql': 'select 1 + 0 as id\n' });
    await build();
    expect(builtNow()).toEqual([]);
  });

  test('--full-refresh builds all of it', async () => {
    await build('--full-refresh');
    expect(builtNow()).toEqual(['base', 'last', 'other', 'shown']);
  });
});
