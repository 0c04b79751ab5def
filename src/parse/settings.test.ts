import { folderConfig } from './configTree';
import { mergedConfig, readModelConfig, readTestConfig, type ModelConfig } from './config';
import { nodeOf } from './yamlNode';
import { settingsOf, type Settings } from './settings';

const read = (text: string): { settings: Settings | undefined; problems: string[] } => {
  const problems: string[] = [];
  const settings = settingsOf({ path: 'project.yaml', text }, ({ at, message, hint }) =>
    problems.push(`${at?.line}:${at?.column} ${message}${hint ? ` (${hint})` : ''}`),
  );
  return { settings, problems };
};

const SHOP = `
name: shop
default_target: dev
targets:
  dev: {type: pglite, vars: {page_size: 5}, retries: {max: 5, backoff: 3}}
  prod:
    type: postgres
    url: {env: DATABASE_URL}
    schema: analytics
    threads: 8
lake: {env: LAKE_URL, default: .etlx/lake}
retries: {max: 3}
vars: {page_size: 30, days: [1, 2]}
models:
  +meta: {owner: data}
  shop:
    +materialized: view
    +tags: base
    marts:
      +tags: [daily, base]
      +meta: {tier: 1}
      finance: {+materialized: table}
tests: {+severity: WARN, shop: {nightly: {+severity: error, +tags: [slow]}}}
`;

test('reads a server in parts, with its time limits and settings', () => {
  const { settings, problems } = read(`
name: shop
targets:
  prod:
    type: postgres
    host: db.example
    port: 5433
    user: {env: SHOP_USER}
    password: {file: secrets/password}
    database: shop
    sslmode: verify-full
    sslrootcert: ca.pem
    timeouts: {statement: 0.5, publish: 90}
    session: {work_mem: 64MB, jit: off, statement_timeout: 10}
`);
  expect(problems).toEqual([]);
  expect(settings?.targets.get('prod')?.target).toEqual({
    name: 'prod',
    type: 'postgres',
    schema: 'shop',
    threads: 4,
    host: 'db.example',
    port: '5433',
    user: { env: 'SHOP_USER' },
    password: { file: 'secrets/password' },
    database: 'shop',
    sslmode: 'verify-full',
    sslrootcert: 'ca.pem',
    timeouts: { statement: 0.5, publish: 90 },
    session: { work_mem: '64MB', jit: 'off', statement_timeout: '10' },
  });
});

test('reads a project, with its defaults', () => {
  const { settings, problems } = read(SHOP);
  expect(problems).toEqual([]);
  expect(settings).toMatchObject({
    name: 'shop',
    defaultTarget: 'dev',
    lake: { url: { env: 'LAKE_URL', default: '.etlx/lake' } },
    retries: { max: 3, delay: 5 },
    vars: { page_size: 30, days: [1, 2] },
  });
  expect(settings?.targets.get('dev')).toEqual({
    target: { name: 'dev', type: 'pglite', schema: 'shop', threads: 4, path: '.etlx/dev' },
    vars: { page_size: 5 },
    retries: { max: 5, backoff: 3 },
    at: { file: 'project.yaml', line: 5, column: 3, length: 3 },
  });
  expect(settings?.targets.get('prod')?.target).toEqual({
    name: 'prod',
    type: 'postgres',
    schema: 'analytics',
    threads: 8,
    url: { env: 'DATABASE_URL' },
  });
});

test('a DuckDB target is a file, named after the target unless it says otherwise', () => {
  const target = (more: string) => read(`name: a\ntargets: {x: {type: duckdb${more}}}`).settings?.targets.get('x')?.target;
  expect(target('')).toEqual({ name: 'x', type: 'duckdb', schema: 'a', threads: 4, path: '.etlx/x.duckdb' });
  expect(target(", path: ':memory:', threads: 2, schema: s")).toEqual({
    name: 'x',
    type: 'duckdb',
    schema: 's',
    threads: 2,
    path: ':memory:',
  });
});

test('the only target is the default one', () => {
  expect(read('name: a\ntargets: {x: {type: pglite}}').settings).toMatchObject({
    defaultTarget: 'x',
    lake: { url: '.etlx/lake' },
    retries: { max: 1, delay: 5 },
  });
});

test('a lake in S3 is told in full', () => {
  const lake =
    "{url: 's3://b/p', endpoint: {env: E}, region: eu-1, profile: p, force_path_style: false, sse: 'aws:kms', kms_key: k, checksum: when_required}";
  expect(read(`name: a\ntargets: {x: {type: pglite}}\nlake: ${lake}`).settings?.lake).toEqual({
    url: 's3://b/p',
    endpoint: { env: 'E' },
    region: 'eu-1',
    profile: 'p',
    forcePathStyle: false,
    sse: 'aws:kms',
    kmsKey: 'k',
    checksum: 'when_required',
  });
});

test.each([
  [
    'name: 1shop\ntargets: {x: {type: pglite}}',
    ['1:7 `1shop` cannot be a name: it is made of letters, digits and `_`, and does not begin with a digit'],
  ],
  [
    'nam: shop\ntargets: {x: {type: pglite}}',
    ['1:1 unknown key `nam` in `project.yaml` (did you mean `name`?)', '1:1 `project.yaml` needs the key `name`'],
  ],
  ['name: a\ntargets:', ['2:1 `targets` must be a mapping of at least one target, found nothing']],
  ['name: a', ['1:1 `project.yaml` needs the key `targets`']],
  ['', ['1:1 `project.yaml` must be a mapping, found nothing']],
  ['name: a\ntargets: {x: {type: postgress, url: u}}', ['2:21 `type` cannot be `postgress` (did you mean `postgres`?)']],
  ['name: a\ntargets: {x: {type: postgres, sslmode: requires}}', ['2:40 `sslmode` cannot be `requires` (did you mean `require`?)']],
  ['name: a\ntargets: {x: {type: postgres, timeouts: {lock: 5s}}}', ['2:48 `lock` must be a number of seconds, found the text `5s`']],
  ['name: a\ntargets: {x: {type: pglite}, y: {type: pglite}}', ['2:10 a project with several targets needs the key `default_target`']],
  ['name: a\ndefault_target: dve\ntargets: {dev: {type: pglite}}', ['2:17 the project has no target `dve` (did you mean `dev`?)']],
  ['name: a\ntargets: {x: {type: pglite, threads: 0}}', ['2:38 `threads` must be an integer from 1 on, found the number 0']],
  [
    `name: a\ntargets: {x: {type: pglite, schema: ${'ü'.repeat(32)}}}`,
    [`2:37 \`${'ü'.repeat(32)}\` cannot be a name: it is 64 bytes long, databases keep 63`],
  ],
  [
    'name: a\ntargets: {x: {type: pglite}}\nlake: {url: x, sse: aes, regoin: y}',
    ['3:21 `sse` cannot be `aes` (it is one of `AES256`, `aws:kms`)', '3:26 unknown key `regoin` in `lake` (did you mean `region`?)'],
  ],
  [
    'name: a\ntargets: {x: {type: pglite}}\nlake: {evn: X}',
    ['3:8 unknown key `evn` in a secret (did you mean `env`?)', '3:7 a secret needs the key `env`'],
  ],
  [
    'name: a\ntargets: {x: {type: pglite}}\nmodels: {a: {+materialised: view}}',
    ['3:14 unknown key `materialised` in the config under `a` (did you mean `materialized`?)'],
  ],
  [
    'name: a\ntargets: {x: {type: pglite}}\nmodels: {a: {materialized: view}}',
    ['3:14 `materialized` stands where a folder is expected (config keys are marked by a plus: `+materialized`)'],
  ],
  [
    'name: a\ntargets: {x: {type: pglite}}\nmodels: {a: {+materialized: vieww}}',
    ['3:29 no materialization is called `vieww` (did you mean `view`?)'],
  ],
  ['name: a\ntargets: {x: {type: pglite}}\nmodels: {a: [1]}', ['3:13 `a` must be a mapping, found a list']],
])('%j is answered with every problem', (text, expected) => expect(read(text).problems).toEqual(expected));

describe('folderConfig', () => {
  const { models, tests } = read(SHOP).settings!;

  test.each<[string[], ModelConfig]>([
    [[], { materialized: 'view', tags: ['base'], meta: { owner: 'data' } }],
    [['marts'], { materialized: 'view', tags: ['base', 'daily'], meta: { owner: 'data', tier: 1 } }],
    [['marts', 'finance', 'deep'], { materialized: 'table', tags: ['base', 'daily'], meta: { owner: 'data', tier: 1 } }],
    [['other', 'marts'], { materialized: 'view', tags: ['base'], meta: { owner: 'data' } }],
  ])('of %j', (folders, expected) => expect(folderConfig(models, 'shop', folders)).toEqual(expected));

  test('of another project has only what stands at the top', () =>
    expect(folderConfig(models, 'other', ['marts'])).toEqual({ meta: { owner: 'data' } }));

  test('of tests', () => {
    expect(folderConfig(tests, 'shop', [])).toEqual({ severity: 'warn' });
    expect(folderConfig(tests, 'shop', ['nightly'])).toEqual({ severity: 'error', tags: ['slow'] });
  });
});

describe('config from templates', () => {
  const at = { file: 'm.sql', line: 3, column: 4 };
  const problems: string[] = [];
  beforeEach(() => problems.splice(0));

  test('is read and checked as YAML is', () => {
    const given = nodeOf({ materialized: 'view', tags: 'daily', contract: { enforced: true }, retries: { delay: 0.5 } }, at);
    const config = readModelConfig(given, 'config(…)', (each) => problems.push(each.message));
    expect(config).toEqual({ materialized: 'view', tags: ['daily'], contract: { enforced: true }, retries: { delay: 0.5 } });
    expect(problems).toEqual([]);
  });

  test('keeps what is right and reports the rest at the call', () => {
    const config = readModelConfig(nodeOf({ materialized: 'vew', enabled: 'yes', alias: 'a', tgas: [] }, at), '`config(…)`', (each) =>
      problems.push(`${each.at?.line}:${each.at?.column} ${each.message}`),
    );
    expect(config).toEqual({ alias: 'a' });
    expect(problems).toEqual([
      '3:4 no materialization is called `vew`',
      '3:4 `enabled` must be `true` or `false`, found the text `yes`',
      '3:4 unknown key `tgas` in `config(…)`',
    ]);
  });

  test('of a singular test', () => {
    expect(
      readTestConfig(nodeOf({ severity: 'warn', warn_if: '> 3', limit: 5 }, at), 'config(…)', (each) => problems.push(each.message)),
    ).toEqual({
      severity: 'warn',
      warn_if: '> 3',
      limit: 5,
    });
  });

  test('lies over what is more general', () => {
    const merged = mergedConfig<ModelConfig>(
      { tags: ['a', 'b'], meta: { x: 1, y: 1 }, schema: 's', enabled: true },
      { tags: ['b', 'c'], meta: { y: 2 }, enabled: false },
    );
    expect(merged).toEqual({ tags: ['a', 'b', 'c'], meta: { x: 1, y: 2 }, schema: 's', enabled: false });
  });
});
