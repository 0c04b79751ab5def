import { sourcesOf, type SourceDeclaration } from './sources';

const read = (text: string): { sources: readonly SourceDeclaration[]; problems: string[] } => {
  const problems: string[] = [];
  const sources = sourcesOf(
    { path: 'sources/s.yaml', text },
    (each) => each,
    ({ at, message, hint }) => problems.push(`${at?.line}:${at?.column} ${message}${hint ? ` (${hint})` : ''}`),
  );
  return { sources, problems };
};

/** A source `s` of one resource `users` and one table, with the lines of the test in it. */
const table = (lines: string, extract = 'client: {base_url: "https://x"}\n      resources: [users, carts]'): string => `sources:
  - name: s
    extract:
      ${extract}
    tables:
      - name: t
        ${lines.trim().split('\n').join('\n        ')}
`;

describe('a table', () => {
  test('that etlx loads', () => {
    const { sources, problems } = read(
      table(`
description: All.
tags: own
transform:
  union:
    - {from: users, columns: {id: id, city: address.city}}
    - from: carts
      explode: {path: products, optional: true}
      include_from_parent: {cart: id}
      filter: record.n > 0
      columns: {id: {path: userId}, n: {expr: "record.n + 1"}}
  merge: {key: [id], columns: {n: sum}, otherwise: first}
  row_filter: n > 5
  schema_contract: {data_type: discard_row}
load: {primary_key: id}
columns:
  - {name: id, data_type: INT, data_tests: [unique]}
  - {name: city, data_type: VARCHAR(255)}
  - {name: n, data_type: "DECIMAL(10,2)"}
`),
    );
    expect(problems).toEqual([]);
    const [loaded] = sources[0]!.tables;
    expect(loaded).toMatchObject({
      name: 't',
      description: 'All.',
      tags: ['own'],
      primaryKey: ['id'],
      columns: [{ name: 'id', notNull: true, dataType: 'INT' }, { name: 'city', notNull: false }, { name: 'n' }],
      tests: [{ testName: 'unique', columnName: 'id' }],
    });
    expect(loaded?.transform).toEqual({
      inputs: [
        {
          from: 'users',
          at: expect.objectContaining({ line: 12 }),
          includeFromParent: {},
          columns: { id: { path: 'id' }, city: { path: 'address.city' } },
        },
        {
          from: 'carts',
          at: expect.objectContaining({ line: 13 }),
          explode: 'products',
          explodeOptional: true,
          includeFromParent: { cart: 'id' },
          filter: { text: 'record.n > 0', at: expect.objectContaining({ line: 16 }) },
          columns: { id: { path: 'userId' }, n: { expr: { text: 'record.n + 1', at: expect.objectContaining({ line: 17, column: 56 }) } } },
        },
      ],
      merge: { key: ['id'], columns: { n: 'sum' }, otherwise: 'first' },
      filter: { text: 'n > 5', at: expect.objectContaining({ line: 19 }) },
      contract: { dataType: { columns: {}, otherwise: 'discard_row' } },
    });
  });

  test('has a contract by column and for fields', () => {
    const contract = '{columns: evolve, data_type: {columns: {city: discard_value}, otherwise: discard_row}}';
    const { sources, problems } = read(
      table(`
transform: {from: users, columns: {id: id, city: city}, ignore: [debug], schema_contract: ${contract}}
load: {primary_key: id}
columns: [{name: id, data_type: INT}, {name: city, data_type: TEXT}]
`),
    );
    expect(problems).toEqual([]);
    expect(sources[0]!.tables[0]!.transform).toMatchObject({
      inputs: [{ ignore: ['debug'] }],
      contract: { columns: 'evolve', dataType: { columns: { city: 'discard_value' }, otherwise: 'discard_row' } },
    });
  });

  test('that somebody else fills needs nothing but its name', () => {
    const { sources, problems } = read(
      'sources:\n  - name: crm\n    schema: crm_raw\n    tags: [x]\n    meta: {a: 1, b: 1}\n    tables:\n      - name: people\n        meta: {b: 2}\n        columns: [{name: id}]\n',
    );
    expect(problems).toEqual([]);
    expect(sources).toMatchObject([
      {
        name: 'crm',
        schema: 'crm_raw',
        land: 'raw',
        resources: [],
        tables: [{ name: 'people', tags: ['x'], meta: { a: 1, b: 2 }, primaryKey: [], columns: [{ name: 'id' }] }],
      },
    ]);
    expect(sources[0]?.tables[0]).not.toHaveProperty('transform');
  });

  test('whose input is a module gives the columns that the module decides on', () => {
    expect(read(table('transform: {from: users, module: "sources/t.ts#rows"}\ncolumns: [{name: id, data_type: INT}]')).problems).toEqual(
      [],
    );
  });
});

const COLUMNS = 'columns: [{name: id, data_type: INT}]';

test.each([
  [
    'an unknown resource',
    table(`transform: {from: user, columns: {id: id}}\n${COLUMNS}`),
    ['8:27 `from` cannot be `user` (did you mean `users`?)'],
  ],
  [
    'a column that is not declared',
    table(`transform: {from: users, columns: {id: id, idd: x}}\n${COLUMNS}`),
    ['8:52 the table `t` declares no column `idd` (did you mean `id`?)'],
  ],
  [
    'a column that nothing gives',
    table('transform: {from: users, columns: {id: id}}\ncolumns: [{name: id, data_type: INT}, {name: age, data_type: INT}]'),
    ['9:54 no input of `t` gives the column `age` (give it in `transform`, or take it out of `columns:`)'],
  ],
  [
    'a merge by columns that are not there',
    table(`transform: {from: users, columns: {id: id}, merge: {key: [ids], columns: {cuont: sum}}}\n${COLUMNS}`),
    [
      '8:67 the table `t` declares no column `ids` (did you mean `id`?)',
      '8:83 the table `t` declares no column `cuont` (declare it under `columns:`)',
    ],
  ],
  [
    'a key that is not there',
    table(`transform: {from: users, columns: {id: id}}\nload: {primary_key: [ix]}\n${COLUMNS}`),
    ['9:30 the table `t` declares no column `ix` (did you mean `id`?)'],
  ],
  ['no columns', table('transform: {from: users, columns: {id: id}}'), ['7:15 the table `t` needs the key `columns`']],
  [
    'no type',
    table('transform: {from: users, columns: {id: id}}\ncolumns: [{name: id}]'),
    ['9:26 the loaded column `id` needs the key `data_type`'],
  ],
  [
    'a type that is none',
    table('transform: {from: users, columns: {id: id}}\ncolumns: [{name: id, data_type: INTEGR}]'),
    ['9:41 the type `INTEGR` of `id` is not one that etlx can check (did you mean `INTEGER`?)'],
  ],
  [
    'a sum of texts',
    table(
      'transform: {from: users, columns: {id: id, x: x}, merge: {key: id, columns: {x: sum}}}\ncolumns: [{name: id, data_type: INT}, {name: x, data_type: TEXT}]',
    ),
    ['9:54 `x` is merged by `sum`, but TEXT is not a number'],
  ],
  [
    'an unknown rule',
    table(`transform: {from: users, columns: {id: id}, merge: {key: id, otherwise: frist}}\n${COLUMNS}`),
    ['8:81 `otherwise` cannot be `frist` (did you mean `first`?)'],
  ],
  [
    'load without transform',
    table('load: {primary_key: id}\ncolumns: [{name: id}]'),
    ['7:15 the table `t`, which has `load`, needs the key `transform`'],
  ],
  [
    'an input that gives nothing',
    table(`transform: {from: users}\n${COLUMNS}`),
    [
      '8:20 an input needs the key `columns`',
      '9:26 no input of `t` gives the column `id` (give it in `transform`, or take it out of `columns:`)',
    ],
  ],
  [
    'from beside union',
    table(`transform: {union: [{from: users, columns: {id: id}}], from: users}\n${COLUMNS}`),
    ['8:64 unknown key `from` in a transform with `union` (known keys: union, merge, row_filter, schema_contract)'],
  ],
  [
    'parents without explode',
    table(`transform: {from: users, include_from_parent: {a: b}, columns: {id: id}}\n${COLUMNS}`),
    ['8:20 an input with `include_from_parent` needs the key `explode`'],
  ],
  [
    'explode without its path',
    table(`transform: {from: users, explode: {optional: true}, include_from_parent: {a: b}, columns: {id: id}}\n${COLUMNS}`),
    ['8:43 `explode` needs the key `path`'],
  ],
  [
    'a base_url that is a number',
    table('description: x', 'client: {base_url: 5}\n      resources: [users]'),
    ['4:26 `base_url` must be a text, found the number 5'],
  ],
  [
    'an empty step',
    table(`transform: {from: users, columns: {id: a..b}}\n${COLUMNS}`),
    [
      '8:48 `columns.id` has an empty step in the path `a..b`',
      '9:26 no input of `t` gives the column `id` (give it in `transform`, or take it out of `columns:`)',
    ].slice(0, 1),
  ],
  [
    'a base_url that is none',
    table('description: x', 'client: {base_url: "ftp://x"}\n      resources: [users]'),
    ['4:27 `base_url` must begin with `https://`, `http://` or `recorded:`, found `ftp://x`'],
  ],
  ['no base_url', table('description: x', 'resources: [users]'), ['4:19 `client`, for the resource `users`, needs the key `base_url`']],
  [
    'keys of another paginator',
    table('description: x', 'client: {base_url: "https://x", paginator: {type: single_page, limit: 3}}\n      resources: [users]'),
    ['4:70 unknown key `limit` in the paginator `single_page` (known keys: type, total_path)'],
  ],
  [
    'an unknown paginator',
    table('description: x', 'client: {base_url: "https://x", paginator: {type: ofset}}\n      resources: [users]'),
    ['4:57 `type` cannot be `ofset` (did you mean `offset`?)'],
  ],
  [
    'two resources of one name',
    table('description: x', 'client: {base_url: "https://x"}\n      resources: [users, users]'),
    ['5:26 two resources are called `users`; the other is in `sources/s.yaml` (rename one of them)'],
  ],
  [
    'a name that is no name',
    'sources:\n  - name: my.shop',
    ['2:11 `my.shop` cannot be a name: it is made of letters, digits, `_` and `-`, and does not begin with `-`'],
  ],
  [
    'a landing place outside of the lake',
    'sources:\n  - name: s\n    land: {path: ../x}',
    ['3:18 `../x` cannot be where responses land (name a folder of the lake other than `datasets`: `raw`)'],
  ],
  [
    'transform without extract',
    'sources:\n  - name: s\n    tables: [{name: t, transform: {from: u, columns: {id: id}}, columns: [{name: id, data_type: INT}]}]',
    ['2:11 the source `s`, whose tables have a `transform`, needs the key `extract`'],
  ],
  ['a misspelled word of the four', table('transfrom: {}'), ['8:9 unknown key `transfrom` in a table (did you mean `transform`?)']],
])('%s', (_, text, expected) => expect(read(text).problems).toEqual(expected));
