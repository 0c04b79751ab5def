import { EtlxError, type Diagnostic } from '../core/diagnostic';
import { sourceLocation } from '../core/position';
import { parseTemplate, type Template } from '../parse/template';
import { builtins } from './builtins';
import { render } from './render';
import type { Helper, Scope } from './renderScope';

const own: Readonly<Record<string, Helper>> = {
  ref: ([name]) => `"shop"."${name}"`,
  config: () => '',
  is_incremental: () => false,
  show: (args, named) => JSON.stringify([args, named]),
  fails: () => {
    throw new Error('no luck');
  },
};

const scope: Scope = {
  helper: (name) => (Object.hasOwn(own, name) ? own[name] : builtins.get(name)),
  variables: {
    target: { name: 'dev', schema: 'shop' },
    self: '"shop"."me"',
    nothing: null,
    columns: ['a', 'b'],
    rows: [
      { n: 1, none: null },
      { n: 2, none: null },
    ],
  },
};

function read(text: string): Template {
  const found: Diagnostic[] = [];
  const template = parseTemplate({ file: 'models/a.sql', text }, (each) => found.push(each));
  expect(found).toEqual([]);
  return template;
}

const sqlOf = (text: string): string => render(read(text), scope).sql;

function diagnosticOf(work: () => unknown): Diagnostic {
  try {
    work();
  } catch (error) {
    if (error instanceof EtlxError) return error.diagnostics[0]!;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('render', () => {
  it.each([
    ["select * from {{ ref('a') }}", 'select * from "shop"."a"'],
    ['select * from {{ref "a"}}', 'select * from "shop"."a"'],
    ["{{ config(materialized='view', tags=['daily'], meta={'owner': 'x'}) }}\nselect 1", '\nselect 1'],
    ['{{config materialized="view"}}\nselect 1', '\nselect 1'],
    ["{{ show(ref('a'), scale=2) }}", '[["\\"shop\\".\\"a\\""],{"scale":2}]'],
    ['{{show (ref "a") scale=2}}', '[["\\"shop\\".\\"a\\""],{"scale":2}]'],
    ["{{ show([1, -2.5, 'x', [True, None]], {'a': {'b': 1}},) }}", '[[[1,-2.5,"x",[true,null]],{"a":{"b":1}}],{}]'],
    ['{{ show(true, false, null, none, True, False, None) }}', '[[true,false,null,null,true,false,null],{}]'],
    ["{{ show('it''s') }}".replace("''", "\\'"), '[["it\'s"],{}]'],
    ["{{ show('a\\n\\d+\\\\') }}", '[["a\\n\\\\d+\\\\"],{}]'],
    ['{{ target.schema }}.{{ self }}', 'shop."shop"."me"'],
    ['{{ is_incremental }}', 'false'],
    ['a{{! c }}b{{!-- {{ x }} --}}c{# two\nlines #}d', 'abcd'],
    ["where j like '{%' and k = '{\"a\": {{ target.name }}}'", "where j like '{%' and k = '{\"a\": dev}'"],
    ['{{{ self }}} {{& self }}', '"shop"."me" "shop"."me"'],
    ["\\{{ self }} \\\\{{ target.name }} {{ '{{ {# {%' }}", '{{ self }} \\dev {{ {# {%'],
    ['{{ nothing }}.', '.'],
    ['{{#if is_incremental()}}a{{else}}b{{/if}}', 'b'],
    ["{{#if (is_incremental)}}a{{else if eq(target.name, 'dev')}}b{{else}}c{{/if}}", 'b'],
    ['{{#unless is_incremental()}}a{{/unless}}', 'a'],
    ['{{#each columns as |c i|}}{{ c }}{{ i }}{{ @last }}{{ show(c) }}{{/each}}', 'a0false[["a"],{}]b1true[["b"],{}]'],
    ['{{#each columns}}{{ this }}{{ target.name }}{{ @index }}{{/each}}', 'adev0bdev1'],
    ['{{#each rows}}{{#each ../columns}}{{ this }}{{ ../n }}{{ n }}{{ @../index }}{{/each}}{{/each}}', 'a110b110a221b221'],
    ['{{#each rows}}[{{ none }}{{ ./n }}]{{/each}}', '[1][2]'],
    ['{{#each dict(x=1, y=2) as |v k|}}{{ k }}{{ @key }}{{ v }}{{/each}}', 'xx1yy2'],
    ['{{#each []}}a{{else}}{{ target.name }}{{/each}}', 'dev'],
    ['{{#with target as |t|}}{{ t.name }}{{ name }}{{ @root.self }}{{/with}}', 'devdev"shop"."me"'],
    ['{{#if 0 includeZero=true}}zero{{/if}}', 'zero'],
    ['a  {{~ self ~}}  b', 'a"shop"."me"b'],
    ['a {#- c -#} b', 'ab'],
    ['a\\{# c #}b{{#if true}}\\{{ x }}{{/if}}', 'a\\b{{ x }}'],
    ['{{#if true}}{{ @root.target.name }}{{/if}} {{ @root.target.name }}', 'dev dev'],
  ])('%s', (text, sql) => {
    expect(sqlOf(text)).toBe(sql);
  });

  it('keeps the lines that blocks do not have to themselves', () => {
    expect(sqlOf('select\n  {{#if true}}\n  a,\n  {{/if}}\n  b\n{{ config(x=1) }}\nfrom t')).toBe('select\n  a,\n  b\n\nfrom t');
  });

  it('says where a helper failed', () => {
    expect(diagnosticOf(() => sqlOf("select\n  {{ show(fails('x')) }}"))).toMatchObject({
      code: 'template.render',
      message: 'the template failed: `fails`: no luck',
      at: { file: 'models/a.sql', line: 2, column: 11 },
    });
    expect(diagnosticOf(() => sqlOf('{{#if true}}\n{{ fails() }}{{/if}}'))).toMatchObject({
      code: 'template.render',
      at: { line: 2, column: 4 },
    });
  });

  it.each([
    ['{{ target.nme }}', 'template.unknown-variable', 'did you mean `target.name`?'],
    ['{{ tarket.name }}', 'template.unknown-variable', 'did you mean `target`?'],
    ['{{ fail() }}', 'template.unknown-helper', 'macros live in `macros/`'],
    ['{{#each rows}}{{ m }}{{/each}}', 'template.unknown-variable', undefined],
    ['{{ columns }}', 'template.render', undefined],
    ['{{ target }}', 'template.render', undefined],
    ["{{#each 'abc'}}x{{/each}}", 'template.render', undefined],
    ["{{#if true}}{{ concat('\ufdd0') }}{{/if}}", 'template.syntax', undefined],
  ])('%s fails with %s', (text, code, hint) => {
    const found = diagnosticOf(() => sqlOf(text));
    expect([found.code, found.hint]).toEqual([code, hint]);
  });

  it('does not render what could not be read', () => {
    const template = parseTemplate({ file: 'a.sql', text: '{{ f( }}' }, () => undefined);
    expect(diagnosticOf(() => render(template, scope)).code).toBe('template.syntax');
  });
});

describe('the line map', () => {
  it.each([
    ["{{ config(x=1) }}\nselect *\nfrom {{ ref('a') }}\nwhere WRONG", 4, 7],
    ['{{#if true}}\nselect 1\n{{else}}\nx\n{{/if}}\nfrom WRONG', 6, 6],
    ['{# a\n b #}\n{{#each columns as |c|}}\n  {{ c }},\n{{/each}}\nWRONG', 6, 1],
  ])('leads from the compiled text back to %j', (text, line, column) => {
    const { sql, lines } = render(read(text), scope);
    expect(sourceLocation(lines, () => text, sql.indexOf('WRONG'))).toEqual({ file: 'models/a.sql', line, column });
  });

  it('keeps within the call for what a helper wrote', () => {
    const text = 'select {{ self }}x';
    const { sql, lines } = render(read(text), scope);
    expect(sql).toBe('select "shop"."me"x');
    expect(sourceLocation(lines, () => text, 17)?.column).toBe(17);
    expect(sourceLocation(lines, () => text, 18)?.column).toBe(18);
  });
});
