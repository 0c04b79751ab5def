import Handlebars from 'handlebars';
import { parseTemplate } from '../parse/template';
import { builtins } from './builtins';
import { render } from './render';
import { renderBlocks } from './renderBlocks';
import type { Scope } from './renderScope';
import { renderStraight } from './renderStraight';

const scope: Scope = {
  helper: (name) => (name === 'ref' ? ([model]) => `"shop"."${String(model)}"` : builtins.get(name)),
  variables: { self: '"shop"."me"', columns: ['a', 'b'] },
};

describe('the two ways to render', () => {
  const pieces = [
    "{{ ref('a') }}",
    '{{ self }}',
    '{{! c }}',
    '{# c\nd #}',
    '\n',
    '  \n',
    ' ',
    'select 1',
    '\r\n\t',
    '\\{{ self }}',
    'a\\\\',
    'b\\',
    '{',
    '}',
    '',
  ];
  /** A linear congruential generator: the corpus is the same in every run. */
  const corpus = Array.from({ length: 1500 }, (_, seed) => {
    let state = seed * 7919 + 1;
    const next = (): number => (state = (state * 1103515245 + 12345) % 2147483648) >>> 8;
    return Array.from({ length: 1 + (next() % 9) }, () => pieces[next() % pieces.length]).join('');
  });
  const readable = corpus.flatMap((text) => {
    let valid = true;
    const template = parseTemplate({ file: 'a.sql', text }, () => (valid = false));
    return valid ? [template] : [];
  });

  it('give the same text and the same line map', () => {
    expect(readable.length).toBeGreaterThan(700);
    for (const template of readable) {
      expect(template.straight).toBe(true);
      expect({ text: template.text, ...renderStraight(template, scope) }).toEqual({
        text: template.text,
        ...renderBlocks(template, scope),
      });
    }
  });

  it('give what Handlebars gives for its own form', () => {
    const handlebars = Handlebars.create();
    handlebars.registerHelper({ ref: (name: string) => `"shop"."${name}"`, list: (...args: unknown[]) => args.slice(0, -1) });
    const theirs = [
      '{{ref "a"}}',
      '{{self}}',
      '{{! c }}',
      '\n',
      '  \n',
      ' x ',
      '{{#if @root.columns}}',
      '{{~#each @root.columns as |c|}}',
      '{{c}}',
      '{{else}}',
      '{{~else~}}',
      '{{/if}}',
      '{{/each}}',
      '{{/each~}}',
      '{{this}}',
      '{{!-- d --~}}',
      '\\{{ x }}',
      '{{#unless (list)}}',
      '{{/unless}}',
    ];
    let compared = 0;
    for (let seed = 0; seed < 3000; seed += 1) {
      let state = seed * 104729 + 7;
      const next = (): number => (state = (state * 1103515245 + 12345) % 2147483648) >>> 8;
      const body = Array.from({ length: 1 + (next() % 7) }, () => theirs[next() % theirs.length]).join('');
      const text = ['', '{{#if columns}}', '{{#each columns as |c|}}\n'][next() % 3] + body + ['', '{{/if}}', '\n{{/each}}'][next() % 3];
      let valid = true;
      const template = parseTemplate({ file: 'a.sql', text }, () => (valid = false));
      if (!valid) continue;
      const ours = outcome(() => render(template, scope).sql);
      const other = outcome(() => handlebars.compile(text, { noEscape: true, strict: true })(scope.variables));
      // ours says more often that a name or a list has no text; where both give text it is the same
      if (ours === undefined || other === undefined) continue;
      compared += 1;
      expect({ text, sql: ours }).toEqual({ text, sql: other });
    }
    expect(compared).toBeGreaterThan(200);
  });
});

function outcome(work: () => string): string | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
