import { EtlxError, type Diagnostic } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';
import { parseMacros } from '../parse/macro';
import { parseTemplate } from '../parse/template';
import { builtins } from './builtins';
import { render } from './render';
import { functionHelper, macroHelper } from './renderMacro';
import type { Helper, Scope } from './renderScope';

const file = {
  path: 'macros/m.sql',
  text: [
    '{{#macro cents(column, scale=2)}}',
    '  round({{ column }} / 100.0, {{ scale }})',
    '{{/macro}}',
    "{{#macro both(columns, wrap='cents')}}",
    '{{#each columns as |c|}}',
    '  {{ cents(c) }}{{#unless @last}}, {{/unless}}',
    '{{/each}}',
    '{{/macro}}',
    '{{#macro where()}}{{ target.name }}{{/macro}}',
    '{{#macro again()}}{{ again() }}{{/macro}}',
  ].join('\n'),
};

const helpers = new Map<string, Helper>(builtins);
const scope: Scope = { helper: (name) => helpers.get(name), variables: { target: { name: 'dev' }, scale: 9 } };
for (const macro of parseMacros(file, () => undefined)) helpers.set(macro.name, macroHelper(macro, scope));
helpers.set(
  'pivot',
  functionHelper((...args: TemplateValue[]) => JSON.stringify(args)),
);
helpers.set(
  'names',
  functionHelper(() => ['a', 'b']),
);
helpers.set('bad', functionHelper((() => Promise.resolve(1)) as never, 'bad'));
helpers.set('dates', functionHelper((() => new Date(0)) as never, 'dates'));
helpers.set(
  'numbers',
  functionHelper(() => NaN, 'numbers'),
);

const sqlOf = (text: string): string =>
  render(
    parseTemplate({ file: 'a.sql', text }, () => undefined),
    scope,
  ).sql;

function problemOf(text: string): Diagnostic {
  try {
    sqlOf(text);
  } catch (error) {
    if (error instanceof EtlxError) return error.diagnostics[0]!;
  }
  throw new Error('no EtlxError was thrown');
}

describe('macroHelper', () => {
  it.each([
    ["[{{ cents('price') }}]", '[  round(price / 100.0, 2)]'],
    ["[{{ cents('price', 3) }}]", '[  round(price / 100.0, 3)]'],
    ["[{{cents 'price' scale=3}}]", '[  round(price / 100.0, 3)]'],
    ["[{{ cents(scale=none, column='p') }}]", '[  round(p / 100.0, )]'],
    ["{{ both(['a', 'b']) }}", '    round(a / 100.0, 2), \n    round(b / 100.0, 2)\n'],
    ['{{ where() }}{{ where }}', 'devdev'],
    ['{{#each names() as |n|}}{{ n }}{{/each}}', 'ab'],
  ])('%s', (text, sql) => {
    expect(sqlOf(text)).toBe(sql);
  });

  it.each([
    ['{{ cents() }}', '`cents` was called wrongly: `column` is missing'],
    ['{{ cents(1, 2, 3) }}', '`cents` was called wrongly: it takes 2 arguments, 3 were given'],
    ['{{ cents(1, scal=2) }}', '`cents` was called wrongly: it has no parameter `scal`; did you mean `scale`?'],
    ['{{ cents(1, column=2) }}', '`cents` was called wrongly: `column` is given twice, by place and by name'],
    ['{{ where(1) }}', '`where` was called wrongly: it takes no arguments, 1 were given'],
  ])('refuses %s', (text, message) => {
    expect(problemOf(text)).toMatchObject({ code: 'template.arguments', message, at: { file: 'a.sql', line: 1, column: 4 } });
  });

  it('says of a macro without end what it is', () => {
    expect(problemOf('{{ again() }}')).toMatchObject({
      code: 'template.render',
      message: 'the template failed: `again`: it was called from within itself without end',
    });
  });
});

describe('functionHelper', () => {
  it('gives arguments in order, then the named ones in one mapping', () => {
    expect(sqlOf("{{ pivot('a', [1], {'k': none}, size=2) }}")).toBe('["a",[1],{"k":null},{"size":2}]');
    expect(sqlOf('{{ pivot() }}')).toBe('[]');
  });

  it.each([
    ['bad', 'a promise'],
    ['dates', 'an object that is not plain data'],
    ['numbers', 'NaN'],
  ])('refuses what %s returns', (name, what) => {
    expect(problemOf(`{{ ${name}() }}`).message).toContain(`\`${name}\` returned ${what};`);
  });
});

describe('builtins', () => {
  it.each([
    ["{{ join(list('a', 'b'), ' or ') }}{{ join([1, 2]) }}", 'a or b1, 2'],
    ["{{ upper('a') }}{{ lower('B') }}{{ concat('a', 1, true) }}", 'Aba1true'],
    ["{{ eq(1, 1) }}{{ eq(1, '1') }}{{ ne(1, 2) }}{{ not([]) }}", 'truefalsetruetrue'],
    ["{{ and(1, 0, none) }}{{ or(0, '', 'x', 1) }}{{ and(none, 1) }}{{ or(0, false) }}{{ and(1, 2) }}", '0xfalse2'],
    ["{{ default(none, 'd') }}{{ default(0, 1) }}", 'd0'],
    ['{{#with dict(a=1) as |d|}}{{ d.a }}{{/with}}', '1'],
  ])('%s', (text, sql) => {
    expect(sqlOf(text)).toBe(sql);
  });

  it.each([
    ['{{ eq(1) }}', 'it takes 2 arguments, 1 given'],
    ['{{ not() }}', 'it takes 1 argument, 0 given'],
    ['{{ join(1) }}', 'its first argument is no list'],
    ["{{ upper(text='a') }}", 'it has no parameter `text`'],
    ['{{ dict(1) }}', "it takes named arguments: `dict(key='value')`"],
  ])('refuses %s', (text, problem) => {
    expect(problemOf(text)).toMatchObject({ code: 'template.arguments', message: expect.stringContaining(problem) as string });
  });
});
