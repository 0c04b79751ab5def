import { etlx, type Ran } from './support/etlx';
import { problemLines } from './support/problems';
import { project, type Files } from './support/project';

const files = {
  'project.yaml': 'name: demo\ntargets:\n  dev: {type: duckdb, path: .etlx/duck.db, schema: demo}\nretries: {max: 0}\n',
  'models/a.sql': 'select 1 as id\n',
  'macros/sql.sql': `{{#macro add(value, table='notes')}}
create table if not exists {{ table }} (id integer, text varchar);
insert into {{ table }} values (1, 'a;b'), ({{ value }}, null); -- done;
select * from {{ table }} order by id;
update {{ table }} set text = 'x' where id = 1 returning id
{{/macro}}
{{#macro copied()}}create table copied as select * from {{ ref('a') }}{{/macro}}
{{#macro broken()}}create table half as select 1 as id; select * from nowhere{{/macro}}
{{#macro empty()}}-- nothing{{/macro}}
`,
  'macros/code.ts': `export const counting = ({ from }: { readonly from: string }) => 'select count(*) as n from ' + from;\n`,
} satisfies Files;

let root: string;
const run = (...words: string[]): Promise<Ran> => etlx(root, ['run-operation', ...words]);
beforeAll(async () => {
  root = project(files);
  expect(await etlx(root, ['run'])).toMatchObject({ code: 0 });
});

test('the statements of a macro, in one transaction; what queries answer is printed', async () => {
  const { code, stdout, stderr } = await run('add', '--args', '{value: 7}');
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'add: ran 4 statements\n' });
  expect(stdout).toBe('|  id | text |\n| --- | ---- |\n|   1 | a;b  |\n|   7 |      |\n|  id |\n| --- |\n|   1 |\n');
  expect(await run('counting', '--args', '{from: notes}', '--output', 'json', '--quiet')).toEqual({
    code: 0,
    stdout: '[{"n":2}]\n',
    stderr: '',
  });
});

test('what it refers to is a table of the project', async () => {
  expect(await run('copied')).toMatchObject({ code: 0, stdout: '' });
  expect(await run('counting', '--args', '{from: copied}', '--output', 'json')).toMatchObject({ stdout: '[{"n":1}]\n' });
});

test('a failure leaves nothing', async () => {
  const { code, stdout, stderr } = await run('broken');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(problemLines(stderr)).toEqual([expect.stringContaining('nowhere')]);
  expect((await run('counting', '--args', '{from: half}')).code).toBe(2);
});

test('of what cannot be run', async () => {
  const says = async (...words: string[]): Promise<readonly string[]> => problemLines((await run(...words)).stderr);
  expect(await says('copid')).toEqual(['- no helper or macro is called `copid` / did you mean `copied`?']);
  expect(await says('add')).toEqual([expect.stringContaining('`value` is missing')]);
  expect(await says('add', '--args', '{value: 1, tabel: x}')).toEqual([expect.stringContaining('did you mean `table`?')]);
  expect(await says('add', '--args', '1')).toEqual([expect.stringContaining('`--args` takes a mapping')]);
  expect(await says('empty')).toEqual([expect.stringContaining('the macro `empty` gives no SQL')]);
  expect(await says()).toEqual([expect.stringContaining('`etlx run-operation` takes a macro')]);
});
