import type { Diagnostic, Location } from '../core/diagnostic';
import { literalOf, textOf } from './calls';
import { checkNames } from './templateNames';
import { parseTemplate, type Template, type TemplateSource } from './template';

function read(text: string, more: Partial<TemplateSource> = {}): { readonly template: Template; readonly found: readonly Diagnostic[] } {
  const found: Diagnostic[] = [];
  const template = parseTemplate({ file: 'a.sql', text, ...more }, (each) => found.push(each));
  expect(template.valid).toBe(found.length === 0);
  return { template, found };
}

const textAt = (text: string, { line, column, length = 0 }: Location): string =>
  text.split('\n')[line - 1]!.slice(column - 1, column - 1 + length);

describe('parseTemplate', () => {
  it('finds every call at any depth, in both arms and in loops, with its place', () => {
    const text = [
      "{{ config(materialized='view', tags=['daily', target.name]) }}",
      '{{#if is_incremental()}}',
      "  {{ cents(ref('a'), scale=digits(2)) }}",
      '{{else if eq(var("x"), 1)}}',
      '  {{ ref "b" }} {{cents (ref "c") scale=(digits 3)}}',
      '{{else}}',
      "  {{#each columns([ref('d'), {'k': ref('e')}]) as |c|}}{{ ref('f') }}{{/each}}",
      '{{/if}}{{! ref("no") }}{# {{ ref("no") }} #}\\{{ ref("no") }}',
    ].join('\n');
    const { template, found } = read(text);
    expect(found).toEqual([]);
    const names = 'config is_incremental cents ref digits eq var ref cents ref digits columns ref ref ref'.split(' ');
    expect(template.calls.map((call) => call.name)).toEqual(names);
    expect(template.calls.map((call) => textAt(text, call.at))).toEqual(names);
    const refs = template.calls.filter((call) => call.name === 'ref').map((call) => call.args[0]!);
    expect(refs.map(textOf)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(refs.map((arg) => textAt(text, arg.at))).toEqual(["'a'", '"b"', '"c"', "'d'", "'e'", "'f'"]);
    expect(template.paths.map((path) => path.text)).toEqual(['target.name']);
    expect(template.straight).toBe(false);
  });

  it('reads both forms to the same call', () => {
    const shape = (text: string): unknown => {
      const { name, args, named } = read(text).template.calls[0]!;
      return { name, args: args.map(literalOf), named: Object.entries(named).map(([key, value]) => [key, literalOf(value)]) };
    };
    expect(shape("{{ config('a', 2, materialized='view', on=True) }}")).toEqual(shape('{{config "a" 2 materialized="view" on=true}}'));
    expect(shape("{{ config(tags=['a', 1], meta={'k': {'l': None}}) }}")).toEqual({
      name: 'config',
      args: [],
      named: [
        ['tags', ['a', 1]],
        ['meta', { k: { l: null } }],
      ],
    });
  });

  it('tells what is written out from what is computed', () => {
    const [list, call] = read("{{ f(['a', x], g('b')) }}").template.calls[0]!.args;
    expect(literalOf(list!)).toBeUndefined();
    expect(literalOf(call!)).toBeUndefined();
    expect(textOf(call)).toBeUndefined();
  });

  it('counts from the start of the file behind front matter, and from the place of a value in YAML', () => {
    const text = "---\ntags: [a]\n---\nselect {{ ref('x') }}";
    const start = text.indexOf('select');
    const { template } = read(text, { start });
    expect(template.calls[0]!.at).toEqual({ file: 'a.sql', line: 4, column: 11, length: 3 });
    expect(template.parts[0]).toMatchObject({ kind: 'text', start, value: 'select ' });
    const value = read("{{ env('A') }}\n{{ env('B') }}", { origin: { file: 'a.sql', line: 7, column: 12 } }).template;
    expect(value.calls.map(({ at }) => [at.line, at.column])).toEqual([
      [7, 15],
      [8, 4],
    ]);
  });

  it.each([
    ["{{ ref('a' }}", 'expected `,` or `)`, found `}}`', undefined, 12],
    ['{{ a | upper }}', 'expected `}}`, found `|`', 'a filter is written as a call: `upper(name)`', 6],
    ['{{ a ~ b }}', 'expected `}}`, found `~`', 'join texts by `concat(a, b)`', 6],
    ['{{ a and b }}', 'templates have no operator `and`', 'write `and(a, b)`', 6],
    ['{{#if a == 1}}{{/if}}', 'expected `}}`, found `==`', 'compare by `eq(a, b)`', 9],
    ['{{#if not a}}{{/if}}', 'expected `}}`, found `a`', 'write `not(a)`', 11],
    ['{{#if f a}}{{/if}}', 'expected `}}`, found `a`', '`if` takes one value; a call is written `name(a, b)` or `(name a b)`', 9],
    ['{% if a %}', '`{% … %}` is Jinja, templates are Handlebars', 'write `{{#if condition}} … {{/if}}`', 1],
    ['{%- for a in b -%}', '`{% … %}` is Jinja, templates are Handlebars', 'write `{{#each list as |item|}} … {{/each}}`', 1],
    ['{{- a -}}', '`{{-` is Jinja', 'white space is trimmed by `{{~` and `~}}`', 1],
    ['{{> header}}', 'partials `{{>` are not part of templates', 'write a macro in `macros/` and call it', 1],
    ['{{#> header}}', 'partials `{{>` are not part of templates', 'write a macro in `macros/` and call it', 1],
    ['{{#*inline "a"}}', 'decorators `{{*` are not part of templates', 'write a macro in `macros/`', 1],
    ['{{{{raw}}}}', 'raw blocks `{{{{` are not part of templates', 'write `\\{{` for braces that are text', 1],
    ['{{^if a}}', 'a block cannot begin with `{{^`', 'write `{{#unless condition}} … {{/unless}}`', 1],
    ['{{#eech a}}{{/eech}}', 'no block is called `eech`', 'did you mean `each`?', 4],
    ['{{#for a}}{{/for}}', 'no block is called `for`', 'write `{{#each list as |item|}} … {{/each}}`', 4],
    ['{{#macro a()}}{{/macro}}', 'a macro cannot be defined here', 'define it in a file of `macros/`, outside of every block', 1],
    ['{{#if a}}', '`{{#if}}` is not closed', 'close it by `{{/if}}`', 1],
    ['{{/if}}', '`{{/if}}` closes no open block', undefined, 1],
    ['{{else}}', '`{{else}}` stands outside of every block', undefined, 1],
    ['{{#if a}}{{else}}{{else}}{{/if}}', '`{{#if}}` has an `{{else}}` already', undefined, 18],
    ['{{#if a x=1}}{{/if}}', '`if` has no such argument', 'it has `includeZero=true`', 9],
    ['{{#each a as |b c d|}}{{/each}}', 'a block gives at most two names', 'the item, and its index or key', 19],
    ['{{ f(', 'this `{{` is not closed', undefined, 1],
    ["{{ f('a }}", 'a quoted text is not closed', "it needs another '", 6],
    ['{# a', 'this comment is not closed', "close it by `#}`; two characters that are no comment are written `{{ '{#' }}`", 1],
    ['{{!-- a }}', 'this comment is not closed', undefined, 1],
    ['{{ f(a=1, a=2) }}', 'the argument `a` is given twice', undefined, 11],
    ['{{ f(a=1, 2) }}', 'an argument without a name stands after one with a name', 'put it first, or name it', 11],
    ["{{ f({'a': 1, 'a': 2}) }}", 'the key `a` stands twice in this mapping', undefined, 15],
    [
      '{{ f(0.1234567890123456789) }}',
      'the number 0.1234567890123456789 has too many digits',
      "put it into quotes: '0.1234567890123456789'",
      6,
    ],
    ['{{ adapter.dispatch(1) }}', '`adapter.dispatch` cannot be called', 'only helpers and macros are called, by their name alone', 4],
    ['{{ @index }}', '`@index` has a meaning only inside `{{#each}}`', undefined, 4],
    ['{{ ../a }}', '`../a` leads out of the template', undefined, 4],
    [`{{ ${'f('.repeat(200)}`, 'brackets are nested more than 100 deep', undefined, 205],
  ])('refuses %s', (text, problem, hint, column) => {
    const { found } = read(text);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      code: 'template.syntax',
      message: `the template cannot be read: ${problem}`,
      at: { line: 1, column },
    });
    expect(found[0]!.hint).toBe(hint);
  });

  it('takes `this` for a name like others where no block has made an item', () => {
    const headsOf = (text: string) => read(text).template.paths.map(({ head, parts }) => head ?? parts[0]);
    expect(headsOf('{{ this.schema }}{{#if is_incremental()}}{{ this }}{{/if}}')).toEqual(['this', 'this']);
    expect(read('{{ this }}').template.paths).toMatchObject([{ parts: ['this'] }]);
    expect(read('{{#each a}}{{ this }}{{/each}}').template.paths.at(-1)).toMatchObject({ head: 'this', parts: [] });
    expect(read('select 1\nfrom {{ ./this }}').found).toMatchObject([{ code: 'template.syntax', at: { line: 2, column: 9, length: 6 } }]);
  });

  it('goes on behind an error', () => {
    const { found, template } = read(
      "{{ ref('a' }}\n{{ ok() }}\n{{ | }} {{ 1x }}\n{{#each xs as |c}}{{ this }}{{/each}}\n{% endif %}{{#if a}}",
    );
    expect(found.map(({ at }) => [at!.line, at!.column])).toEqual([
      [1, 12],
      [3, 4],
      [3, 12],
      [4, 17],
      [5, 1],
      [5, 12],
    ]);
    expect(template.calls.map(({ name }) => name)).toEqual(['ok']);
  });

  it('reads long texts in linear time', () => {
    const many = `${"select {{ ref('a') }}, {{ x.y }} {\n".repeat(20_000)}{{ open`;
    expect(read(many).template.calls).toHaveLength(20_000);
  });
});

describe('checkNames', () => {
  const check = (text: string): readonly string[] => {
    const found: Diagnostic[] = [];
    checkNames(read(text).template, { helpers: ['ref', 'cents', 'is_incremental'], variables: new Set(['target', 'columns']) }, (each) =>
      found.push(each),
    );
    return found.map(({ code, hint, at }) => `${code} ${at!.column} ${hint}`);
  };

  it('knows helpers, variables, and helpers without arguments by their name alone', () => {
    expect(check("{{ cents(ref('a')) }}{{ target.name }}{{ is_incremental }}")).toEqual([]);
  });

  it('names the nearest', () => {
    expect(check("{{ reff('a') }} {{ tarket.name }} {{ cents(colums) }}")).toEqual([
      'template.unknown-helper 4 did you mean `ref`?',
      'template.unknown-variable 20 did you mean `target`?',
      'template.unknown-variable 44 did you mean `columns`?',
    ]);
  });

  it('leaves fields of items, block parameters and data of blocks to rendering, but not calls', () => {
    expect(check('{{#each columns as |c|}}{{ c.x }}{{ field }}{{ @index }}{{ ../x }}{{ nope(c) }}{{/each}}')).toEqual([
      'template.unknown-helper 70 macros live in `macros/`',
    ]);
  });
});
