import { EtlxError } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';
import { parseTemplate, type Template } from '../parse/template';
import { builtins } from './builtins';
import { render } from './render';
import type { Scope } from './renderScope';

const scope: Scope = {
  helper: (name) => (name === 'show' ? (args, named) => JSON.stringify([args, named]) : builtins.get(name)),
  variables: { target: { name: 'dev' }, self: '"shop"."me"', columns: ['a', 'b'], rows: [{ n: 1 }] },
};

const read = (text: string): Template => parseTemplate({ file: 'models/a.sql', text }, () => undefined);
const sqlOf = (text: string): string => render(read(text), scope).sql;

function diagnosticOf(work: () => unknown): EtlxError['diagnostics'][number] {
  try {
    work();
  } catch (error) {
    if (error instanceof EtlxError) return error.diagnostics[0]!;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('F44: security', () => {
  it.each([
    'constructor',
    '__proto__',
    'target.constructor',
    'target.__proto__',
    'self.constructor',
    'columns.map',
    'target.__lookupGetter__',
    '@root.constructor',
    'target.toString',
  ])('{{ %s }} reaches nothing', (path) => {
    expect(diagnosticOf(() => sqlOf(`{{ ${path} }}`)).code).toMatch(/^template\.unknown/);
    expect(diagnosticOf(() => sqlOf(`{{#if true}}{{ ${path} }}{{/if}}`)).code).toMatch(/^template\.unknown/);
    expect(diagnosticOf(() => sqlOf(`{{#with target}}{{ ${path} }}{{/with}}`)).code).toMatch(/^template\.unknown/);
  });

  it.each([
    "{{ lookup(target, 'constructor') }}",
    '{{lookup target "constructor"}}',
    "{{ log('x') }}",
    '{{helperMissing}}',
    '{{#each rows}}{{lookup this "constructor"}}{{/each}}',
    "{{ constructor('return 1') }}",
  ])('%s calls nothing', (text) => {
    expect(diagnosticOf(() => sqlOf(text)).code).toMatch(/^template\.unknown/);
  });

  it('keeps keys like `__proto__` as plain keys', () => {
    expect(sqlOf("{{ show({'__proto__': 1}, __proto__=2) }}")).toBe('[[{"__proto__":1}],{"__proto__":2}]');
    expect(({} as Record<string, TemplateValue>)['polluted']).toBeUndefined();
  });

  it('turns endless recursion into an error', () => {
    const endless: Scope = {
      ...scope,
      helper: (name) => (name === 'again' ? () => render(read('{{#if true}}{{ again() }}{{/if}}'), endless).sql : scope.helper(name)),
    };
    expect(diagnosticOf(() => render(read('{{ again() }}'), endless)).code).toBe('template.render');
    const straight: Scope = { ...scope, helper: () => () => render(read('{{ again() }}'), straight).sql };
    expect(diagnosticOf(() => render(read('{{ again() }}'), straight))).toMatchObject({
      code: 'template.render',
      message: expect.stringContaining('without end') as string,
    });
  });

  it('takes nothing but text for a template', () => {
    const tree = { type: 'Program', body: [] } as unknown as string;
    expect(() => parseTemplate({ file: 'a.sql', text: tree }, () => undefined)).toThrow(EtlxError);
  });
});
