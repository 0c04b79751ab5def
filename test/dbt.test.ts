import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/* docs/dbt.md says of each feature that dbt's users know what etlx makes of it. What it says is there, is tested. */
const repository = join(__dirname, '..');
const page = readFileSync(join(repository, 'docs/dbt.md'), 'utf8');
const ANSWERS = ['same', 'better', 'partly', 'no'];

interface Row {
  readonly feature: string;
  readonly answer: string;
  readonly how: string;
  readonly proof: string;
}

const rows: readonly Row[] = page
  .split('\n')
  .filter((line) => /^\| [^-|]/.test(line) && !line.startsWith('| feature '))
  .map((line) => {
    const [feature = '', answer = '', how = '', proof = ''] = line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim());
    return { feature, answer, how, proof };
  });

test('every feature stands there once, with an answer', () => {
  expect(rows.length).toBeGreaterThan(70);
  expect(new Set(rows.map(({ feature }) => feature)).size).toBe(rows.length);
  expect(rows.filter(({ answer, how }) => !ANSWERS.includes(answer) || how === '')).toEqual([]);
});

describe('what is there, is tested', () => {
  const promised = rows.filter(({ answer }) => answer !== 'no').map((row) => [row.feature, row] as const);

  test.each(promised)('%s', (_feature, { proof }) => {
    const [, path = '', title = ''] = /^`([^`]+)`: (.+)$/.exec(proof) ?? [];
    expect(path).toMatch(/^(test|src)\/.*\.test\.ts$/);
    const file = join(repository, path);
    expect(existsSync(file) ? path : '(missing)').toBe(path);
    // a title, or the name of a case
    const text = readFileSync(file, 'utf8');
    expect(["'", '"', '`'].some((quote) => text.includes(quote + title)) ? title : 'no title begins so').toBe(title);
  });
});

test('what is not there says why', () => {
  expect(rows.filter(({ answer, how, proof }) => answer === 'no' && (how.length < 20 || proof !== ''))).toEqual([]);
});
