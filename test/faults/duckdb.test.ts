import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { connect } from '../../src/adapters/connect';
import type { Adapter } from '../../src/core/ports';
import type { Plan } from '../../src/core/plan';
import { model } from '../../src/plan/nodes.fixture';
import { planNow, valuesOf } from '../adapters/engines';
import { etlx } from '../support/etlx';
import { problemsIn } from '../support/problems';
import { project, temporaryFolder } from '../support/project';

// F28: the file is open elsewhere; the process is killed inside a transaction.

const open = (root: string): Promise<Adapter> =>
  connect({ type: 'duckdb', name: 'dev', path: 'db.duckdb', schema: 'shop', threads: 2 }, { root, env: {} });

/** A process of its own that opens the file and then does as `script` says, on `run(sql)` and `say(word)`. */
function started(root: string, script: string): ChildProcess {
  const program = `
    const { DuckDBInstance } = require(${JSON.stringify(require.resolve('@duckdb/node-api'))});
    (async () => {
      const connection = await (await DuckDBInstance.create(${JSON.stringify(join(root, 'db.duckdb'))})).connect();
      const run = (sql) => connection.run(sql);
      const say = (word) => process.stdout.write(word + '\\n');
      ${script}
    })().catch((error) => { console.error(error); process.exit(1); });`;
  return spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Resolves when the process has said `word`. */
async function said(child: ChildProcess, word: string): Promise<void> {
  for await (const line of createInterface({ input: child.stdout! })) if (line === word) return;
  throw new Error(`it ended before it said ${word}`);
}

async function killed(child: ChildProcess): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

test('F28: a file that another process has open is refused with that process or waited for, and nothing is touched', async () => {
  const root = project({
    'project.yaml': 'name: shop\ntargets:\n  dev: { type: duckdb, path: db.duckdb }\n',
    'models/a.sql': 'select 1 as id\n',
  });
  const holder = started(root, `say('open'); setInterval(() => undefined, 1000);`);
  await said(holder, 'open');
  const { code, stdout, stderr } = await etlx(root, ['run', '--lock', 'fail']);
  expect({ code, stdout, problems: problemsIn(stderr) }).toEqual({
    code: 2,
    stdout: '',
    problems: [
      {
        code: 'database.locked',
        message: `the database in \`${join(root, 'db.duckdb')}\` is in use by process ${holder.pid}`,
        hint: expect.stringContaining('one process at a time') as string,
      },
    ],
  });
  expect(existsSync(join(root, 'db.duckdb.etlx'))).toBe(false);
  const waiting = etlx(root, ['run']);
  await killed(holder);
  expect(await waiting).toMatchObject({ code: 0 });
});

/** The SQL of a plan as lines of a script that says before each statement where it is. */
const scriptOf = ({ prepare, steps }: Plan): string => {
  const statements = steps.flatMap((step) => (step.kind === 'model' ? [...step.build, ...step.publish] : []));
  const sql = [...prepare.map((each) => each.sql), 'begin', ...statements.map((each) => each.sql)];
  return [...sql, 'commit']
    .map((each, index) => `say('before ${index}'); await run(${JSON.stringify(each)}); say('after ${index}');`)
    .join('\n');
};

describe('F28: kill -9 inside a transaction that replaces a table', () => {
  const node = (run: number) =>
    model('users', [], {
      sql: `select ${run} as run, i as id, repeat('x', 100) as text from range(20000) as t(i)`,
      primaryKey: ['id'],
      uniqueKeys: [['run', 'id']],
    });
  const stands = (adapter: Adapter): Promise<readonly unknown[][]> =>
    valuesOf(
      adapter,
      'select min(run), max(run), count(*)::int, count(distinct id)::int, (select count(*)::int from shop.seen) from shop.users',
    );

  /** Kills the process when it says `word`; answers which run stands afterwards, and how many statements the script had. */
  async function killedAt(word: (count: number) => string): Promise<{ readonly run: unknown; readonly count: number }> {
    const root = temporaryFolder('etlx-duckdb-');
    const first = await open(root);
    for (const statement of [
      'create schema shop',
      `create table shop.users as ${node(1).sql}`,
      'create view shop.seen as select id from shop.users',
    ])
      await first.query(statement);
    const plan = await planNow(first, [node(2)]);
    await first.close();
    writeFileSync(join(root, 'db.duckdb.etlx'), 'left by a process that was killed');
    const script = scriptOf(plan);
    const count = script.split('\n').length;
    const child = started(root, `${script}\nsay('end'); setInterval(() => undefined, 1000);`);
    await said(child, word(count));
    await killed(child);

    const again = await open(root);
    const [[low, high, rows, ids, seen] = []] = await stands(again);
    expect({ low, rows, ids, seen }).toEqual({ low: high, rows: 20000, ids: 20000, seen: 20000 });
    expect([...(await again.catalog(['shop'])).keys()].sort()).toEqual(['"shop"."seen"', '"shop"."users"']);
    // and the next run goes on
    const next = await planNow(again, [node(3)]);
    await again.transaction((session) =>
      session.execute(
        next.steps.flatMap((step) => (step.kind === 'model' ? [...step.build, ...step.publish] : [])).map((each) => each.sql),
      ),
    );
    expect((await stands(again))[0]![0]).toBe(3);
    await again.close();
    expect(readdirSync(root)).toEqual(['db.duckdb']);
    return { run: low, count };
  }

  test('at each of its statements the old table stands; from its end on the new one', async () => {
    const { run, count } = await killedAt((all) => `after ${all - 1}`);
    expect(run).toBe(2);
    for (let index = 1; index < count - 1; index += 1) expect(await killedAt(() => `after ${index}`)).toEqual({ run: 1, count });
    expect([1, 2]).toContain((await killedAt((all) => `before ${all - 1}`)).run);
  }, 60_000);
});
