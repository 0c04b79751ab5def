import { startServer, type Server } from './support/server';
import { etlx } from './support/etlx';
import { project } from './support/project';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const checked = (more = ''): string => `models:
  - name: people${more}
    constraints:
      - {type: check, expression: age < 150, name: nobody_is_so_old}
    columns:
      - {name: age, data_type: int, constraints: [{type: check, expression: age >= 0}]}
`;

describe('checks', () => {
  test.each([
    ['of a table as the SELECT makes it', ''],
    ['of a contract', '\n    config: {contract: {enforced: true}}'],
  ])('%s are kept by the database, under names that last', async (_name, more) => {
    const root = server.project('checks', {
      'models/people.sql': `select {{ var('age', 36) }} as age`,
      'models/people.yaml': checked(more),
    });
    await server.ran(root, 'build');
    await server.ran(root, 'build');
    const names = await server.values(
      "select conname from pg_constraint where conrelid = 'checks.people'::regclass and contype = 'c' order by 1",
    );
    expect(names).toEqual(['nobody_is_so_old', 'people_check_2']);
    const { stderr } = await server.ran(root, 'build', 1, { age: 151 });
    expect(stderr).toContain('nobody_is_so_old');
    expect(await server.values('select age from checks.people')).toEqual([36]);
  });

  test('on DuckDB, where only a contract has them', async () => {
    const settings = 'name: demo\ntargets:\n  dev: {type: duckdb, path: .etlx/duck.db, schema: demo}\nretries: {max: 0}\n';
    const files = { 'project.yaml': settings, 'models/people.sql': `select {{ var('age', 36) }} as age` };
    const root = project({ ...files, 'models/people.yaml': checked('\n    config: {contract: {enforced: true}}') });
    expect(await etlx(root, ['build'])).toMatchObject({ code: 0 });
    expect(await etlx(root, ['build', '--vars', '{age: -1}'])).toMatchObject({ code: 1 });
    const without = await etlx(project({ ...files, 'models/people.yaml': checked() }), ['build']);
    expect(without.code).toBe(2);
    expect(without.stderr).toContain('enforce a contract');
  });

  test('a check without an expression, an expression without a check', async () => {
    const root = project({
      'models/a.sql': 'select 1 as id',
      'models/a.yaml': `models: [{name: a, constraints: [{type: check}, {type: unique, columns: [id], expression: id > 0}, {type: unique}], columns: [{name: id}]}]`,
    });
    const { code, stderr } = await etlx(root, ['ls']);
    expect(code).toBe(2);
    for (const message of ['`expression`', 'only a `check` has an expression', '`columns`']) expect(stderr).toContain(message);
  });
});
