import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { EtlxError } from '../core/diagnostic';
import { lockFolder } from './folderLock';

let root: string;
let path: string;
let other: ChildProcess;
beforeAll(async () => {
  other = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
  await once(other, 'spawn');
});
afterAll(() => other.kill());
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'etlx-lock-'));
  path = join(root, 'state', 'dev');
});
afterEach(() => rm(root, { recursive: true, force: true }));

const held = (holder: unknown): Promise<void> =>
  lockFolder(path)
    .then((unlock) => unlock())
    .then(() => writeFile(`${path}.lock`, typeof holder === 'string' ? holder : JSON.stringify(holder)));
const refusal = (): Promise<EtlxError> =>
  lockFolder(path).then(
    () => Promise.reject(new Error('it was not refused')),
    (error: EtlxError) => error,
  );
const dead = (): number => spawnSync(process.execPath, ['-e', '']).pid;

test('a folder is one holder’s until it is given back', async () => {
  const unlock = await lockFolder(path);
  const error = await refusal();
  expect(error).toBeInstanceOf(EtlxError);
  expect(error.diagnostics[0]).toMatchObject({
    code: 'database.locked',
    message: `the database in \`${path}\` is in use by process ${process.pid}`,
  });
  await unlock();
  await (
    await lockFolder(path)
  )();
  expect(await readdir(join(root, 'state'))).toEqual([]);
});

test('the lock of a living process stands', async () => {
  await held({ pid: other.pid, host: hostname() });
  expect((await refusal()).message).toContain(`process ${other.pid}`);
});

test('the lock of another machine stands, and the hint says what to do about it', async () => {
  await held({ pid: 1, host: 'elsewhere' });
  expect((await refusal()).diagnostics[0]).toMatchObject({
    message: expect.stringContaining('process 1 on `elsewhere`'),
    hint: expect.stringContaining(`delete \`${path}.lock\``),
  });
});

test.each([
  ['a process that is dead', () => ({ pid: dead(), host: hostname() })],
  ['nobody, being unreadable', () => '{"pid":'],
  ['nobody, being empty', () => ''],
])('the lock of %s is taken over', async (_name, holder) => {
  await held(holder());
  const unlock = await lockFolder(path);
  expect(JSON.parse(await readFile(`${path}.lock`, 'utf8'))).toMatchObject({ pid: process.pid });
  await unlock();
});

(existsSync('/proc/self/stat') ? test : test.skip)(
  'the number of a dead process that another one got since does not count as alive',
  async () => {
    await held({ pid: other.pid, host: hostname(), started: '1' });
    await (
      await lockFolder(path)
    )();
  },
);

(existsSync('/proc/self/stat') ? test : test.skip)('nor does one that has ended and that nobody asked for its exit code', async () => {
  // what `exec` makes of the shell does not know of the shell's children
  const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const pid = Number(await new Promise<string>((resolve) => parent.stdout.setEncoding('utf8').once('data', resolve)));
  while (!/\) Z /.test(await readFile(`/proc/${pid}/stat`, 'utf8'))) await setTimeout(10);
  await held({ pid, host: hostname(), started: '1' });
  await (
    await lockFolder(path)
  )();
  parent.kill();
});

test('of many who find a dead one’s lock, one gets it', async () => {
  await held({ pid: dead(), host: hostname() });
  const answers = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(path)));
  expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1);
  for (const answer of answers) if (answer.status === 'fulfilled') await answer.value();
});
