import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { COMMANDS, FLAGS, flagsOf, variableOf } from '../src/commands/flags';
import { EXAMPLES, SUMMARIES } from '../src/commands/help';
import { GENERIC_TESTS } from '../src/compile/genericTests';
import { STANDARD } from '../src/compile/std';
import { HELPERS } from '../src/compile/vocabulary';
import type { Diagnostic } from '../src/core/diagnostic';
import { TYPE_NAMES } from '../src/core/types';
import { MATERIALIZATIONS, MODEL_CONFIG_KEYS, TEST_CONFIG_KEYS } from '../src/parse/config';
import { propertiesOf } from '../src/parse/properties';
import { SEED_CONFIG_KEYS } from '../src/parse/seedConfig';
import { settingsOf } from '../src/parse/settings';
import { SNAPSHOT_CONFIG_KEYS } from '../src/parse/snapshotConfig';
import { sourcesOf } from '../src/parse/sources';
import { copyOfShop, etlx, type Ran } from './support/etlx';
import { startPostgres, type TestServer } from './support/postgres';
import { anchorsOf, argumentsOf, blocksOf, callsIn, localLinksOf, namesIn, proseOf, tableIn } from './support/markdown';
import { project, writeProject, type Files } from './support/project';

const repository = join(__dirname, '..');
const read = (path: string): string => readFileSync(join(repository, path), 'utf8');
const decisions = readdirSync(join(repository, 'docs/decisions')).sort();
const pages = [
  ...readdirSync(repository).filter((name) => name.endsWith('.md')),
  ...readdirSync(join(repository, 'docs')).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
  ...decisions.map((name) => `docs/decisions/${name}`),
  'recordings/README.md',
];

describe('what there is, is documented', () => {
  const cli = read('docs/cli.md');

  test.each(COMMANDS)('the command `%s`, in the words of its help', (command) => {
    expect(tableIn(cli).find(([name]) => name === `\`${command}\``)?.[1]).toBe(SUMMARIES[command]);
    expect(cli).toContain(`\n## ${command}\n`);
  });

  test.each(FLAGS.map((flag) => [flag.name, flag] as const))('the flag `--%s`, its variable, its commands, its words', (name, flag) => {
    const row = cli.split('\n').find((line) => line.startsWith(`| \`--${name}\``));
    const [flags, variable, commands, meaning] =
      row
        ?.split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()) ?? [];
    expect({ flags, variable }).toEqual({
      flags: flag.short === undefined ? `\`--${name}\`` : `\`--${name}\`, \`-${flag.short}\``,
      variable: `\`${variableOf(flag)}\``,
    });
    const of = COMMANDS.filter((command) => flagsOf(command).includes(flag));
    const but = COMMANDS.filter((command) => !of.includes(command));
    const said =
      of.length === COMMANDS.length ? 'all' : but.length === 1 ? `all but \`${but[0]}\`` : of.map((each) => `\`${each}\``).join(' ');
    expect(commands).toBe(said);
    for (const choice of flag.choices ?? []) expect(meaning).toContain(`\`${choice}\``);
  });

  test('every example of the help', () => {
    const shown = new Set([...cli.matchAll(/^ *etlx .*$/gm)].map(([line]) => argumentsOf(line)?.join(' ')));
    const inProse = [...namesIn(cli)].map((name) => argumentsOf(name)?.join(' '));
    const examples = Object.values(EXAMPLES).flatMap((text) =>
      text.split('\n').flatMap((line) => {
        // the words behind an example stand in a column of their own
        const args = argumentsOf(line.split(/(?<=\S) {2,}/, 1)[0]!);
        return args === undefined || !line.startsWith('  ') ? [] : [args.join(' ')];
      }),
    );
    expect(examples.length).toBeGreaterThan(15);
    expect(examples.filter((example) => !shown.has(example) && !inProse.includes(example))).toEqual([]);
  });

  test('generic tests and their arguments', () => {
    const page = read('docs/tests.md');
    const names = namesIn(page);
    const words = Object.entries(GENERIC_TESTS).flatMap(([name, { required, optional }]) => [name, ...required, ...optional]);
    expect(words.filter((word) => word !== 'column_name' && !names.has(word))).toEqual([]);
    const examples = blocksOf(page)
      .map(({ text }) => text)
      .join('');
    expect(Object.keys(GENERIC_TESTS).filter((name) => !new RegExp(`\\b${name}\\b`).test(examples))).toEqual([]);
  });

  test('helpers of templates', () => {
    const names = [...namesIn(read('docs/templates.md'))].map((name) => /^\w+/.exec(name)?.[0]);
    expect([...HELPERS, ...STANDARD.keys()].filter((helper) => !names.includes(helper))).toEqual([]);
  });

  test('types of loaded columns', () => {
    const names = [...namesIn(read('docs/sources.md'))].map((name) => name.replace(/\(.*/, ''));
    expect(TYPE_NAMES.filter((name) => !names.includes(name))).toEqual([]);
  });

  test('keys of models, tests and materializations', () => {
    const names = namesIn(['project', 'tests', 'snapshots'].map((page) => read(`docs/${page}.md`)).join('\n'));
    expect(
      [...MODEL_CONFIG_KEYS, ...SEED_CONFIG_KEYS, ...SNAPSHOT_CONFIG_KEYS, ...TEST_CONFIG_KEYS, ...MATERIALIZATIONS].filter(
        (key) => !names.has(key),
      ),
    ).toEqual([]);
  });

  test.each([
    [
      'project.md',
      8,
      `zzzz: 1\nname: x\nretries: {zzzz: 1}\nlake: {zzzz: 1, env: X}\nmodels: {+zzzz: 1, +contract: {zzzz: 1, enforced: true}}\ntests: {+zzzz: 1}\ntargets:\n  a: {type: pglite, zzzz: 1}\n  b: {type: postgres, url: x, zzzz: 1}\n`,
      settingsOf,
    ],
    [
      'project.md',
      5,
      `zzzz: 1\nmodels:\n  - {name: x, zzzz: 1, config: {zzzz: 1}, constraints: [{type: unique, columns: [y], zzzz: 1}], columns: [{name: y, zzzz: 1, constraints: [{type: unique, zzzz: 1}]}]}\n`,
      propertiesOf,
    ],
    [
      'sources.md',
      17,
      `zzzz: 1
sources:
  - name: x
    zzzz: 1
    land: {zzzz: 1}
    extract:
      zzzz: 1
      client: {zzzz: 1, base_url: 'http://x', retry: {zzzz: 1}, paginator: {type: single_page, zzzz: 1}}
      resource_defaults: {zzzz: 1}
      resources: [{name: a, zzzz: 1, incremental: {zzzz: 1}, endpoint: {zzzz: 1, paginator: {type: offset, limit: 1, zzzz: 1}}}]
    tables:
      - {name: t, zzzz: 1, load: {zzzz: 1}, columns: [{name: c, zzzz: 1}], transform: {from: a, zzzz: 1, columns: {c: {path: c, zzzz: 1}}, merge: {key: c, zzzz: 1}, schema_contract: {data_type: {zzzz: 1}, zzzz: 1}}}
      - {name: u, transform: {zzzz: 1, union: [{from: a, columns: {}, zzzz: 1}]}}
`,
      (file: Parameters<typeof settingsOf>[0], report: Parameters<typeof settingsOf>[1]) => sourcesOf(file, (text) => text, report),
    ],
  ])('%s: every key that the %d mappings know', (page, mappings, text, reader) => {
    // the readers name the keys that they know when they meet one that they do not
    const problems: Diagnostic[] = [];
    reader({ path: 'x.yaml', text }, (problem) => problems.push(problem));
    const unknown = problems.filter(({ code, message }) => code === 'config.unknown-key' && message.includes('`zzzz`'));
    expect(unknown.length).toBeGreaterThanOrEqual(mappings);
    const documented = [...namesIn(read(`docs/${page}`)), ...namesIn(read('docs/project.md')), ...namesIn(read('docs/tests.md'))].flatMap(
      (name) => [name, ...name.split(/[^\w]+/)],
    );
    const keys = unknown.flatMap(({ hint }) => /^known keys: (.*)$/.exec(hint!)![1]!.split(', '));
    expect(keys.filter((key) => !documented.includes(key))).toEqual([]);
  });
});

describe('what is documented, is there', () => {
  test.each(pages)('%s: its links lead somewhere', (page) => {
    const broken = localLinksOf(read(page)).filter((link) => {
      const [path = '', anchor] = link.split('#');
      const target = path === '' ? page : normalize(join(dirname(page), path));
      return !existsSync(join(repository, target)) || (anchor !== undefined && !anchorsOf(read(target)).includes(anchor));
    });
    expect(broken).toEqual([]);
  });

  test('the flags and variables that pages name', () => {
    const flags = new Set([...FLAGS.map(({ name }) => `--${name}`), '--help', '--version']);
    const guides = [
      'README.md',
      ...['cli', 'project', 'sources', 'templates', 'tests', 'materializations', 'selection', 'errors'].map((name) => `docs/${name}.md`),
    ];
    const named = guides.flatMap((page) => [...read(page).matchAll(/(?<![\w-])--[a-z][a-z-]+/g)].map(([flag]) => `${page}: ${flag}`));
    expect(named.filter((each) => !flags.has(each.split(' ')[1]!))).toEqual([]);
    const variables = new Set([...FLAGS.map(variableOf), 'ETLX_TEST_POSTGRES_URL']);
    const asked = pages.flatMap((page) => [...read(page).matchAll(/\bETLX_[A-Z_]+/g)].map(([name]) => name));
    expect(asked.filter((name) => !variables.has(name))).toEqual([]);
  });

  test('the files and functions that architecture, decisions, roadmap and contribution name', () => {
    const missing = pages.flatMap((page) => {
      const text = proseOf(read(page)).replaceAll('\n', ' ');
      const paths = [...namesIn(read(page))].filter((name) =>
        /^(src|test|tests|docs|scripts|bench|recordings|\.ci)\/[\w./-]*\w$/.test(name),
      );
      const functions = [...text.matchAll(/`(\w+)` (?:in|of) `(src\/[\w./]+\.ts)`/g)].map(([, name, path]) => ({
        name: name!,
        path: path!,
      }));
      return [
        ...paths.filter((path) => !existsSync(join(repository, path))),
        ...functions
          .filter(({ name, path }) => !new RegExp(`\\b(function\\*?|const|interface|type) ${name}\\b`).test(read(path)))
          .map(({ name, path }) => `${name} in ${path}`),
      ].map((what) => `${page}: ${what}`);
    });
    expect(missing).toEqual([]);
  });

  test('every decision has its number, its four parts and its place in the list', () => {
    const notes = decisions.filter((name) => name !== 'README.md');
    expect(notes.map((name) => Number(name.slice(0, 4)))).toEqual(notes.map((_, index) => index + 1));
    expect(localLinksOf(read('docs/decisions/README.md'))).toEqual(notes);
    for (const name of notes) {
      const parts = [...read(`docs/decisions/${name}`).matchAll(/^\*\*(.+)\.\*\*/gm)].map((match) => match[1]);
      expect({ name, parts }).toEqual({ name, parts: ['Context', 'Decision', 'Why', 'What it costs'] });
    }
  });
});

describe('examples are real', () => {
  /** What a page's models read and does not show. */
  const readBy = (source: string, ...tables: readonly string[]): Files => ({
    'sources/all.yaml': `sources: [{name: ${source}, tables: [${tables.map((name) => `{name: ${name}}`).join(', ')}]}]\n`,
  });
  const UNSEEN: Readonly<Record<string, Files>> = {
    templates: readBy('all', 'users_table', 'user_transactions', 'payments'),
    materializations: readBy('shop', 'raw_events', 'orders'),
  };

  test.each(['project', 'sources', 'templates', 'tests', 'materializations'])(
    'the files in docs/%s.md are a project that works',
    async (page) => {
      const files = blocksOf(read(`docs/${page}.md`)).flatMap(({ path, text }) => (path === undefined ? [] : [[path, text] as const]));
      expect(files.length).toBeGreaterThan(1);
      const written = project({ ...UNSEEN[page], ...Object.fromEntries(files) });
      // the loader in TypeScript needs no API
      const calls = [['compile'], ...(page === 'sources' ? [['load', '--select', '+rates_table']] : [])];
      for (const args of calls) expect(await etlx(written, [...args, '--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' });
    },
  );

  /** The table that stands right behind the block of a call of `show`. */
  const answerOf = ({ args, after }: ReturnType<typeof callsIn>[number]) =>
    args[0] === 'show' ? tableIn(/^\n\n((?:\|.*\n)+)/.exec(after)?.[1] ?? '') : [];
  // `prod` needs a server
  const calls = ['README.md', 'docs/cli.md'].flatMap((page) => callsIn(read(page))).filter(({ args }) => !args.includes('prod'));
  const named = calls.map((call) => [call.args.join(' '), call] as const);
  const distinct = named.filter(([line], index) => named.findIndex(([other]) => other === line) === index);
  const root = copyOfShop();
  // on a server, where a call takes a fraction of what it takes to open the embedded database; with the recorded responses all the same
  let server: TestServer;
  const onServer = (args: readonly string[]): Promise<Ran> =>
    etlx(root, args, { env: { ETLX_TARGET: 'prod', DATABASE_URL: server.url, SHOP_API_URL: 'recorded:recordings/shop' } });
  afterAll(() => server.stop());
  beforeAll(async () => {
    server = await startPostgres();
    const [model] = blocksOf(read('README.md')).filter(({ path }) => path !== undefined);
    // what the pages call by name and the shop does not have
    const history = 'config: {unique_key: [cart_id, product_id], strategy: check, check_cols: all}';
    writeProject(root, {
      [model!.path!]: model!.text,
      'snapshots/orders_history.yml': `snapshots: [{name: orders_history, relation: "ref('cart_details')", ${history}}]\n`,
    });
    expect(await onServer(['build', '--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('there are many of them, some with their answers', () => {
    expect(distinct.length).toBeGreaterThan(20);
    expect(distinct.filter(([, call]) => answerOf(call).length > 0).length).toBeGreaterThan(2);
  });

  test.each(distinct)('etlx %s', async (_, call) => {
    const { code, stdout, stderr } = await onServer(call.args);
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' });
    const promised = answerOf(call);
    if (promised.length > 0) expect(tableIn(stdout)).toEqual(promised);
  });

  test('the answer to a typo in the README', async () => {
    const shown = blocksOf(read('README.md'))
      .find(({ language }) => language === 'console')!
      .text.split('\n')
      .slice(1)
      .join('\n');
    const [model] = blocksOf(read('README.md')).filter(({ path }) => path !== undefined);
    const other = copyOfShop();
    writeProject(other, { [model!.path!]: model!.text.replace('user_summaries', 'user_sumaries') });
    const { code, stderr } = await etlx(other, ['build', '--select', 'top_cities']);
    expect(code).toBe(2);
    expect(stderr).toContain(shown.trimEnd());
  });
});
