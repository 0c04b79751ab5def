import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expectedTables } from './expected';
import { expectedDeclarations } from './expectedDeclarations';
import { recordedShop } from './expectedRecords';

const root = join(__dirname, '../..');
const readme = readFileSync(join(root, 'README.md'), 'utf8');
const cellsOf = (line: string) => line.split('|').slice(1, -1).map((cell) => cell.trim()); // prettier-ignore

test('the README shows the season as the recordings give it', () => {
  const [season] = expectedTables(recordedShop(join(root, 'recordings/shop'))).season_sales!;
  const lines = readme.split('\n');
  const head = lines.findIndex((line) => cellsOf(line)[0] === 'buyers');
  expect(cellsOf(lines[head]!)).toEqual(Object.keys(season!));
  expect(cellsOf(lines[head + 2]!)).toEqual(Object.values(season!).map(String));
});

test('the README lists every table of the shop', () => {
  const listed = readme.split('\n').flatMap((line) => /^\| `(\w+)` \| /.exec(line)?.[1] ?? []);
  for (const table of Object.keys(expectedDeclarations)) expect(listed).toContain(table);
});
