import type { Manifest } from '../src/core/manifest';
import type { ModelNode, NodeId } from '../src/core/node';
import { compile } from '../src/index';
import { etlx, queryDev } from './support/etlx';
import { project, writeProject, type Files } from './support/project';
import { problemLines } from './support/problems';

/** What is wrong with the project of `files`, one problem a line. */
async function problemsOf(files: Files, ...args: readonly string[]): Promise<readonly string[]> {
  const { stderr } = await etlx(project(files), ['ls', ...args]);
  return problemLines(stderr);
}

const compiled = (files: Files, vars: Readonly<Record<string, unknown>> = {}): Promise<Manifest> => compile(project(files), { vars });

async function modelOf(files: Files, name: string): Promise<ModelNode> {
  return (await compiled(files)).nodes.get(`model.${name}` as NodeId) as ModelNode;
}

/** The names that a selection gives. */
async function listed(root: string, ...words: readonly string[]): Promise<readonly string[]> {
  const { code, stdout, stderr } = await etlx(root, ['ls', '--output', 'name', '--select', ...words]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return stdout.split('\n').slice(0, -1);
}

const settings = (more: string): Files => ({
  'project.yaml': `name: demo\ndefault_target: dev\ntargets:\n  dev: {type: pglite, schema: demo}\n  prod: {type: pglite, path: .etlx/prod, schema: live, vars: {factor: 5}, naming: {schema: as_given}}\n${more}`,
});

describe('groups and access', () => {
  const files = (access: string, reader: string): Files => ({
    'models/groups.yaml': `
groups:
  - {name: finance, owner: {name: Ann, email: ann@example.org, slack: '#money'}, description: The money., config: {meta: {cost: 7}}}
  - {name: sales, owner: {email: sales@example.org}}
models:
  - {name: ledger, config: {group: finance, access: ${access}}}
  - {name: report, group: ${reader}}
`,
    'models/ledger.sql': 'select 1 as id\n',
    'models/report.sql': "select *\nfrom {{ ref('ledger') }}\n",
  });

  test('a private model is for its own group alone', async () => {
    expect(await problemsOf(files('private', 'sales'))).toEqual([
      "models/report.sql:2:13 ['ledger'] `ledger` is private to the group `finance`, and `report` is in `sales` / read a model that the group shows to others, or ask its owner for `access: protected`",
    ]);
    expect(
      await problemsOf({
        ...files('private', 'sales'),
        'models/report.sql': "{{ config(group='finance') }} select * from {{ ref('ledger') }}",
      }),
    ).toEqual([]);
    expect(await problemsOf(files('protected', 'sales'))).toEqual([]);
  });

  test('tests and queries of one’s own read it', async () => {
    const root = project({ ...files('private', 'finance'), 'tests/none.sql': "select * from {{ ref('ledger') }} where false" });
    expect(await etlx(root, ['compile', '--inline', "select * from {{ ref('ledger') }}"])).toMatchObject({ code: 0, stderr: '' });
  });

  test('groups that do not exist, private models in none, owners nobody could reach', async () => {
    expect(
      await problemsOf({
        'models/a.sql': 'select 1 as id\n',
        'models/b.sql': 'select 1 as id\n',
        'models/all.yaml': `groups: [{name: finance, owner: {slack: x}}]\nmodels:\n  - {name: a, config: {group: finace}}\n  - {name: b, access: private}\n`,
      }),
    ).toEqual([
      'models/all.yaml:1:33 [{] an owner without an `email` needs the key `name`',
      'models/all.yaml:3:24 [group] no group is called `finace` / did you mean `finance`?',
      'models/b.sql:1:1 [s] `b` is private, but in no group, so that nobody could read it / give it a `group`',
    ]);
  });

  test('selectors, and what the manifest says', async () => {
    const root = project(files('public', 'sales'));
    expect(await listed(root, 'group:finance')).toEqual(['ledger']);
    expect(await listed(root, 'access:protected')).toEqual(['report']);
    expect(await listed(root, 'config.access:public')).toEqual(['ledger']);
    expect(problemLines((await etlx(root, ['ls', '-s', 'access:secret', 'group:finanse'])).stderr)).toEqual([
      '- `access:secret` is not a selector: no access is called `secret`; there are `private`, `protected`, `public`',
      '- `group:finanse` selects nothing / did you mean `group:finance`?',
    ]);
    const { groups, nodes } = await compile(root);
    expect(groups?.get('finance')).toEqual({
      name: 'finance',
      path: 'models/groups.yaml',
      description: 'The money.',
      owner: { name: 'Ann', email: 'ann@example.org', slack: '#money' },
      meta: { cost: 7 },
    });
    expect(nodes.get('model.ledger')).toMatchObject({ group: 'finance', access: 'public' });
  });
});

describe('exposures', () => {
  const files = (dependsOn: string): Files => ({
    'sources/shop.yaml': 'sources: [{name: shop, tables: [{name: carts}]}]\n',
    'models/orders.sql': "select 1 as id from {{ source('shop', 'carts') }}\n",
    'models/unread.sql': 'select 1 as id\n',
    'models/exposures.yaml': `
exposures:
  - name: weekly
    label: The weekly figures
    type: dashboard
    maturity: high
    url: https://example.org/weekly
    description: What the board looks at.
    owner: {name: Ann}
    depends_on: ${dependsOn}
    tags: [board]
    config: {tags: [money], meta: {tier: 1}}
`,
  });

  test('are nodes that read, and are never run', async () => {
    const root = project(files(`["ref('orders')", "source('shop', 'carts')"]`));
    expect((await compile(root)).nodes.get('exposure.weekly')).toMatchObject({
      kind: 'exposure',
      label: 'The weekly figures',
      type: 'dashboard',
      maturity: 'high',
      url: 'https://example.org/weekly',
      description: 'What the board looks at.',
      owner: { name: 'Ann' },
      tags: ['board', 'money'],
      meta: { tier: 1 },
      dependsOn: ['model.orders', 'source.shop.carts'],
      path: 'models/exposures.yaml',
    });
    expect(await listed(root, '+exposure:weekly')).toEqual(['weekly', 'orders', 'shop.carts']);
    expect(await listed(root, 'resource_type:exposure')).toEqual(['weekly']);
    expect(await listed(root, 'tag:board')).toEqual(['weekly']);
    expect(problemLines((await etlx(root, ['run', '-s', 'exposure:weekly'])).stderr)).toEqual([
      '- nothing to do: `run` takes models; 1 exposure was chosen / `etlx ls` with the same flags lists what is chosen',
    ]);
  });

  test('what they name exists', async () => {
    expect(await problemsOf(files("[ref('order'), 'orders']"))).toEqual([
      "models/exposures.yaml:10:18 [ref('order')] no model, source table, seed or snapshot is called `order` / did you mean `orders`?",
      "models/exposures.yaml:10:33 [orders] `depends_on` must be `ref('model')` or `source('source', 'table')`, found the text `orders`",
    ]);
  });
});

describe('doc blocks', () => {
  const MARKDOWN = `# Money

{{#docs cents}}
Money in **cents**, never \`{{ ref('x') }}\`.

Two paragraphs.
{{/docs}}
not of any block
{{#docs empty}}{{/docs}}
`;
  const files = (description: string): Files => ({
    'models/money.md': MARKDOWN,
    'models/a.sql': 'select 1 as price\n',
    'models/a.yaml': `models:\n  - name: a\n    description: ${description}\n    columns: [{name: price, description: '{{ doc("cents") }}'}]\n`,
    'seeds/rates.csv': 'rate\n1\n',
    'seeds/rates.yaml': `seeds: [{name: rates, description: '{{ doc("demo", "cents") }}'}]\n`,
    'sources/shop.yaml': `sources: [{name: shop, tables: [{name: carts, description: '{{ doc("cents") }}'}]}]\n`,
  });

  test('stand in the descriptions that name them', async () => {
    const text = "Money in **cents**, never `{{ ref('x') }}`.\n\nTwo paragraphs.";
    const { nodes, docs } = await compiled(files(`'Amounts. {{doc "cents"}} {{ doc("empty") }}'`));
    expect(nodes.get('model.a')).toMatchObject({ description: `Amounts. ${text}`, columns: [{ description: text }] });
    expect(nodes.get('seed.rates')).toMatchObject({ description: text });
    expect(nodes.get('source.shop.carts')).toMatchObject({ description: text });
    expect(docs).toMatchObject([
      { name: 'cents', text, at: { file: 'models/money.md', line: 3 } },
      { name: 'empty', text: '' },
    ]);
  });

  test('one that does not exist, at its place', async () => {
    expect(await problemsOf(files(`'{{ doc("cent") }}'`))).toEqual([
      'models/a.yaml:3:22 [doc] no doc block is called `cent` / did you mean `cents`?',
    ]);
  });

  test('blocks that are none', async () => {
    expect(
      await problemsOf({
        'models/a.sql': 'select 1 as id\n',
        'models/a.md': '{{/docs}}\n{{#docs a}}{{/docs}}{{#docs a}}{{#docs b}}{{/docs}}\n{% docs c %}\n{{#docs d e}}\n',
      }),
    ).toEqual([
      'models/a.md:1:1 [{{/docs}}] the template cannot be read: `{{/docs}}` closes nothing',
      'models/a.md:2:21 [{{#docs a}}] two doc blocks are called `a`; the other is in `models/a.md` / rename one of them',
      'models/a.md:2:32 [{{#docs b}}] the template cannot be read: the doc block `b` begins in `a` / close the one before with `{{/docs}}`',
      "models/a.md:3:1 [{% docs c %}] the template cannot be read: `{% docs c %}` is dbt's form of a doc block / write `{{#docs name}} … {{/docs}}`",
      'models/a.md:4:1 [{{#docs d e}}] `d e` cannot be a name: it is made of letters, digits, `_` and `-`, and does not begin with `-`',
      'models/a.md:4:1 [{{#docs d e}}] the template cannot be read: the doc block `d e` does not end / close it with `{{/docs}}`',
    ]);
  });
});

describe('versions of a model', () => {
  const FILES: Files = {
    'models/marts/customers_v1.sql': "select 1 as id, 'x' as city, 'a' as old\n",
    'models/marts/customers.v2.sql': "select 1 as id, 'x' as town\n",
    'models/marts/next.sql': 'select 1 as id\n',
    'models/newest.sql': "select * from {{ ref('customers') }}\n",
    'models/oldest.sql': "select * from {{ ref('customers', v=1) }} union all select * from {{ref 'customers' version='1'}}\n",
    'models/marts/customers.yaml': `
models:
  - name: customers
    description: Who buys.
    latest_version: 2
    config: {tags: [core], materialized: view}
    columns:
      - {name: id, description: The customer., data_tests: [not_null]}
      - {name: city}
      - {name: old}
    data_tests: [{expression_is_true: {arguments: {expression: id > 0}}}]
    versions:
      - {v: 1, deprecation_date: 2020-01-31, config: {alias: customers_first, tags: [past]}}
      - v: 2
        data_tests: []
        columns:
          - {include: all, exclude: [city, old]}
          - {name: town, description: Where they live.}
      - {v: 3, defined_in: next, columns: [{include: [id]}]}
`,
  };

  test('are models of their own, the latest under the name of all', async () => {
    const { nodes } = await compiled(FILES);
    const facts = (id: NodeId) => {
      const { name, fqn, relation, version, path, tags, columns, dependsOn } = nodes.get(id) as ModelNode;
      return {
        name,
        fqn: fqn.join('.'),
        relation: relation.name,
        version,
        path,
        tags,
        columns: columns.map((column) => column.name),
        dependsOn,
      };
    };
    const shared = { tags: ['core'], dependsOn: [] };
    expect(facts('model.customers.v1')).toEqual({
      ...shared,
      name: 'customers.v1',
      fqn: 'demo.marts.customers.v1',
      relation: 'customers_first',
      version: { model: 'customers', v: '1', age: 'old' },
      path: 'models/marts/customers_v1.sql',
      tags: ['core', 'past'],
      columns: ['id', 'city', 'old'],
    });
    expect(facts('model.customers.v2')).toMatchObject({
      relation: 'customers_v2',
      version: { age: 'latest' },
      path: 'models/marts/customers.v2.sql',
      columns: ['id', 'town'],
    });
    expect(facts('model.customers.v3')).toMatchObject({ version: { age: 'prerelease' }, path: 'models/marts/next.sql', columns: ['id'] });
    expect(facts('model.customers')).toMatchObject({
      fqn: 'demo.marts.customers',
      relation: 'customers',
      dependsOn: ['model.customers.v2'],
    });
    expect((nodes.get('model.customers') as ModelNode).sql).toBe('select * from "demo"."customers_v2"\n');
    expect((nodes.get('model.newest') as ModelNode).sql).toBe('select * from "demo"."customers_v2"\n');
    expect(nodes.get('model.oldest')).toMatchObject({
      dependsOn: ['model.customers.v1'],
      sql: 'select * from "demo"."customers_first" union all select * from "demo"."customers_first"\n',
    });
    expect([...nodes.values()].flatMap(({ kind, name }) => (kind === 'test' ? [name] : []))).toEqual([
      'not_null_customers_v2_id',
      'expression_is_true_customers_v1_id_0',
      'not_null_customers_v1_id',
      'expression_is_true_customers_v3_id_0',
      'not_null_customers_v3_id',
    ]);
  });

  test('selectors', async () => {
    const root = project(FILES);
    const models = (...words: readonly string[]): Promise<readonly string[]> => listed(root, ...words, '--resource-type', 'model', '-q');
    expect(await models('version:latest')).toEqual(['customers', 'customers.v2']);
    expect(await models('version:old', 'version:prerelease')).toEqual(['customers.v1', 'customers.v3']);
    expect(await models('version:none')).toEqual(['newest', 'oldest']);
    expect(await models('customers')).toEqual(['customers', 'customers.v1', 'customers.v2', 'customers.v3']);
    for (const word of ['customers.v1', 'customers_v1', 'marts.customers.v1', 'demo.marts.customers.v1', 'model.customers.v1'])
      expect(await models(word)).toEqual(['customers.v1']);
    expect(await models('customers.v2+')).toEqual(['customers', 'customers.v2', 'newest']);
  });

  test('without the view: by config, or because a version has the name already', async () => {
    const yaml = FILES['models/marts/customers.yaml']!;
    const isThere = async (text: string): Promise<boolean> =>
      (await compiled({ ...FILES, 'models/marts/customers.yaml': text })).nodes.has('model.customers');
    expect(await isThere(yaml)).toBe(true);
    expect(await isThere(yaml.replace('materialized: view', 'latest_version_pointer: false'))).toBe(false);
    expect(await isThere(yaml.replace('materialized: view', 'materialized: ephemeral'))).toBe(false);
    expect(await isThere(yaml.replace('data_tests: []', 'config: {alias: customers}'))).toBe(false);
  });

  test('unit tests try the latest, or one by its name, and stand versions in', async () => {
    const unit = (model: string) =>
      `unit_tests: [{name: one, model: ${model}, given: [], expect: {rows: []}}, {name: two, model: oldest, given: [{input: "ref('customers', v=1)", rows: [{id: 1}]}], expect: {rows: []}}]\n`;
    const modelTested = async (model: string) => {
      const { nodes } = await compiled({ ...FILES, 'models/units.yaml': unit(model) });
      const found = [...nodes.values()].flatMap((node) => (node.kind === 'unit_test' ? [node] : []));
      return found.map(({ model, given }) => [model, given.map(({ id }) => id)]);
    };
    expect(await modelTested('customers')).toEqual([
      ['model.customers.v2', []],
      ['model.oldest', ['model.customers.v1']],
    ]);
    expect((await modelTested('customers.v3'))[0]).toEqual(['model.customers.v3', []]);
  });

  test('what is wrong with them', async () => {
    expect(
      await problemsOf({
        ...FILES,
        'models/customers.sql': 'select 1 as id\n',
        'models/oldest.sql': "select * from {{ ref('customers', v=4) }}, {{ ref('newest', v=1) }}, {{ ref('customers', vv=1) }}\n",
        'models/marts/customers.yaml': `models:
  - name: customers
    latest_version: 7
    columns: [{name: id}]
    versions:
      - {v: 1, columns: [{exclude: [idd]}, {include: all}]}
      - {v: 1}
      - {v: 2, deprecation_date: soon}
      - {v: 3}
      - {v: [4]}
`,
      }),
    ).toEqual([
      'models/customers.sql:1:1 [s] two models are called `customers`; the other is in `models/marts/customers.v2.sql` / rename one of them',
      'models/marts/customers.yaml:3:21 [7] `customers` has no version `7` / it has `1`, `2`, `3`',
      'models/marts/customers.yaml:6:37 [idd] the model `customers` declares no column `idd` / did you mean `id`?',
      'models/marts/customers.yaml:6:44 [{] a version chooses columns twice / name them in one item',
      'models/marts/customers.yaml:7:13 [1] two versions are called `1`; the other is in `models/marts/customers.yaml` / rename one of them',
      'models/marts/customers.yaml:8:34 [soon] `deprecation_date` must be a date such as `2026-12-31`, found the text `soon`',
      'models/marts/customers.yaml:9:13 [3] this describes the model `customers_v3`, which does not exist / did you mean `customers_v1`?',
      'models/marts/customers.yaml:10:13 [[] `v` must be a whole number or a name, found a list',
      "models/oldest.sql:1:22 ['customers'] `customers` has no version `4` / it has `1`, `2`",
      "models/oldest.sql:1:51 ['newest'] `newest` has no version `1` / it has no versions: write `ref('newest')`",
      'models/oldest.sql:1:93 [1] `ref` was called wrongly: it has no argument `vv`; `v` names a version',
    ]);
  });

  test('the view follows the latest version, and who reads an old one is told', async () => {
    const path = 'models/marts/customers.yaml';
    const root = project({ ...FILES, [path]: FILES[path]!.replace('materialized: view', 'materialized: table') });
    const built = await etlx(root, ['build']);
    expect(built).toMatchObject({ code: 0 });
    expect(built.stderr).toContain(
      '`customers.v1` is deprecated since 2020-01-31, and `oldest` still reads it; read a newer version, or remove the model',
    );
    expect(await queryDev(root, 'select * from demo.customers')).toEqual([{ id: 1, town: 'x' }]);
    // the table is made anew below its view
    writeProject(root, { 'models/marts/customers.v2.sql': "select 2 as id, 'y' as town\n" });
    expect(await etlx(root, ['run', '--select', 'customers.v2', '--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(await queryDev(root, 'select * from demo.customers')).toEqual([{ id: 2, town: 'y' }]);
  });
});

describe('inherited descriptions', () => {
  const files = (config = '{}'): Files => ({
    'sources/shop.yaml': `sources:
  - {name: shop, tables: [{name: carts, columns: [{name: id, description: The cart.}, {name: at, description: When.}]}]}
`,
    'models/a.sql': "select * from {{ source('shop', 'carts') }}\n",
    'models/b.sql': "select * from {{ ref('a') }}\n",
    'models/other.sql': 'select 1 as at\n',
    'models/c.sql': "select * from {{ ref('b') }}, {{ ref('other') }}\n",
    'models/all.yaml': `models:
  - {name: a, columns: [{name: id}]}
  - {name: b, config: ${config}, columns: [{name: at}, {name: own}]}
  - {name: other, columns: [{name: at, description: When else.}]}
  - {name: c, columns: [{name: id}, {name: at}, {name: own, description: Mine.}]}
`,
  });
  const columnsOf = async (name: string, config?: string) =>
    (await modelOf(files(config), name)).columns.map((column) => [column.name, column.description, column.inheritedFrom]);

  test('come from the nearest columns of the name above, if they agree', async () => {
    expect(await columnsOf('a')).toEqual([['id', 'The cart.', 'source.shop.carts']]);
    expect(await columnsOf('b')).toEqual([
      ['at', 'When.', 'source.shop.carts'],
      ['own', '', undefined],
    ]);
    expect(await columnsOf('c')).toEqual([
      ['id', 'The cart.', 'source.shop.carts'],
      ['at', '', undefined],
      ['own', 'Mine.', undefined],
    ]);
  });

  test('not where the config says so', async () => {
    expect(await columnsOf('b', '{inherit_descriptions: false}')).toEqual([
      ['at', '', undefined],
      ['own', '', undefined],
    ]);
  });
});

describe('declared variables', () => {
  const VARS = `vars:
  factor: {type: int, default: 2, description: How much.}
  day: {type: date, default: 2026-01-31}
  cities: {type: list}
  name: {type: text}
  share: {type: number, default: 0.5}
  loud: {type: bool, default: false}
  plain: {a: 1}
`;
  const files: Files = {
    ...settings(VARS),
    'models/a.sql':
      "select {{ var('factor') }} as f, '{{ var('day') }}' as d, {{ var('share') }} as s, {{ var('loud') }} as l, '{{ var('name', 'x') }}' as n\n",
  };
  const given = (vars: string, more: string = VARS): Promise<readonly string[]> =>
    problemsOf({ ...files, ...settings(more) }, '--vars', vars);

  test('have their defaults, under the target’s and the call’s values', async () => {
    expect((await modelOf(files, 'a')).sql).toBe("select 2 as f, '2026-01-31' as d, 0.5 as s, false as l, 'x' as n\n");
    const { nodes } = await compile(project(files), { target: 'prod', vars: { share: 3, name: 'y', loud: true, day: '2024-02-29' } });
    expect((nodes.get('model.a') as ModelNode).sql).toBe("select 5 as f, '2024-02-29' as d, 3 as s, true as l, 'y' as n\n");
  });

  test('values of another type, names that nobody declared, required ones without a value', async () => {
    expect(await given('{factor: 2.5, day: 2026-02-30, cities: Rome, name: 3, share: x, loud: 1, plain: 7, facter: 1}')).toEqual([
      '- the project declares no variable `facter` / did you mean `factor`?',
      '- the variable `factor` is declared as an integer, but is the number 2.5',
      '- the variable `day` is declared as a date such as `2026-12-31`, but is the text `2026-02-30`',
      '- the variable `cities` is declared as a list, but is the text `Rome`',
      '- the variable `name` is declared as a text, but is the number 3',
      '- the variable `share` is declared as a number, but is the text `x`',
      '- the variable `loud` is declared as `true` or `false`, but is the number 1',
    ]);
    expect(
      await given(
        '{}',
        'vars:\n  a: {type: int, default: x}\n  b: {type: text, required: true}\n  c: {type: integer}\n  d: {type: int, defalt: 1}\n  factor: {type: text}\n  day: x\n  share: 1\n  loud: x\n',
      ),
    ).toEqual([
      "models/a.sql:1:11 [var] the variable `factor` has no value / add it under `vars:` in `project.yaml`, pass `--vars '{factor: …}'`, or give a default: `var('factor', 'value')`",
      'project.yaml:7:27 [x] the variable `a` is declared as an integer, but is the text `x`',
      "project.yaml:8:3 [b] the variable `b` is required, and has no value / pass `--vars '{b: …}'`, or give it one under `vars:` of the target",
      'project.yaml:9:13 [integer] `type` cannot be `integer` / it is one of `text`, `int`, `number`, `bool`, `date`, `list`',
      'project.yaml:10:18 [defalt] unknown key `defalt` in the declaration of a variable / did you mean `default`?',
    ]);
  });

  test('a project that declares none takes any', async () => {
    expect(await given('{anything: 1}', 'vars: {factor: 1, day: x, share: 1, loud: x}\n')).toEqual([]);
  });
});

describe('names of schemas', () => {
  const files = (naming: string): Files => ({
    ...settings(naming),
    'models/a.sql': "{{ config(schema='marts') }} select 1 as id\n",
    'models/b.sql': 'select 1 as id\n',
    'models/a.yaml':
      'models: [{name: a, columns: [{name: id, data_tests: [{not_null: {config: {store_failures: true, schema: kept}}}]}]}]\n',
    'seeds/s.csv': 'id\n1\n',
    'seeds/s.yaml': 'seeds: [{name: s, config: {schema: static}}]\n',
  });
  const schemasOf = async (naming: string, target: string) => {
    const { nodes } = await compile(project(files(naming)), { target });
    return [...nodes.values()].flatMap((node) =>
      'relation' in node ? [node.relation.schema] : node.kind === 'test' && node.stored ? [node.stored.relation.schema] : [],
    );
  };

  test('as given, or behind the target’s as in dbt; a target decides for itself', async () => {
    expect(await schemasOf('', 'dev')).toEqual(['static', 'marts', 'demo', 'kept']);
    expect(await schemasOf('naming: {schema: prefixed}\n', 'dev')).toEqual(['demo_static', 'demo_marts', 'demo', 'demo_kept']);
    expect(await schemasOf('naming: {schema: prefixed}\n', 'prod')).toEqual(['static', 'marts', 'live', 'kept']);
  });

  test('a database of its own is refused, with the reason', async () => {
    expect(await problemsOf({ 'models/a.sql': "{{ config(database='other') }} select 1 as id\n" })).toEqual([
      "models/a.sql:1:20 ['other'] `database` cannot be configured: a run has one connection, and builds in its database / give the model a `schema`, or the target another `database`",
    ]);
  });
});
