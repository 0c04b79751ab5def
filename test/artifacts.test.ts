import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startApi, type Api } from './support/api';
import { resultsOf } from './support/artifacts';
import { etlx, type Ran } from './support/etlx';
import { problemLines } from './support/problems';
import { project, type Files } from './support/project';
import { wrongWith } from './support/dbtSchemas';

const INC = `{{ config(materialized='incremental', unique_key='code', freshness={'warn_after': {'count': 1, 'period': 'day'}}, loaded_at_field='at') }}
select code, 1 as n, cast('2026-01-01' as timestamp) as at from {{ ref('eph') }}
{{#if (is_incremental)}}where true{{/if}}
`;

const filesFor = (type: string, api: Api): Files => ({
  'project.yaml': `name: demo
targets: {dev: {type: ${type}, path: .etlx/demo.db, schema: demo}}
retries: {max: 0}
on-run-end: [select 1]
`,
  'seeds/countries.csv': 'code,name\nDE,Germany\nFR,France\n',
  'seeds/countries.yaml': `seeds:
  - name: countries
    description: where people are
    config: {tags: [static], column_types: {code: varchar(2)}}
    columns:
      - {name: code, description: ISO 3166, data_tests: [unique, not_null]}
`,
  'models/marts/inc.sql': INC,
  'models/marts/inc.yaml': `models:
  - name: inc
    description: adds up
    columns:
      - name: code
        data_type: varchar(2)
        constraints: [{type: not_null}]
        data_tests:
          - relationships: {to: ref('countries'), field: code}
          - accepted_values: {values: [DE], config: {severity: warn}}
    data_tests:
      - unique_combination_of_columns: {columns: [code, n]}
unit_tests:
  - name: codes
    model: inc
    given: [{input: ref('countries'), rows: [{code: DE}]}]
    expect: {rows: [{code: DE, n: 1}]}
`,
  'models/team.yaml': `groups:
  - {name: geo, owner: {name: Ada, email: ada@example.org}}
exposures:
  - {name: map, type: dashboard, owner: {name: Ada}, depends_on: ["ref('places', v=2)", "source('s', 'things')"]}
models:
  - name: places
    description: "{{ doc('places') }}"
    latest_version: 2
    config: {group: geo, access: public}
    versions: [{v: 1, deprecation_date: 2030-01-01}, {v: 2}]
`,
  'models/places.md': '{{#docs places}}Where people are.{{/docs}}',
  'models/places_v1.sql': "select code from {{ ref('countries') }}",
  'models/places_v2.sql': "select code, name from {{ ref('countries') }}",
  'snapshots/kept.yaml': `snapshots:
  - {name: kept, relation: ref('countries'), config: {unique_key: code, strategy: check, check_cols: all}}
`,
  'macros/one.sql': '{{#macro one(column, factor=1)}}{{ column }} * {{ factor }}{{/macro}}',
  'models/eph.sql': "{{ config(materialized='ephemeral') }}select code from {{ ref('countries') }}\n",
  'models/seen.sql': "{{ config(materialized='view', meta={'owner': 'ada'}) }}select * from {{ source('s', 'things') }}\n",
  'models/broken.sql': 'select sqrt(-id) as n from {{ ref("seen") }}\n',
  'models/below.sql': 'select * from {{ ref("broken") }}\n',
  'tests/no_thing.sql': "select * from {{ ref('seen') }} cross join {{ ref('countries') }} where id = 1\n",
  'sources/s.yaml': `sources:
  - name: s
    freshness: {error_after: {count: 1, period: day}}
    extract: {client: {base_url: '${api.url}'}, resources: [{name: things, primary_key: id}]}
    tables:
      - name: things
        transform: {from: things, columns: {id: id}}
        load: {primary_key: [id]}
        columns: [{name: id, data_type: INT, description: which}]
      - {name: others, freshness: null}
`,
});

type Json = Readonly<Record<string, unknown>>;
const artifactOf = <T = Json>(root: string, name: string): T => JSON.parse(readFileSync(join(root, 'target', name), 'utf8')) as T;

interface ManifestJson {
  readonly metadata: Json;
  readonly nodes: Readonly<Record<string, Json & { readonly checksum: { readonly checksum: string } }>>;
  readonly sources: Readonly<Record<string, Json>>;
  readonly unit_tests: Readonly<Record<string, Json>>;
  readonly exposures: Readonly<Record<string, Json>>;
  readonly parent_map: Readonly<Record<string, readonly string[]>>;
  readonly child_map: Readonly<Record<string, readonly string[]>>;
}

interface ResultsJson {
  readonly args: Json;
  readonly results: readonly (Json & { readonly unique_id: string; readonly status: string })[];
}

interface CatalogJson {
  readonly nodes: Readonly<Record<string, Json>>;
  readonly sources: Readonly<Record<string, Json>>;
}

describe.each(['duckdb', 'pglite'])('on %s', (type) => {
  let api: Api;
  let root: string;
  let built: Ran;
  beforeAll(async () => {
    api = await startApi({ things: [{ id: 1 }] });
    root = project(filesFor(type, api));
    built = await etlx(root, ['build', '--vars', '{day: 1}', '--threads', '2', '--exclude', 'source.s.others']);
    expect({ code: built.code, says: built.code === 1 ? '' : built.stderr }).toEqual({ code: 1, says: '' });
    for (const words of [['freshness'], ['docs', 'generate']]) expect((await etlx(root, words)).stderr).not.toContain('error[internal]');
  });
  afterAll(() => api.stop());

  test.each(['manifest', 'run_results', 'catalog', 'sources'] as const)('`%s.json` has the keys of its schema, and no others', (name) => {
    expect(wrongWith(name, artifactOf(root, `${name}.json`))).toEqual([]);
  });

  test('the manifest: ids, and who reads whom', () => {
    const {
      nodes,
      sources,
      unit_tests: unitTests,
      exposures,
      parent_map: parents,
      child_map: children,
    } = artifactOf<ManifestJson>(root, 'manifest.json');
    const ids = [nodes, sources, unitTests, exposures].flatMap((each) => Object.keys(each));
    expect(ids.map((id) => id.replace(/\.[0-9a-f]{10}$/, '.<hash>')).sort()).toEqual([
      'exposure.demo.map',
      'model.demo.below',
      'model.demo.broken',
      'model.demo.eph',
      'model.demo.inc',
      'model.demo.places',
      'model.demo.places.v1',
      'model.demo.places.v2',
      'model.demo.seen',
      'operation.demo.demo-on-run-end-0',
      'seed.demo.countries',
      'snapshot.demo.kept',
      'source.demo.s.others',
      'source.demo.s.things',
      'test.demo.accepted_values_inc_code__DE.<hash>',
      'test.demo.no_thing',
      'test.demo.not_null_countries_code.<hash>',
      'test.demo.relationships_inc_code__code__ref_countries_.<hash>',
      'test.demo.unique_combination_of_columns_inc_code__n.<hash>',
      'test.demo.unique_countries_code.<hash>',
      'unit_test.demo.inc.codes',
    ]);
    expect(Object.keys(parents).sort()).toEqual(ids.sort());
    expect(Object.keys(children).sort()).toEqual(ids);
    const forth = Object.entries(parents).flatMap(([child, of]) => of.map((parent) => `${parent} > ${child}`));
    const back = Object.entries(children).flatMap(([parent, of]) => of.map((child) => `${parent} > ${child}`));
    expect(forth.sort()).toEqual(back.sort());
    expect(parents['model.demo.inc']).toEqual(['model.demo.eph']);
    // what fills it is no node of dbt's
    expect(parents['source.demo.s.things']).toEqual([]);
  });

  test('the manifest: what outside tools read', () => {
    const { metadata, nodes, sources, unit_tests: unitTests } = artifactOf<ManifestJson>(root, 'manifest.json');
    expect(metadata).toMatchObject({
      dbt_schema_version: 'https://schemas.getdbt.com/dbt/manifest/v12.json',
      project_name: 'demo',
      adapter_type: type === 'duckdb' ? 'duckdb' : 'postgres',
      env: { etlx_version: 'test' },
    });
    expect(nodes['model.demo.inc']).toMatchObject({
      path: 'marts/inc.sql',
      original_file_path: 'models/marts/inc.sql',
      patch_path: 'demo://models/marts/inc.yaml',
      fqn: ['demo', 'marts', 'inc'],
      relation_name: '"demo"."inc"',
      checksum: { name: 'sha256', checksum: createHash('sha256').update(INC).digest('hex') },
      raw_code: INC,
      refs: [{ name: 'eph', package: null, version: null }],
      config: { materialized: 'incremental', source_freshness: { warn_after: { count: 1, period: 'day' } } },
      columns: { code: { name: 'code', data_type: 'varchar(2)', constraints: [{ type: 'not_null' }] } },
    });
    expect(nodes['model.demo.eph']).toMatchObject({ relation_name: null });
    expect(nodes['model.demo.seen']).toMatchObject({
      sources: [['s', 'things']],
      meta: { owner: 'ada' },
      config: { meta: { owner: 'ada' } },
    });
    expect(nodes['seed.demo.countries']!.checksum.checksum).toHaveLength(64);
    const test = (start: string): Json | undefined => Object.entries(nodes).find(([id]) => id.startsWith(`test.demo.${start}`))?.[1];
    expect(test('relationships')).toMatchObject({
      column_name: 'code',
      attached_node: 'model.demo.inc',
      file_key_name: 'models.inc',
      test_metadata: {
        name: 'relationships',
        kwargs: { column_name: 'code', to: "ref('countries')", field: 'code', model: expect.stringContaining("ref('inc')") },
      },
      depends_on: { macros: [], nodes: ['model.demo.inc', 'seed.demo.countries'] },
    });
    expect(test('unique_combination')).toMatchObject({ test_metadata: { kwargs: { combination_of_columns: ['code', 'n'] } } });
    expect(test('no_thing')).toMatchObject({ path: 'no_thing.sql', raw_code: expect.stringContaining('{{ ref('), attached_node: null });
    expect(sources['source.demo.s.things']).toMatchObject({
      source_name: 's',
      identifier: 'things',
      loader: 'etlx',
      freshness: { warn_after: null, error_after: { count: 1, period: 'day' }, filter: null },
      config: { loaded: true, primary_key: ['id'] },
    });
    expect(unitTests['unit_test.demo.inc.codes']).toMatchObject({
      model: 'inc',
      given: [{ input: "ref('countries')", rows: [{ code: 'DE' }], format: 'dict' }],
      expect: { rows: [{ code: 'DE', n: '1' }] },
    });
  });

  test('the manifest: versions, and what stands around the nodes', () => {
    const manifest = artifactOf<ManifestJson>(root, 'manifest.json');
    expect(manifest.nodes['model.demo.places.v1']).toMatchObject({
      name: 'places',
      version: 1,
      latest_version: 2,
      deprecation_date: '2030-01-01',
      access: 'public',
      group: 'geo',
      relation_name: '"demo"."places_v1"',
      description: 'Where people are.',
    });
    expect(manifest.exposures['exposure.demo.map']).toMatchObject({
      type: 'dashboard',
      owner: { name: 'Ada' },
      refs: [{ name: 'places', package: null, version: 2 }],
      sources: [['s', 'things']],
      depends_on: { macros: [], nodes: ['model.demo.places.v2', 'source.demo.s.things'] },
    });
    expect(manifest).toMatchObject({
      groups: { 'group.demo.geo': { name: 'geo', owner: { name: 'Ada', email: 'ada@example.org' } } },
      group_map: { geo: expect.arrayContaining(['model.demo.places.v1', 'model.demo.places.v2']) },
      docs: { 'doc.demo.places': { block_contents: 'Where people are.', original_file_path: 'models/places.md' } },
      macros: { 'macro.demo.one': { macro_sql: '{{ column }} * {{ factor }}', arguments: [{ name: 'column' }, { name: 'factor' }] } },
    });
  });

  test('the results: of what dbt runs, in its words; the loads stand in etlx’s own', () => {
    const { results, args } = artifactOf<ResultsJson>(root, 'run_results.json');
    expect(args).toMatchObject({ which: 'build', exclude: ['source.s.others'], vars: { day: 1 }, threads: 2, target: 'dev' });
    const { nodes, unit_tests: unitTests } = artifactOf<ManifestJson>(root, 'manifest.json');
    expect(results.filter(({ unique_id }) => !(unique_id in nodes) && !(unique_id in unitTests))).toEqual([]);
    const statuses = Object.fromEntries(results.map(({ unique_id, status }) => [unique_id.replace(/\.[0-9a-f]{10}$/, ''), status]));
    expect(statuses).toMatchObject({
      'seed.demo.countries': 'success',
      'unit_test.demo.inc.codes': 'pass',
      'test.demo.accepted_values_inc_code__DE': 'warn',
      'test.demo.no_thing': 'fail',
      'model.demo.inc': 'success',
      'model.demo.broken': 'error',
      'model.demo.below': 'skipped',
    });
    expect(results.find(({ unique_id }) => unique_id === 'test.demo.no_thing')).toMatchObject({
      failures: 2,
      message: expect.stringContaining('Got 2 results'),
      timing: [{ name: 'compile' }, { name: 'execute' }],
      thread_id: expect.stringMatching(/^Thread-/),
      compiled: true,
    });
    const own = resultsOf(root);
    expect(own.map(({ unique_id }) => unique_id)).toEqual(
      expect.arrayContaining(['extract.s.things', 'dataset.s.things', 'source.s.things']),
    );
    expect(own).toHaveLength(results.length + 3);
    expect(Object.keys(artifactOf<ManifestJson>(root, 'etlx_manifest.json').nodes).sort()).toEqual([
      'dataset.s.things',
      'extract.s.things',
      'source.s.others',
      'source.s.things',
    ]);
  });

  test('the catalog: what stands in the database', () => {
    const { nodes, sources } = artifactOf<CatalogJson>(root, 'catalog.json');
    expect(Object.keys(nodes).sort()).toEqual(expect.arrayContaining(['model.demo.inc', 'model.demo.seen', 'seed.demo.countries']));
    expect(nodes).not.toHaveProperty(['model.demo.eph']);
    expect(Object.keys(sources)).toEqual(['source.demo.s.things']);
    expect(nodes['model.demo.seen']).toMatchObject({
      metadata: { type: 'VIEW', schema: 'demo', name: 'seen' },
      columns: { id: { index: 1, name: 'id' } },
    });
    expect(nodes['model.demo.inc']).toMatchObject({
      unique_id: 'model.demo.inc',
      metadata: { type: 'BASE TABLE', owner: type === 'duckdb' ? null : 'postgres' },
      columns: { n: { type: type === 'duckdb' ? 'INTEGER' : 'integer', index: 2, comment: null } },
    });
  });

  test('each run keeps its own', async () => {
    const before = readFileSync(join(root, 'target/run_results.json'), 'utf8');
    const [first] = runsOf(root);
    expect((await etlx(root, ['run', '--select', 'seen'])).code).toBe(0);
    const kept = join(root, 'target/runs', first!);
    expect(readdirSync(kept).sort()).toEqual([
      'etlx_manifest.json',
      'etlx_results.json',
      'journal.ndjson',
      'manifest.json',
      'run_results.json',
    ]);
    expect(readFileSync(join(kept, 'run_results.json'), 'utf8')).toBe(before);
    const { results } = artifactOf<ResultsJson>(root, 'run_results.json');
    expect(results.map(({ unique_id }) => unique_id)).toEqual(['model.demo.seen', 'operation.demo.demo-on-run-end-0']);
  });
});

const runsOf = (root: string): readonly string[] =>
  readdirSync(join(root, 'target/runs'))
    .filter((name) => name !== 'latest')
    .sort();

test('`docs generate` makes no database, and says which word it takes', async () => {
  const root = project({ 'models/a.sql': 'select 1 as n\n' });
  expect(await etlx(root, ['docs', 'generate'])).toMatchObject({
    code: 0,
    stdout: '',
    stderr: 'wrote `target/manifest.json` and `target/catalog.json`\n',
  });
  expect(artifactOf<CatalogJson>(root, 'catalog.json')).toMatchObject({ nodes: {}, sources: {} });
  expect(existsSync(join(root, '.etlx'))).toBe(false);
  for (const [words, says] of [
    [['docs'], '- `etlx docs` needs a word / there is `etlx docs generate`'],
    [['docs', 'serve'], '- `etlx docs` does not know `serve` / there is `etlx docs generate`'],
  ] as const) {
    const { code, stderr } = await etlx(root, words);
    expect({ code, says: problemLines(stderr) }).toEqual({ code: 2, says: [says] });
  }
});
