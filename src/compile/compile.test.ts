import { EtlxError } from '../core/diagnostic';
import type { ModelNode, NodeId, TestNode } from '../core/node';
import type { Invocation, Project } from '../core/project';
import { compile } from './compile';

const SETTINGS = `name: demo
default_target: dev
targets:
  dev: {type: pglite, schema: main, vars: {colour: green}}
  prod: {type: postgres, url: {env: DATABASE_URL}, schema: live}
vars: {colour: red, size: 3}
models:
  +tags: [all]
`;

const WITH_MARTS = `${SETTINGS}  demo:
    marts: {+materialized: view, +tags: [marts]}
`;

const projectOf = (files: Readonly<Record<string, string>>, functions: Project['functions'] = new Map()): Project => {
  const { 'project.yaml': settings = SETTINGS, ...others } = files;
  return {
    root: '/nowhere',
    settings: { path: 'project.yaml', text: settings },
    files: Object.keys(others)
      .sort()
      .map((path) => ({ path, text: others[path]! })),
    seeds: [],
    functions,
  };
};

const plainly: Invocation = { vars: {}, env: {}, fullRefresh: false };

const nodesOf = (files: Readonly<Record<string, string>>, invocation: Partial<Invocation> = {}, functions?: Project['functions']) =>
  compile(projectOf(files, functions), { ...plainly, ...invocation }).manifest.nodes;

const model = (nodes: ReadonlyMap<NodeId, unknown>, name: string): ModelNode => nodes.get(`model.${name}`) as ModelNode;
const tests = (nodes: ReturnType<typeof nodesOf>): readonly TestNode[] => [...nodes.values()].filter((node) => node.kind === 'test');

const problemsOf = (files: Readonly<Record<string, string>>, invocation: Partial<Invocation> = {}): readonly string[] => {
  try {
    nodesOf(files, invocation);
    return [];
  } catch (error) {
    if (!(error instanceof EtlxError)) throw error;
    return error.diagnostics.map(({ code, at, message }) => `${at?.file}:${at?.line}:${at?.column} ${code} ${message}`);
  }
};

describe('models', () => {
  it('need nothing but their SQL', () => {
    const nodes = nodesOf({
      'project.yaml': WITH_MARTS,
      'models/a.sql': 'select 1 as x',
      'models/marts/b.sql': "select * from {{ ref('a') }}",
    });
    expect(model(nodes, 'a')).toMatchObject({
      materialized: 'table',
      relation: { schema: 'main', name: 'a' },
      tags: ['all'],
      dependsOn: [],
      columns: [],
    });
    expect(model(nodes, 'b')).toMatchObject({
      fqn: ['demo', 'marts', 'b'],
      materialized: 'view',
      tags: ['all', 'marts'],
      dependsOn: ['model.a'],
      sql: 'select * from "main"."a"',
    });
  });

  it('are configured by the file before the YAML beside it before project.yaml', () => {
    const yaml = 'models: [{name: b, config: {materialized: table, alias: bee, tags: [yaml]}}]';
    const nodes = nodesOf({
      'project.yaml': WITH_MARTS,
      'models/marts/b.sql': "{{ config(alias='bea', tags=['file']) }}\nselect 1 as x",
      'models/marts/b.yaml': yaml,
    });
    expect(model(nodes, 'b')).toMatchObject({
      materialized: 'table',
      relation: { name: 'bea' },
      tags: ['all', 'marts', 'yaml', 'file'],
      patchPath: 'models/marts/b.yaml',
    });
  });

  it('take config from front matter, and from lookups', () => {
    const nodes = nodesOf(
      {
        'models/a.sql': '---\nmaterialized: view\n---\nselect 1 as x',
        'models/b.sql': "{{ config(schema=var('where'), alias=concat('b_', target.name)) }}select 1 as x",
      },
      { vars: { where: 'other' } },
    );
    expect(model(nodes, 'a').materialized).toBe('view');
    expect(model(nodes, 'b').relation).toEqual({ schema: 'other', name: 'b_dev' });
  });

  it('depend on what stands in either arm of a condition and in macros, without running any of it', () => {
    const nodes = nodesOf({
      'models/a.sql': 'select 1 as x',
      'models/b.sql': 'select 1 as x',
      'models/c.sql': 'select 1 as x',
      'models/d.sql': "{{#if is_incremental()}}select * from {{ ref('a') }}{{else}}select * from {{ ref 'b' }}{{/if}} {{ both() }}",
      'macros/m.sql': "{{#macro both()}}union all {{ inner() }}{{/macro}}{{#macro inner()}}select * from {{ ref('c') }}{{/macro}}",
    });
    expect(model(nodes, 'd').dependsOn).toEqual(['model.a', 'model.b', 'model.c']);
    expect(model(nodes, 'd').sql).toBe('select * from "main"."b" union all select * from "main"."c"');
  });

  it('see variables of the call over those of the target over those of the project', () => {
    const files = { 'models/a.sql': "select '{{ var('colour') }}', {{ var('size') }}, '{{ var('none', 'n') }}', {{ self }}" };
    expect(model(nodesOf(files), 'a').sql).toBe(`select 'green', 3, 'n', "main"."a"`);
    expect(model(nodesOf(files, { target: 'prod', env: { DATABASE_URL: 'x' } }), 'a').sql).toBe(`select 'red', 3, 'n', "live"."a"`);
    expect(model(nodesOf(files, { vars: { colour: 'blue' } }), 'a').sql).toContain("'blue'");
  });

  it('can be switched off, and are then unknown', () => {
    expect(problemsOf({ 'models/a.sql': '{{ config(enabled=false) }}select 1', 'models/b.sql': "select * from {{ ref('a') }}" })).toEqual([
      'models/b.sql:1:22 ref.unknown no model, source table, seed or snapshot is called `a`',
    ]);
  });

  it('call macros in TypeScript with named arguments', () => {
    const call = (column: unknown, options: unknown) => `round(${String(column)}, ${(options as { scale: number }).scale})`;
    const nodes = nodesOf(
      { 'models/a.sql': "select {{ money('price', scale=2) }}" },
      {},
      new Map([['money', { file: 'macros/money.ts', call }]]),
    );
    expect(model(nodes, 'a').sql).toBe('select round(price, 2)');
  });
});

describe('tests', () => {
  const yaml = `models:
  - name: a
    columns:
      - name: x
        tags: [key]
        data_tests:
          - unique
          - relationships: {arguments: {to: ref('b'), field: y}, config: {severity: warn, where: "x > {{ var('size') }}"}}
    data_tests:
      - expression_is_true: {expression: "x >= 0", name: x_is_natural}
`;
  const files = {
    'models/a.sql': 'select 1 as x',
    'models/b.sql': 'select 1 as y',
    'models/a.yaml': yaml,
    'tests/total.sql': "select * from {{ ref('a') }} where x is null",
  };

  it('are named as dbt names them, and know what they read', () => {
    expect(tests(nodesOf(files)).map(({ id, dependsOn }) => [id, dependsOn])).toEqual([
      ['test.x_is_natural', ['model.a']],
      ['test.unique_a_x', ['model.a']],
      ['test.relationships_a_x__y__ref_b_', ['model.a', 'model.b']],
      ['test.total', ['model.a']],
    ]);
  });

  it('have the text of an audit when they read one node', () => {
    const [natural, unique, relationships, total] = tests(nodesOf(files));
    expect(natural!.auditSql).toBe('select *\nfrom "\0etlx:candidate"\nwhere not (x >= 0)');
    expect(unique!.auditSql).toContain('from "\0etlx:candidate"');
    expect(total!.auditSql).toBe('select * from "\0etlx:candidate" where x is null');
    expect(relationships!.auditSql).toBeUndefined();
    expect(relationships).toMatchObject({ severity: 'warn', tags: ['key'] });
    expect(relationships!.sql).toContain('(select * from "main"."a" where x > 3) as etlx_subquery');
  });

  it('are checked: their names, their arguments, what they refer to', () => {
    const broken = `models:
  - name: a
    data_tests:
      - uniq
      - accepted_range: {min_value: 0}
    columns:
      - name: x
        data_tests:
          - accepted_values
          - relationships: {to: ref('bb'), field: y}
          - accepted_range: {min: 0}
`;
    expect(problemsOf({ ...files, 'models/a.yaml': broken })).toEqual([
      'models/a.yaml:4:9 test.unknown no test is called `uniq`',
      'models/a.yaml:5:9 config.invalid the test `accepted_range` belongs under a column',
      'models/a.yaml:9:13 config.missing-key the test `accepted_values` needs the key `values`',
      'models/a.yaml:10:37 ref.unknown no model, source table, seed or snapshot is called `bb`',
      'models/a.yaml:11:30 config.unknown-key unknown key `min` in the test `accepted_range`',
    ]);
  });
});

describe('sources', () => {
  const yaml = `sources:
  - name: api
    tags: [raw]
    extract:
      client: {base_url: "{{ env('API', 'https://example.org') }}"}
      resources: [things]
    tables:
      - name: things_table
        transform: {from: things, columns: {id: id}}
        columns: [{name: id, data_type: INT, data_tests: [not_null]}]
  - name: other
    schema: theirs
    tables: [{name: customers}]
`;

  it('become the three steps of a load, or a table that somebody else fills', () => {
    const nodes = nodesOf({
      'sources/s.yaml': yaml,
      'models/m.sql': "select * from {{ ref('things_table') }}, {{ source('other', 'customers') }}",
    });
    expect([...nodes.keys()]).toEqual([
      'extract.api.things',
      'dataset.api.things_table',
      'source.api.things_table',
      'source.other.customers',
      'model.m',
      'test.source_not_null_api_things_table_id',
    ]);
    expect(nodes.get('dataset.api.things_table')!.dependsOn).toEqual(['extract.api.things']);
    expect(nodes.get('source.api.things_table')!.dependsOn).toEqual(['dataset.api.things_table']);
    expect(model(nodes, 'm')).toMatchObject({
      dependsOn: ['source.api.things_table', 'source.other.customers'],
      sql: 'select * from "main"."things_table", "theirs"."customers"',
    });
    expect(nodes.get('extract.api.things')).toMatchObject({ resource: { baseUrl: 'https://example.org' }, tags: ['raw'] });
  });

  it('are checked: expressions, resources, missing environment', () => {
    const broken = yaml
      .replace("env('API', 'https://example.org')", "env('API')")
      .replace('{id: id}', "{id: {expr: 'record.id +'}}")
      .replace('from: things', 'from: thing');
    expect(problemsOf({ 'sources/s.yaml': broken }).map((each) => each.split(' ')[1])).toEqual([
      'env.missing',
      'config.value',
      'expression.invalid',
    ]);
  });
});

describe('what is wrong with a project', () => {
  it('is told all at once, each thing once, each at its place', () => {
    const problems = problemsOf({
      'models/a.sql': "select * from {{ ref('bb') }} {{ nothing() }}",
      'models/b.sql': 'select {{ env("MISSING") }}, {{ var("missing") }}',
      'models/x/b.sql': 'select 1',
      'models/c.sql': "select * from {{ ref('d') }}",
      'models/d.sql': "select * from {{ ref('c') }}",
      'models/e.sql': 'select {{ ',
      'models/e.yaml': 'models: [{name: eee}, {name: c, colums: []}]',
      'project.yaml': WITH_MARTS.replace('marts:', 'mart:'),
      'models/marts/f.sql': "{{ config(materialised='view') }} select {{ m() }} {{ m() }}",
      'macros/m.sql': "{{#macro m()}}{{ ref('gone') }}{{/macro}}",
    });
    expect(problems).toEqual(
      expect.arrayContaining([
        'models/a.sql:1:22 ref.unknown no model, source table, seed or snapshot is called `bb`',
        'models/a.sql:1:34 template.unknown-helper no helper or macro is called `nothing`',
        'models/b.sql:1:11 env.missing the environment variable `MISSING` is not set',
        'models/b.sql:1:33 var.missing the variable `missing` has no value',
        'models/x/b.sql:1:1 name.duplicate two models are called `b`; the other is in `models/b.sql`',
        'models/c.sql:1:1 graph.cycle these nodes need each other: `c` → `d` → `c`',
        'models/e.yaml:1:17 properties.orphan this describes the model `eee`, which does not exist',
        'models/e.yaml:1:33 config.unknown-key unknown key `colums` in a model',
        'macros/m.sql:1:22 ref.unknown no model, source table, seed or snapshot is called `gone`',
      ]),
    );
    expect(problems.filter((each) => each.includes('gone'))).toHaveLength(1);
    expect(problems.filter((each) => each.startsWith('project.yaml'))).toEqual([expect.stringContaining('config.unknown-folder')]);
    expect(problems.some((each) => each.startsWith('models/e.sql:1') && each.includes('template.syntax'))).toBe(true);
  });

  it('includes two nodes that would build the same table', () => {
    expect(problemsOf({ 'models/a.sql': "{{ config(alias='t') }}select 1", 'models/t.sql': 'select 1' })).toEqual([
      'models/t.sql:1:1 relation.duplicate `model.t` and `model.a` would both build `"main"."t"`',
    ]);
  });

  it('includes names that are computed, and a target that does not exist', () => {
    expect(problemsOf({ 'models/a.sql': "select * from {{ ref(var('size')) }}" })).toEqual([
      'models/a.sql:1:18 ref.dynamic `ref` needs its names written out; they are read from the text, not computed',
    ]);
    expect(problemsOf({}, { target: 'prd' })).toEqual(['undefined:undefined:undefined target.unknown the project has no target `prd`']);
  });
});
