import { EtlxError } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';
import type { Project } from '../core/project';
import { compile, type Compiled } from './compile';

const TYPES = ['pglite', 'postgres', 'duckdb'] as const;
type Type = (typeof TYPES)[number];

const MACROS = `
{{#macro now()}}now(){{/macro}}
{{#macro duckdb__now()}}get_current_timestamp(){{/macro}}

{{#macro default__items(a, b=1)}}list({{ a }}, {{ b }}){{/macro}}
{{#macro postgres__items(a, b=2)}}array[{{ a }}, {{ b }}]{{/macro}}
{{#macro pglite__items(a, b=3)}}pglite[{{ a }}, {{ b }}]{{/macro}}

{{#macro duckdb__rows(n)}}{{ default__items(n) }} from {{ ref('a') }}{{/macro}}
{{#macro default__rows(n)}}{{ n }} from {{ ref('b') }}{{/macro}}

{{#macro postgres__only(n)}}{{ n }}{{/macro}}
{{#macro duckdb__hash(field)}}own({{ field }}){{/macro}}
`;

const FILES = {
  'models/a.sql': 'select 1',
  'models/b.sql': 'select 2',
  'models/reads.sql': 'select {{ rows(5) }}',
};

function compiled(type: Type, macros = MACROS, functions: Project['functions'] = new Map()): Compiled {
  const connection = type === 'postgres' ? 'url: postgres://x' : 'path: db';
  const files = { ...FILES, 'macros/m.sql': macros, ...(macros !== MACROS && { 'models/reads.sql': 'select 1' }) };
  return compile(
    {
      root: '/',
      settings: { path: 'project.yaml', text: `name: demo\ntargets: {dev: {type: ${type}, ${connection}, schema: shop}}\n` },
      files: Object.entries(files).map(([path, text]) => ({ path, text })),
      seeds: [],
      functions,
    },
    { vars: {}, env: {}, fullRefresh: false },
  );
}

/** The code, message and hint of what is wrong. */
function problemsOf(work: () => unknown): readonly string[] {
  try {
    work();
  } catch (error) {
    if (error instanceof EtlxError) return error.diagnostics.map(({ code, message, at }) => `${code}: ${message} ${at?.file}:${at?.line}`);
    throw error;
  }
  return [];
}

const onEach = (call: string): readonly string[] => TYPES.map((type) => compiled(type).inline(call).sql);

describe('a call takes the variant of the engine', () => {
  it.each([
    ['{{ now() }}', ['now()', 'now()', 'get_current_timestamp()']],
    ['{{ now }}', ['now()', 'now()', 'get_current_timestamp()']],
    ['{{ items(0) }}', ['pglite[0, 3]', 'array[0, 2]', 'list(0, 1)']],
    ['{{ duckdb__now() }}', Array<string>(3).fill('get_current_timestamp()')],
    ["{{ hash('a') }}", ['md5(cast(a as text))', 'md5(cast(a as text))', 'own(a)']],
  ])('%s', (call, texts) => {
    expect(onEach(call)).toEqual(texts);
  });

  it('and depends on what that one reads', () => {
    const parents = TYPES.map((type) => compiled(type).manifest.nodes.get('model.reads')!.dependsOn);
    expect(parents).toEqual([['model.b'], ['model.b'], ['model.a']]);
  });

  it('also in TypeScript', () => {
    const functions: Project['functions'] = new Map([
      ['duckdb__now', { file: 'macros/n.ts', call: () => 'of typescript' }],
      ['default__other', { file: 'macros/n.ts', call: (n: TemplateValue) => `other ${String(n)}` }],
    ]);
    const sqlOf = (type: Type) => compiled(type, '{{#macro now()}}of sql{{/macro}}', functions).inline('{{ now() }}, {{ other(1) }}').sql;
    expect(TYPES.map(sqlOf)).toEqual(['of sql, other 1', 'of sql, other 1', 'of typescript, other 1']);
  });
});

it('says which engine has no variant, where it is called and nowhere else', () => {
  expect(compiled('pglite').inline('{{ only(1) }}').sql).toBe('1');
  expect(problemsOf(() => compiled('duckdb').inline('select\n{{ only(1) }}'))).toEqual([
    'macro.variant: the variants of the macro `only` do not fit: there is no `only` for duckdb --inline:2',
  ]);
});

it.each([
  [
    '{{#macro f(a, b=1)}}x{{/macro}}\n{{#macro duckdb__f(a, c=1)}}x{{/macro}}',
    'macro.variant: the variants of the macro `f` do not fit: `duckdb__f` takes (a, c=…), `f` takes (a, b=…) macros/m.sql:2',
  ],
  ['{{#macro f(a)}}x{{/macro}}\n{{#macro default__f(a)}}x{{/macro}}', expect.stringMatching(/^name.duplicate: .*`f`.*macros\/m.sql:2$/)],
  ['{{#macro duckdb__ref(a)}}x{{/macro}}', expect.stringMatching(/^name.duplicate: .*`ref`.*etlx itself/)],
  ['{{#macro duckdb__f()}}{{ f() }}{{/macro}}', expect.stringMatching(/^template.recursion: .*duckdb__f → duckdb__f/)],
])('reports %j', (macros, problem) => {
  expect(problemsOf(() => compiled('duckdb', macros))).toEqual([problem]);
});
