import type { Diagnostic } from '../core/diagnostic';
import { textOf } from './calls';
import { type Macro, parseMacros } from './macro';
import { callsThrough, checkRecursion } from './macroCalls';
import { parseTemplate } from './template';

function read(text: string): { readonly macros: readonly Macro[]; readonly found: readonly Diagnostic[] } {
  const found: Diagnostic[] = [];
  return { macros: parseMacros({ path: 'macros/m.sql', text }, (each) => found.push(each)), found };
}

function macrosOf(text: string): ReadonlyMap<string, Macro> {
  const { macros, found } = read(text);
  expect(found).toEqual([]);
  return new Map(macros.map((macro) => [macro.name, macro]));
}

describe('parseMacros', () => {
  it('reads both forms of a head', () => {
    const { macros, found } = read(
      '-- money\n{{! and }}{{#macro cents(column, scale=2, names=[\'a\'])}}\nround({{ column }}, {{ scale }})\n{{/macro}}\n/* more */\n{{#macro "today"}}now(){{/macro}}\n{{#macro "pad" text width=3}}{{ text }}{{/macro}}{{#macro zero}}0{{/macro}}',
    );
    expect(found).toEqual([]);
    expect(macros.map(({ name, params }) => [name, params])).toEqual([
      ['cents', [{ name: 'column' }, { name: 'scale', default: 2 }, { name: 'names', default: ['a'] }]],
      ['today', []],
      ['pad', [{ name: 'text' }, { name: 'width', default: 3 }]],
      ['zero', []],
    ]);
    expect(macros[0]!.at).toEqual({ file: 'macros/m.sql', line: 2, column: 20, length: 5 });
    expect(macros[0]!.body.paths.map(({ text, at }) => [text, at.line, at.column])).toEqual([
      ['column', 3, 10],
      ['scale', 3, 24],
    ]);
  });

  it.each([
    ['select 1 {{#macro a()}}{{/macro}}', 'this stands outside of every macro', 1],
    ['{{#macro a()}}{{/macro}}{{ b }}', 'this stands outside of every macro', 25],
    ['{{#macro a(b=1, c)}}{{/macro}}', 'an argument without a name stands after one with a name', 17],
    ['{{#macro a(b, b)}}{{/macro}}', '`a` has two parameters `b`', 15],
    ['{{#macro a(b, b=1)}}{{/macro}}', '`a` has two parameters `b`', 17],
    ["{{#macro a('b')}}{{/macro}}", 'a parameter of `a` is no name', 12],
    ['{{#macro a(b=c)}}{{/macro}}', 'the default of `b` is not written out', 14],
    ['{{#macro 1}}{{/macro}}', 'a macro needs a name', 10],
    ['{{#macro a()}}{{#macro b()}}{{/macro}}{{/macro}}', 'a macro cannot be defined here', 15],
    ['{{#if x}}{{#macro b()}}{{/macro}}{{/if}}', 'a macro cannot be defined here', 10],
    ['{{#macro a()}}', '`{{#macro}}` is not closed', 1],
    ['{{#macro a()}}{{else}}{{/macro}}', '`{{else}}` stands outside of every block', 15],
    ['{{#macro a()}}{{ f( }}{{/macro}}', 'expected an expression, found `}}`', 21],
  ])('refuses %s', (text, problem, column) => {
    const { found } = read(text);
    expect(found).toMatchObject([{ code: 'template.syntax', message: `the template cannot be read: ${problem}`, at: { line: 1, column } }]);
  });
});

describe('callsThrough', () => {
  const refsOf = (macros: ReadonlyMap<string, Macro>, text: string): readonly unknown[] => {
    const through = callsThrough(macros);
    const template = parseTemplate({ file: 'a.sql', text }, () => undefined);
    return through(template)
      .filter(({ name }) => name === 'ref')
      .map(({ args }) => textOf(args[0]));
  };

  it('follows macros into macros, each once, also those named alone', () => {
    const macros = macrosOf(
      "{{#macro a(x)}}{{ ref('in_a') }}{{ b() }}{{ b() }}{{/macro}}{{#macro b()}}{{#if x}}{{else}}{{ ref('in_b') }}{{/if}}{{/macro}}{{#macro c(b)}}{{ b }}{{ ref('in_c') }}{{/macro}}",
    );
    expect(refsOf(macros, "{{ ref('own') }}{{ a(1) }}")).toEqual(['own', 'in_a', 'in_b']);
    expect(refsOf(macros, '{{ b }}')).toEqual(['in_b']);
    expect(refsOf(macros, '{{ c(1) }}')).toEqual(['in_c']);
    expect(refsOf(macros, 'select 1')).toEqual([]);
  });

  it('ends where macros call each other, which is reported once', () => {
    const macros = macrosOf(
      "{{#macro a()}}{{ b() }}{{ ref('in_a') }}{{/macro}}{{#macro b()}}{{ c() }}{{/macro}}{{#macro c()}}{{ b() }}{{/macro}}",
    );
    expect(refsOf(macros, '{{ a() }}')).toEqual(['in_a']);
    const found: Diagnostic[] = [];
    checkRecursion(macros, (each) => found.push(each));
    expect(found).toMatchObject([{ code: 'template.recursion', message: 'these macros call each other without end: b → c → b' }]);
  });
});
