import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const numbersIn = (text: string): readonly string[] => [...new Set(Array.from(text.matchAll(/\bF\d\d\b/g), ([number]) => number))].sort();

test('docs/operations.md lists exactly the faults of a PostgreSQL server that are tested', () => {
  const page = readFileSync(join(__dirname, '../../docs/operations.md'), 'utf8');
  const [, section = ''] = page.split(/^## PostgreSQL$/m);
  const listed = section
    .split(/^## /m)[0]!
    .split('\n')
    .map((line) => line.split('|')[1] ?? '');
  const tests = readdirSync(__dirname).filter((file) => /^postgres-.*\.test\.ts$/.test(file));
  const titles = tests.flatMap(
    (file) => readFileSync(join(__dirname, file), 'utf8').match(/(?:test|describe)[^'`"]*\(?[^]*?['`"]F\d\d:/g) ?? [],
  );
  const tested = numbersIn(titles.join('\n'));
  expect(tested.length).toBeGreaterThan(15);
  expect(numbersIn(listed.join('\n'))).toEqual(tested);
});
