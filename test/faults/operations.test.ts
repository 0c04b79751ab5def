import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const numbersIn = (text: string): readonly string[] => [...new Set(Array.from(text.matchAll(/\bF\d\d\b/g), ([number]) => number))].sort();

/** The page, and the numbers in the first cells of its tables. */
const page = readFileSync(join(root, 'docs/operations.md'), 'utf8');
const cells = (text: string): string =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|')[1])
    .join('\n');

/** The numbers in the titles of the tests, and in the lines that say what a file is about: `F14: …`, `F01, F02: …`. */
function testedIn(folder: string, files: RegExp): readonly string[] {
  const paths = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((path) => files.test(path));
  const texts = paths.map((path) => readFileSync(join(root, folder, path), 'utf8'));
  return numbersIn(texts.flatMap((text) => text.match(/(?:['"`]|^\/\/ )F\d\d(?:, F\d\d)*:/gm) ?? []).join('\n'));
}

test('docs/operations.md lists exactly the faults that are tested', () => {
  const tested = [...new Set([...testedIn('test', /\.test\.ts$/), ...testedIn('src', /\.test\.ts$/)])].sort();
  expect(tested.length).toBeGreaterThanOrEqual(40);
  expect(numbersIn(cells(page))).toEqual(tested);
});

test('docs/operations.md lists the faults of a PostgreSQL server under that heading', () => {
  const [, section = ''] = page.split(/^## PostgreSQL$/m);
  expect(numbersIn(cells(section.split(/^## /m)[0]!))).toEqual(testedIn('test/faults', /^postgres-.*\.test\.ts$/));
});

test('every number has a row, or a word on why it has none', () => {
  const all = Array.from({ length: 52 }, (_, index) => `F${String(index + 1).padStart(2, '0')}`);
  expect(numbersIn(page)).toEqual(all);
  const [, without = ''] = page.split(/^## What has no test$/m);
  expect(all.filter((number) => !numbersIn(cells(page)).includes(number))).toEqual(numbersIn(without).filter((number) => number !== 'F05'));
});
