import { frontMatterOf } from './frontMatter';

describe('frontMatterOf', () => {
  it.each([
    ['---\nmaterialized: view\n---\nselect 1', 'materialized: view\n', 'select 1'],
    ['--- \r\ntags: [a]\r\n--- \r\nselect 1', 'tags: [a]\r\n', 'select 1'],
    ['\ufeff---\na: 1\n---\nselect 1', 'a: 1\n', 'select 1'],
    ['---\n---\nselect 1', '', 'select 1'],
    ['---\na: 1\n---', 'a: 1\n', ''],
    ['---\na: |\n  --- no\n---\nselect 1\n---\n', 'a: |\n  --- no\n', 'select 1\n---\n'],
  ])('%j', (text, yaml, body) => {
    const found = frontMatterOf(text)!;
    expect([found.yaml, text.slice(found.bodyOffset)]).toEqual([yaml, body]);
    expect(text.slice(found.yamlOffset, found.yamlOffset + yaml.length)).toBe(yaml);
  });

  it.each(['select 1', '\n---\na: 1\n---\n', '---- a\n---\n', '---\nselect 1', '---\n-- a heading\n---\nselect 1'])(
    '%j has none',
    (text) => {
      expect(frontMatterOf(text)).toBeUndefined();
    },
  );
});
