import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, retry, type Event } from '../src/index';
import { resultsOf, statusesOf } from './support/artifacts';
import type { Ran } from './support/etlx';
import { problemLines } from './support/problems';
import { writeProject } from './support/project';
import { startServer, type Server } from './support/server';

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const FILES = {
  'models/a.sql': 'select 1 as id\n',
  'models/b.sql': "select {{ var('b', 0) }} / {{ var('b', 0) }} as id from {{ ref('a') }}\n",
  'models/c.sql': "select id from {{ ref('b') }}\n",
  'models/other.sql': 'select 2 as id\n',
  'models/all.yaml': `models:
  - {name: b, columns: [{name: id, data_tests: [not_null, {accepted_values: {name: b_is, values: [1]}}]}]}
  - {name: c, columns: [{name: id, data_tests: [unique]}]}
`,
};

async function ran(root: string, words: string, code: number, env: Record<string, string> = {}): Promise<Ran> {
  const outcome = await server.etlx(root, words.split(' '), { env });
  expect({ code: outcome.code, stderr: outcome.code === code ? '' : outcome.stderr }).toEqual({ code, stderr: '' });
  return outcome;
}

const journalOf = (root: string): string =>
  join(root, 'target/runs', readFileSync(join(root, 'target/runs/latest'), 'utf8').trim(), 'journal.ndjson');
const linesOf = (root: string): readonly Record<string, unknown>[] =>
  readFileSync(journalOf(root), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe('etlx retry', () => {
  test('takes what failed and what was skipped, with its tests, on the files as they are now', async () => {
    const root = server.project('retried', FILES);
    await ran(root, 'build', 1);
    expect(statusesOf(root)).toMatchObject({ 'model.a': 'success', 'model.b': 'error', 'model.c': 'skipped', 'model.other': 'success' });
    writeProject(root, { 'models/b.sql': "select 1 as id from {{ ref('a') }}\n" });
    await ran(root, 'retry', 0);
    expect(statusesOf(root)).toEqual({
      'model.b': 'success',
      'model.c': 'success',
      'test.b_is': 'pass',
      'test.not_null_b_id': 'pass',
      'test.unique_c_id': 'pass',
    });
    const { stderr } = await ran(root, 'retry', 0);
    expect(stderr).toMatch(/nothing is left of the run `\w+-\w+`: all of it succeeded\n$/);
  });

  test('a test that failed is asked again of a table that is built again, with the tests that had passed', async () => {
    const root = server.project('audited', { ...FILES, 'models/b.sql': 'select 2 as id\n' });
    await ran(root, 'build', 1);
    expect(statusesOf(root)).toMatchObject({ 'model.b': 'error', 'test.b_is': 'fail', 'test.not_null_b_id': 'pass' });
    await ran(root, 'retry', 1);
    expect(statusesOf(root)).toMatchObject({
      'model.b': 'error',
      'test.b_is': 'fail',
      'test.not_null_b_id': 'pass',
      'test.unique_c_id': 'skipped',
    });
    writeProject(root, { 'models/b.sql': 'select 1 as id\n' });
    await ran(root, 'retry', 0);
    expect(resultsOf(root)).toHaveLength(5);
  });

  test('keeps the command, its flags and its target; `--vars` and `--threads` may be said anew', async () => {
    const root = server.project('flags', FILES);
    await ran(root, 'run --select a+ --vars {"b":0} --fail-fast --threads 3', 1);
    await ran(root, 'retry --vars {"b":7} --threads 1', 0);
    expect(statusesOf(root)).toEqual({ 'model.b': 'success', 'model.c': 'success' });
    const [head] = linesOf(root);
    expect(head).toMatchObject({
      type: 'run',
      command: 'run',
      target: 'prod',
      flags: { select: ['a+'], failFast: true, vars: '{"b":7}', threads: '1' },
    });
    expect(head!['retryOf']).toEqual(expect.stringMatching(/^\d{8}T\d{9}Z-[0-9a-f]{6}$/));
    expect((await ran(root, 'retry --target dev', 2)).stderr).toMatch(/the run `\S+` works on the target `prod`, not on `dev`/);
  });

  test('goes on with a run of its own choice, by the beginning of its id', async () => {
    const root = server.project('chosen', FILES);
    await ran(root, 'build', 1);
    const first = String(linesOf(root)[0]!['run']);
    await ran(root, 'build --select other', 0);
    await ran(root, `retry ${first.slice(0, -2)} --dry-run`, 0);
    await ran(root, `retry ${first.slice(0, -2)} --vars {"b":1}`, 0);
    expect(Object.keys(statusesOf(root))).toHaveLength(5);
    expect(problemLines((await ran(root, 'retry 2', 2)).stderr)).toEqual([
      expect.stringMatching(/^- no run is called `2` \/ did you mean `\S+` or `\S+`/),
    ]);
    expect((await ran(root, 'retry ../../etc', 2)).stderr).toContain('no run is called `../../etc`');
  });

  test('a node that is gone is an error that names it, and nothing is touched', async () => {
    const root = server.project('gone', FILES);
    await ran(root, 'build', 1);
    rmSync(join(root, 'models/c.sql'));
    writeProject(root, { 'models/all.yaml': 'models: [{name: b, columns: [{name: id, data_tests: [not_null]}]}]\n' });
    const { stderr } = await ran(root, 'retry --vars {"b":1}', 2);
    expect(problemLines(stderr)).toEqual(
      ['test.b_is', 'model.c', 'test.unique_c_id'].map(
        (id) =>
          expect.stringMatching(
            new RegExp(`^- \`${id}\` is left of the run \`\\S+\`, but the project does not have it any more`),
          ) as string,
      ),
    );
    expect(
      await server.query(
        "select relname::text from pg_class where relnamespace = 'gone'::regnamespace and relkind = 'r' and relname <> 'etlx_state' order by 1",
      ),
    ).toEqual([{ relname: 'a' }, { relname: 'other' }]);
  });

  test('without a run there is nothing to go on with', async () => {
    const root = server.project('none', FILES);
    const { stderr } = await ran(root, 'retry', 2);
    expect(problemLines(stderr)).toEqual([
      '- no run of this project is remembered / `target/runs` remembers the runs of `etlx build`, `run`, `load` and `test`',
    ]);
    await ran(root, 'compile', 0);
    await ran(root, 'retry', 2);
  });

  test('from TypeScript', async () => {
    const root = server.project('typescript', FILES);
    const env = { DATABASE_URL: server.url };
    await build(root, { env });
    const events: Event[] = [];
    const result = await retry(root, { env, vars: { b: 1 }, onEvent: (event) => events.push(event) });
    expect(result?.results.map(({ id }) => id).sort()).toEqual([
      'model.b',
      'model.c',
      'test.b_is',
      'test.not_null_b_id',
      'test.unique_c_id',
    ]);
    expect(events.at(-1)?.type).toBe('run.finished');
    expect(await retry(root, { env })).toBeUndefined();
  });
});

describe('the journal', () => {
  test('says what happened, one line an event, as it happens', async () => {
    const root = server.project('journal', FILES);
    await ran(root, 'build --threads 1', 1);
    const lines = linesOf(root);
    expect(lines[0]).toMatchObject({
      type: 'run',
      steps: { 'model.a': [], 'model.b': ['test.b_is', 'test.not_null_b_id'], 'model.c': ['test.unique_c_id'], 'model.other': [] },
    });
    const told = lines
      .slice(1)
      .map(
        (line) =>
          `${String(line['type'])} ${(line['result'] as { id?: string } | undefined)?.id ?? (line['step'] as { id?: string } | undefined)?.id ?? ''}`,
      );
    expect(told.filter((each) => each.startsWith('step.finished'))).toHaveLength(7);
    expect(told.at(-1)).toBe('run.finished ');
    expect(lines.every((line) => typeof line['at'] === 'string' && typeof line['sum'] === 'string')).toBe(true);
    const results = join(journalOf(root), '../run_results.json');
    expect(readFileSync(results, 'utf8')).toBe(readFileSync(join(root, 'target/run_results.json'), 'utf8'));
  });

  test('F42: what is cut off or changed in it counts as not done', async () => {
    const root = server.project('torn', FILES);
    await ran(root, 'run --vars {"b":1} --threads 1', 0);
    const file = journalOf(root);
    const text = readFileSync(file, 'utf8');
    const line = text.split('\n').find((each) => each.includes('"step.finished"') && each.includes('"model.other"'))!;
    writeFileSync(file, text.replace(line, line.replace('model.other', 'model.othes')));
    const planOf = async (): Promise<readonly string[]> =>
      [...(await ran(root, 'retry --dry-run', 0)).stdout.matchAll(/^-- (model\.\w+)/gm)].map((match) => match[1]!).sort();
    expect(await planOf()).toEqual(['model.other']);
    truncateSync(file, text.indexOf('\n') + 200);
    appendFileSync(file, '\0\0\0');
    expect(await planOf()).toEqual(['model.a', 'model.b', 'model.c', 'model.other']);
    truncateSync(file, 100);
    expect(problemLines((await ran(root, 'retry', 2)).stderr)).toEqual([
      expect.stringMatching(/^- the journal `target\/runs\/\S+\/journal.ndjson` cannot be read: its first line is not whole/),
    ]);
    rmSync(file);
    expect((await ran(root, 'retry', 2)).stderr).toContain('ENOENT');
  });

  test('is kept of the latest runs', async () => {
    const root = server.project('kept', FILES);
    for (let index = 0; index < 4; index += 1) await ran(root, 'run --select other --keep-runs 3', 0);
    const runs = readdirSync(join(root, 'target/runs')).sort();
    expect(runs).toHaveLength(4);
    expect(runs.at(-1)).toBe('latest');
    expect(readFileSync(join(root, 'target/runs/latest'), 'utf8')).toBe(`${runs.at(-2)}\n`);
    await ran(root, 'run --select other', 0, { ETLX_KEEP_RUNS: '1' });
    expect(readdirSync(join(root, 'target/runs'))).toHaveLength(2);
    expect(existsSync(journalOf(root))).toBe(true);
  });
});
