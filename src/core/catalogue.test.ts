import { readFileSync } from 'node:fs';
import path from 'node:path';
import { catalogue } from './catalogue';

const page = readFileSync(path.join(__dirname, '../../docs/errors.md'), 'utf8');
const sections = page
  .split(/^(?=## )/m)
  .filter((section) => section.startsWith('## '))
  .map((section) => ({ code: section.slice(3, section.indexOf('\n')), text: section.slice(section.indexOf('\n')).trim() }));
const documented = sections.map(({ code }) => code);
const codes = Object.keys(catalogue);

test('docs/errors.md documents every code, and no other', () => {
  expect({
    undocumented: codes.filter((code) => !documented.includes(code)),
    unknown: documented.filter((code) => !codes.includes(code)),
  }).toEqual({ undocumented: [], unknown: [] });
});

test('docs/errors.md documents every code once', () => {
  expect(documented).toEqual([...new Set(documented)]);
});

test.each(sections)('$code: what it means, its cause, what to do', ({ text }) => {
  expect(text).toMatch(/^[A-Z`a-z][^\n]*\.[^\n]*\n\n- Cause: [^\n]+\.\n- What to do: [^\n]+\.$/);
});
