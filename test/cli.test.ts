import { COMMANDS, FLAGS, variableOf, type CommandName } from '../src/commands/flags';
import { EXAMPLES } from '../src/commands/help';
import { etlx, type Ran } from './support/etlx';
import { problemLines } from './support/problems';
import { project, writeProject } from './support/project';
import { startServer, type Server } from './support/server';

const FILES = {
  'models/ok.sql': "select {{ var('x', 1) }} as id union all select 7 union all select 8\n",
  'models/bad.sql': "{{ config(tags=['wrong']) }}\nselect 1 / 0 as id\n",
  'models/wide.sql':
    "{{ config(materialized='incremental') }}\nselect 1 as id, 9007199254740993::bigint as big, 1.50::decimal(5,2) as price, null::text as nothing, 'é|\"' as text, date '2026-01-02' as day {{#if is_incremental()}}limit 0{{/if}}\n",
  'models/ok.yaml': 'models:\n  - name: ok\n    columns: [{name: id, data_tests: [unique]}]\n',
  'tests/both.sql': "select 1 from {{ ref('ok') }}, {{ ref('bad') }} where false\n",
  'sources/api.yaml': `sources:
  - name: api
    extract: {client: {base_url: 'http://127.0.0.1:1', retry: {max_attempts: 1}}, resources: [things]}
    tables:
      - {name: things, transform: {from: things, columns: {id: id}}, load: {primary_key: [id]}, columns: [{name: id, data_type: INT}]}
`,
};

let server: Server;
let root: string;
beforeAll(async () => {
  server = await startServer();
  root = server.project('cli', FILES, 'vars: {y: 1}\n');
  writeProject(root, { 'other/project.yaml': 'name: other\ntargets: {only: {type: pglite}}\n', 'other/models/m.sql': 'select 1\n' });
  expect(await server.etlx(root, ['run', '--exclude', 'bad'])).toMatchObject({ code: 0 });
});
afterAll(() => server.stop());

/** Without what differs from run to run: times and ids. */
const steady = (text: string): string =>
  text
    .replace(/^\d\d:\d\d:\d\d( {2})?/gm, '')
    .replace(/\d+\.\d\ds/g, '…s')
    .replace(/\d+ hours .* seconds \(…s\)/g, '…')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '…')
    .replace(/"(run|seconds)":("[^"]*"|[\d.]+)/g, '…');

async function outcome(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const { code, stdout, stderr } = await server.etlx(root, args, { env });
  return { code, stdout: steady(stdout), stderr: steady(stderr) };
}

describe('help', () => {
  test.each(COMMANDS)('of %s: what it does, every flag with its variable, examples', async (command) => {
    const { code, stdout, stderr } = await etlx('/', [command, '--help']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`Usage: etlx ${command} `);
    expect(stdout).toContain(`Examples:\n${EXAMPLES[command]}\n`);
    for (const flag of FLAGS) {
      const has = flag.of === undefined || flag.of.includes(command);
      expect([flag.name, stdout.includes(`--${flag.name}`) && stdout.includes(`[${variableOf(flag)}]`)]).toEqual([flag.name, has]);
    }
  });

  test('of etlx: every command; without a command too, as an error', async () => {
    const asked = await etlx('/', ['--help']);
    expect(asked).toMatchObject({ code: 0, stderr: '' });
    for (const command of COMMANDS) expect(asked.stdout).toMatch(new RegExp(`^ {2}${command} `, 'm'));
    expect(await etlx('/', [])).toEqual({ code: 2, stdout: '', stderr: asked.stdout });
    expect(await etlx('/', ['--version'])).toEqual({ code: 0, stdout: 'test\n', stderr: '' });
  });
});

describe('a call that cannot be', () => {
  test.each<readonly [args: readonly string[], says: readonly string[]]>([
    [['biuld'], ['- unknown command `biuld` / did you mean `build`?']],
    [['build', '--selct', 'x'], ['- unknown option `--selct` / did you mean `--select`?']],
    [['compile', '--full-refesh'], ['- unknown option `--full-refesh` / did you mean `--full-refresh`?']],
    [['--quite', 'build'], ['- unknown option `--quite` / did you mean `--quiet`?']],
    [['ls', 'extra'], ['- too many arguments for `ls`. Expected 0 arguments but got 1 / `etlx --help` lists commands and flags']],
    [['build', '--target'], ['- option `-t, --target <name>` argument missing / `etlx --help` lists commands and flags']],
    [['build', '--target', 'prd'], ['- the project has no target `prd` / did you mean `prod`?']],
    [
      ['build', '--indirect-selection', 'lazy'],
      [
        '- option `--indirect-selection <mode>` argument `lazy` is invalid. Allowed choices are eager, cautious, buildable, empty / `etlx --help` lists commands and flags',
      ],
    ],
    [['build', '--vars', '3'], ["- `--vars` takes a mapping, found `3` / write `--vars '{page_size: 10}'`"]],
    [['help', 'biuld'], ['- unknown command `biuld` / did you mean `build`?']],
    [['run', '--limit', '3'], ['- `--limit` belongs to `show`, `diff`, `create-test`, not to `run` / `etlx run --help` lists its flags']],
    [['run', '--limt', '3'], ['- unknown option `--limt` / `etlx run --help` lists its flags']],
    [['run', '--threads'], ['- option `--threads <n>` argument missing / `etlx --help` lists commands and flags']],
    [['ls', '--select', 'pth:x'], ['- `pth:x` is not a selector: no method is called `pth` / did you mean `path:x`?']],
    [
      ['run', '--select', 'resource_type:test'],
      ['- nothing to do: `run` takes models; 2 tests were chosen / `etlx ls` with the same flags lists what is chosen'],
    ],
    [
      ['run', '--select', 'ok', '--exclude', 'ok'],
      ['- nothing to do: everything that was selected was excluded / `etlx ls` with the same flags lists what is chosen'],
    ],
    [
      ['run', '--select', 'ok', '--exclude', 'ok', '--dry-run'],
      ['- nothing to do: everything that was selected was excluded / `etlx ls` with the same flags lists what is chosen'],
    ],
    [
      ['load', '--select', 'bad', '--indirect-selection', 'empty'],
      [
        '- nothing to do: `load` takes extracts, datasets and source tables; 1 model was chosen / `etlx ls` with the same flags lists what is chosen',
      ],
    ],
    [
      ['build', '--select', 'ok', '--resource-type', 'source'],
      [
        '- nothing to do: nothing that was selected is of the kind that `--resource-type` keeps / `etlx ls` with the same flags lists what is chosen',
      ],
    ],
    [['show'], ['- `etlx show` takes the name of a node, or `--inline` / for example: `etlx show user_summaries`']],
    [['show', 'ok', '--limit', 'x'], ['- `--limit` takes a whole number from -1, found `x`']],
    [['show', 'ok', '--output', 'yaml'], ['- `--output` cannot be `yaml` / it is one of `text`, `json`']],
  ])('%j', async (args, says) => {
    const { code, stdout, stderr } = await server.etlx(root, args);
    expect({ code, stdout, says: problemLines(stderr) }).toEqual({ code: 2, stdout: '', says });
  });
});

test('`etlx help build` is `etlx build --help`, `etlx help` is `etlx --help`', async () => {
  expect(await etlx('/', ['help', 'build'])).toEqual(await etlx('/', ['build', '--help']));
  expect(await etlx('/', ['help'])).toEqual(await etlx('/', ['--help']));
});

test('a project that has nothing to do yet is no error', async () => {
  const empty = server.project('empty', {});
  const { code, stderr } = await server.etlx(empty, ['run']);
  expect(code).toBe(0);
  expect(stderr).toContain('nothing to do: the project has no models');
});

test('a signal that cuts nothing short leaves the exit code alone', async () => {
  const late = new AbortController();
  late.abort('SIGINT');
  expect(await server.etlx(root, ['ls', '--select', 'ok'], { signal: late.signal })).toMatchObject({ code: 0 });
  expect(await server.etlx(root, ['run', '--select', 'ok'], { signal: late.signal })).toMatchObject({ code: 130 });
});

describe('flags', () => {
  test('may stand before the command', async () => {
    expect(await outcome(['--output', 'name', '--select', 'ok', '--', 'ls'].filter((word) => word !== '--'))).toEqual(
      await outcome(['ls', '--select', 'ok', '--output', 'name']),
    );
    expect(await outcome(['-s', 'ok', '--quiet', 'ls'])).toEqual(await outcome(['ls', '-s', 'ok']));
    expect(await outcome(['--limit', '1', 'show', 'ok'])).toEqual(await outcome(['show', 'ok', '--limit', '1']));
  });

  /** A call in which each flag shows: the words, the flag's value (none for a switch), and another value. */
  const SHOWN: Readonly<Record<string, readonly [words: string, value?: string, other?: string]>> = {
    select: ['ls', 'ok', 'bad wide'],
    exclude: ['ls', 'ok', 'bad wide'],
    selector: ['ls', 'nothing', 'nobody'],
    'resource-type': ['ls', 'model', 'source extract'],
    'indirect-selection': ['ls --select ok', 'empty', 'cautious'],
    state: ['ls --select state:new', 'nowhere', 'nobody'],
    defer: ['run --select ok'],
    'favor-state': ['run --select ok --defer'],
    target: ['compile', 'nowhere', 'nobody'],
    vars: ["compile --inline {{var('y')}}", '{y: 2}', '{y: 3}'],
    threads: ['run', '0', '-1'],
    'fail-fast': ['run --select bad ok --threads 1'],
    'warn-error': ['test --dry-run'],
    'full-refresh': ['compile --select wide'],
    'event-time-start': ['run --select ok', 'sometime', 'never'],
    'event-time-end': ['run --select ok', 'sometime', 'never'],
    changed: ['run --select ok'],
    'from-lake': ['load'],
    'dry-run': ['run'],
    lock: ['run --select ok', 'sometimes', 'never'],
    'lock-timeout': ['run --select ok', '0', '-1'],
    keep: ['lake prune', '0', '-1'],
    yes: ['lake prune'],
    'keep-runs': ['run --select ok', '0', '-1'],
    inline: ['compile', 'select 1', 'select 2'],
    limit: ['show ok', '1', '2'],
    key: ['diff cli.ok cli.wide', 'id', 'nothing'],
    write: ['create-test nothing'],
    empty: ['compile --sample 1'],
    sample: ['compile', 'some', 'few'],
    from: ['clone', 'nowhere', 'nobody'],
    args: ['run-operation nothing', '1', '2'],
    output: ['ls', 'name', 'path'],
    'output-keys': ['ls --output json', 'name', 'unique_id tags'],
    'project-dir': ['ls', 'other', 'nowhere'],
    'log-format': ['ls --select nothing', 'json', 'text'],
    quiet: ['run --select ok'],
    'no-color': ['ls --select nothing'],
  };
  /** Nothing is in this lake that `--yes` could remove. */
  const UNSEEN = ['favor-state', 'yes', 'write'];

  test('all are in the table', () => {
    expect(Object.keys(SHOWN).sort()).toEqual(FLAGS.map(({ name }) => name).sort());
  });

  test.each(FLAGS.map((flag) => [variableOf(flag), flag] as const))(
    '%s stands for its flag, and the command line wins over it',
    async (variable, flag) => {
      const [call, value, other] = SHOWN[flag.name]!;
      const words = call.split(' ');
      // colours show where they are forced
      const env: Readonly<Record<string, string>> = flag.name === 'no-color' ? { FORCE_COLOR: '1' } : {};
      const flagWith = (text?: string): readonly string[] =>
        text === undefined
          ? [`--${flag.name}`]
          : flag.takes!.endsWith('...>')
            ? [`--${flag.name}`, ...text.split(' ')]
            : [`--${flag.name}`, text];
      const plain = await outcome(words, env);
      const flagged = await outcome([...words, ...flagWith(value)], env);
      expect(await outcome(words, { ...env, [variable]: value ?? '1' })).toEqual(flagged);
      if (!UNSEEN.includes(flag.name)) expect(flagged).not.toEqual(plain);
      if (value === undefined) {
        for (const off of ['0', 'false', 'off', '']) expect(await outcome(words, { ...env, [variable]: off })).toEqual(plain);
      } else {
        const wins = await outcome([...words, ...flagWith(other)], env);
        expect(wins).not.toEqual(flagged);
        expect(await outcome([...words, ...flagWith(other)], { ...env, [variable]: value })).toEqual(wins);
      }
    },
  );

  test('a variable that is neither on nor off is an error, one that no flag has a warning', async () => {
    const { code, stderr } = await server.etlx(root, ['ls'], { env: { ETLX_QUIET: 'maybe' } });
    expect({ code, says: problemLines(stderr) }).toEqual({
      code: 2,
      says: ['- `ETLX_QUIET` is neither on nor off: `maybe` / it takes `1` or `0`, `true` or `false`, `yes` or `no`'],
    });
    const strayed = await outcome(['ls', '--select', 'ok', '--output', 'name', '--indirect-selection', 'empty'], { ETLX_TARGT: 'x' });
    expect(strayed).toMatchObject({ code: 0, stdout: 'ok\n' });
    expect(strayed.stderr).toContain('`ETLX_TARGT` is set, but no flag has that variable; did you mean `ETLX_TARGET`?');
    expect((await outcome(['ls', '--quiet'], { ETLX_TARGT: 'x' })).stderr).toBe('');
  });

  test('a variable of a flag that the command does not have is left alone', async () => {
    expect(await outcome(['ls', '--select', 'ok'], { ETLX_THREADS: '0', ETLX_LIMIT: 'x', ETLX_FROM_LAKE: '1' })).toMatchObject({ code: 0 });
  });
});

describe('where things are written', () => {
  test('`--log-format json`: every line is an object with a time, a level, a name and a message', async () => {
    for (const args of [
      ['build', '--exclude', 'source:api+', 'extract.api.things', 'dataset.api.things'],
      ['ls', '--select', 'nothing', 'tga:x'],
    ]) {
      const { stdout, stderr } = await server.etlx(root, [...args, '--log-format', 'json']);
      expect(stdout).toBe('');
      const lines = stderr
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
      expect(lines.length).toBeGreaterThan(1);
      for (const line of lines)
        expect(line).toEqual({
          time: expect.stringMatching(/^\d{4}-.*Z$/),
          level: expect.stringMatching(/^(debug|info|warn|error)$/),
          name: expect.any(String),
          message: expect.any(String),
          data: expect.any(Object),
        });
    }
  });

  test('`--quiet`: nothing but what failed', async () => {
    expect(await outcome(['run', '--select', 'ok', '--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' });
    const { code, stdout, stderr } = await outcome(['run', '--exclude', 'source:api', '--quiet']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.split('\n').slice(0, 2)).toEqual(['Error in model bad (models/bad.sql:1)', '  error[database.error]: division by zero']);
    expect(stderr).not.toContain('Done.');
    expect(await outcome(['compile', '--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('what reports goes to standard error, data to standard output, and colours only where they are wanted', async () => {
    expect(await outcome(['run', '--select', 'ok'])).toMatchObject({ stdout: '' });
    expect((await outcome(['compile', '--select', 'ok'])).stdout).toBe('select 1 as id union all select 7 union all select 8\n');
    expect((await outcome(['compile'])).stdout).toBe('');
    expect((await outcome(['run', '--dry-run', '--select', 'ok'])).stderr).toBe('');
    const coloured = (env: Record<string, string>): Promise<boolean> =>
      outcome(['run', '--select', 'ok'], env).then(({ stderr }) => stderr.includes('\u001b['));
    expect(await coloured({ FORCE_COLOR: '1' })).toBe(true);
    expect(await coloured({ NO_COLOR: '1' })).toBe(false);
    expect(await coloured({ FORCE_COLOR: '1', ETLX_NO_COLOR: '1' })).toBe(false);
  });

  test('a folder `target` that cannot be written is a clear error', async () => {
    const blocked = project({ 'models/a.sql': 'select 1\n', target: 'a file where the folder should be\n' });
    const { code, stdout, stderr } = await etlx(blocked, ['compile']);
    expect({ code, stdout, says: problemLines(stderr) }).toEqual({
      code: 2,
      stdout: '',
      says: [
        expect.stringMatching(
          /^- `target\/manifest\.json` cannot be written: .*EEXIST.* \/ may you write in the project folder, and is there room on the disk\?$/,
        ),
      ],
    });
  });
});

test('every command is one that etlx has examples for', () => {
  expect(Object.keys(EXAMPLES).sort()).toEqual([...(COMMANDS as readonly CommandName[]), 'etlx'].sort());
});
