import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resultOf } from '../support/artifacts';
import type { Answer } from '../support/http';
import { expectWell, NEW, startApiField, type ApiField } from './apiField';

/** Records that are not what they were; each number that is received is accounted for. */
let field: ApiField;
beforeAll(async () => {
  field = await startApiField();
});
afterAll(() => field.stop());

const single = { paginator: 'single_page' };
const sets = { schema_contract: { data_type: 'discard_row' } };
/** A page of records that are JSON already, digits and all. */
const records =
  (...texts: readonly (string | object)[]): (() => Answer) =>
  () => ({
    bytes: `{"users":[${texts.map((each) => (typeof each === 'string' ? each : JSON.stringify(each))).join(',')}]}`,
    headers: { 'content-type': 'application/json' },
  });

/** What the transform set aside in its last load: each record's reason. */
function rejected(root: string): readonly string[] {
  const folder = join(root, '.etlx/lake/datasets/api/users');
  const last = readdirSync(folder).sort().at(-1)!;
  return readFileSync(join(folder, last, 'rejected.ndjson'), 'utf8')
    .trimEnd()
    .split('\n');
}

async function expectCounts(root: string, counts: Readonly<Record<'received' | 'loaded' | 'merged' | 'rejected', number>>): Promise<void> {
  for (const step of ['dataset.api.users', 'source.api.users']) expect(resultOf(root, step).row_counts).toEqual({ filtered: 0, ...counts });
  expect(await field.rows(root)).toHaveLength(counts.loaded);
}

describe('F37: records that are not what they were', () => {
  const merging = { merge: { key: ['id'], otherwise: 'last' } };

  test('repeated, late and in another order: one row of each key, the last that came', async () => {
    const root = await field.stand({ endpoint: single, transform: merging });
    const shuffled = [NEW[4]!, { id: 3, name: 'old 3' }, NEW[0]!, NEW[2]!, NEW[2]!, { id: 2, name: 'old 2' }, NEW[3]!, NEW[1]!];
    const ran = await field.load(root, records(...shuffled));
    await field.expectLoaded(root, ran);
    await expectCounts(root, { received: 8, loaded: 5, merged: 3, rejected: 0 });
  });

  test('repeated where nobody said that they may be: the load fails, and names both', async () => {
    const root = await field.stand({ endpoint: single });
    const ran = await field.load(root, records(NEW[0]!, NEW[1]!, { id: 1, name: 'again' }));
    await field.expectRefused(root, ran, /record 1[^]*record 3|record 3[^]*record 1/);
  });

  test('repeated on another page: the total does not match', async () => {
    const root = await field.stand();
    const pages = [[NEW[0], NEW[1]], [NEW[1], NEW[2]], [NEW[3]]];
    const ran = await field.load(root, (_, nth) => ({ json: { users: pages[nth - 1], total: 5 } }));
    await field.expectRefused(root, ran, /`users`: 4 distinct records received, but the API announced 5/);
  });

  test('with fields that nobody declared', async () => {
    const root = await field.stand({ endpoint: single });
    await field.expectLoaded(
      root,
      await field.load(root, records(...NEW.map((each) => ({ ...each, extra: { deep: [1] }, __proto__x: 1 })))),
    );
    await expectCounts(root, { received: 5, loaded: 5, merged: 0, rejected: 0 });
  });

  test('some without a field: null there', async () => {
    const root = await field.stand({ endpoint: single });
    expectWell(await field.load(root, records(NEW[0]!, { id: 2 })));
    expect(await field.rows(root)).toEqual([NEW[0], { id: 2, name: null }]);
  });

  test.each<readonly [string, readonly object[], RegExp]>([
    ['all without a field', NEW.map(({ id }) => ({ id, title: 'x' })), /no record[^]*`name`|`name`[^]*no record/],
    ['one without its key', [{ name: 'x' }], /(?=[^]*`?id`?)/],
    ['a number that became a text', [{ id: 'one', name: 'x' }], /"one"/],
    ['a number that became a list', [{ id: [1], name: 'x' }], /Error in (api resource|dataset) api\.users/],
    ['a record that became a text', ['"gone"'] as unknown as object[], /expected an object at `users\[0\]`, found a text/],
    ['a list that became an object', [], /expected a list at `users`, found an object/],
  ])('%s: the load fails', async (what, given, says) => {
    const root = await field.stand({ endpoint: single });
    const answer = what.startsWith('a list') ? (): Answer => ({ json: { users: { 1: NEW[0] } } }) : records(...given);
    await field.expectRefused(root, await field.load(root, answer), says);
  });

  test('one that does not fit, where that is allowed: it is set aside, counted, and kept with the reason', async () => {
    const root = await field.stand({ endpoint: single, transform: sets });
    expectWell(await field.load(root, records(NEW[0]!, { id: 'two', name: 'new 2' }, { id: 3.5, name: 'new 3' }, NEW[3]!)));
    expect(await field.rows(root)).toEqual([NEW[0], NEW[3]]);
    await expectCounts(root, { received: 4, loaded: 2, merged: 0, rejected: 2 });
    expect(rejected(root)).toEqual([expect.stringContaining('two'), expect.stringContaining('3.5')]);
  });
});

describe('F38: values that are hard to keep', () => {
  const KEPT: readonly (readonly [type: string, sent: string, stands: string])[] = [
    ['BIGINT', '9223372036854775807', '9223372036854775807'],
    ['BIGINT', '-9223372036854775808', '-9223372036854775808'],
    ['NUMERIC', '123456789012345678901234567890.123456789', '123456789012345678901234567890.123456789'],
    ['NUMERIC', '0.1000', '0.1000'],
    ['NUMERIC(5,2)', '1.2e2', '120.00'],
    ['NUMERIC', '1e400', `1${'0'.repeat(400)}`],
    ['DOUBLE PRECISION', '1.7976931348623157e308', '1.7976931348623157e+308'],
    ['DOUBLE PRECISION', '5e-324', '5e-324'],
    ['TEXT', '9007199254740993', '9007199254740993'],
    ['JSONB', '{"n":9007199254740993.10,"u":"\\u2028"}', '{"n": 9007199254740993.10, "u": "\u2028"}'],
    ['JSONB', '{"a":"\\uD83D\\uDE00","b":"\\\\ud83d"}', '{"a": "😀", "b": "\\\\ud83d"}'],
    ['TEXT', '"\\uD83D\\uDE00 \\u0001 \\\\N \\\\."', '😀 \u0001 \\N \\.'],
    ['TEXT', '""', ''],
  ];

  test('numbers and texts at their limits stand as they came', async () => {
    const names = KEPT.map((_, index) => `c${index}`);
    const columns = [{ name: 'id', data_type: 'BIGINT' }, ...KEPT.map(([type], index) => ({ name: names[index], data_type: type }))];
    const paths = Object.fromEntries(['id', ...names].map((name) => [name, name]));
    const root = await field.stand({ endpoint: single, columns, transform: { columns: paths } });
    expectWell(await field.load(root, records(`{"id":1,${KEPT.map(([, sent], index) => `"${names[index]}":${sent}`).join(',')}}`)));
    for (const [index, [, , stands]] of KEPT.entries()) expect(await field.cell(root, names[index]!)).toBe(stands);
  });

  const unstorable = 'it holds a character that cannot be stored (NUL, or half of a surrogate pair)';
  const REFUSED: readonly (readonly [type: string, sent: string, reason: string])[] = [
    ['BIGINT', '9223372036854775808', 'it is above 9223372036854775807'],
    ['INT', '2147483648', 'it is above 2147483647'],
    ['INT', '1.5', 'it is not an integer'],
    ['NUMERIC(5,2)', '1000', 'it has 4 digits before the point, 3 fit'],
    ['NUMERIC(5,2)', '1.005', 'it has 3 digits after the point, 2 fit'],
    ['DOUBLE PRECISION', '1e400', 'it is too large'],
    ['DOUBLE PRECISION', '1e-400', 'it is too small to tell from zero'],
    ['REAL', '1e39', 'it is too large'],
    ['TEXT', '"a\\u0000b"', unstorable],
    ['TEXT', '"\\uD83D"', unstorable],
    ['TEXT', '"\\uDE00\\uD83D"', unstorable],
    ['JSONB', '{"a":"\\u0000"}', 'it holds the character U+0000'],
    ['JSONB', '{"a\\u0000":1}', 'it holds the character U+0000'],
    ['JSONB', '["\\uD83D"]', 'it holds half a character (a lone surrogate)'],
    ['JSONB', '{"\\uDE00":1}', 'it holds half a character (a lone surrogate)'],
    ['BOOLEAN', '2', 'it is neither true nor false'],
    ['DATE', '"2026-02-30"', ''],
  ];

  test('what a column cannot hold is set aside by name, and never changed', async () => {
    const types = [...new Set(REFUSED.map(([type]) => type))];
    const columns = [{ name: 'id', data_type: 'BIGINT' }, ...types.map((type, index) => ({ name: `c${index}`, data_type: type }))];
    const paths = Object.fromEntries(columns.map(({ name }) => [name, name === 'id' ? 'id' : { expr: `record.${name}` }]));
    const root = await field.stand({ endpoint: single, columns, transform: { ...sets, columns: paths } });
    const wrong = REFUSED.map(([type, sent], id) => `{"id":${id},"c${types.indexOf(type)}":${sent}}`);
    expectWell(await field.load(root, records(...wrong, '{"id":99}')));
    expect(resultOf(root, 'source.api.users').row_counts).toMatchObject({ received: wrong.length + 1, loaded: 1, rejected: wrong.length });
    const aside = rejected(root);
    for (const [index, [type, , reason]] of REFUSED.entries()) {
      expect(aside[index]).toContain(JSON.stringify(reason).slice(1, -1));
      expect(aside[index]).toContain(`c${types.indexOf(type)}`);
    }
  });

  test.each<readonly [type: string, sent: string, says: RegExp]>([
    ['BIGINT', '9223372036854775808', /"9223372036854775808"[^]*it is above 9223372036854775807/],
    ['JSONB', '["\\uD83D"]', /a lone surrogate/],
    ['INT', 'NaN', /the answer is not JSON/],
    ['DOUBLE PRECISION', 'Infinity', /the answer is not JSON/],
    ['TEXT', '"\n"', /the answer is not JSON/],
  ])('%s: %j fails the load by name unless something else is declared', async (type, sent, says) => {
    const columns = [
      { name: 'id', data_type: 'BIGINT' },
      { name: 'name', data_type: type },
    ];
    const root = await field.stand({ endpoint: single, columns });
    await field.expectRefused(root, await field.load(root, records(`{"id":1,"name":${sent}}`)), says);
  });

  test('texts of a megabyte', async () => {
    const root = await field.stand({ client: { timeout: 60 }, endpoint: single });
    const texts = Array.from({ length: 3 }, (_, id) => ({ id, name: `${id}${'ä\n"\\'.repeat(200_000)}` }));
    expectWell(await field.load(root, records(...texts)));
    const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
    const standing = (await field.rows(root)) as readonly { readonly name: string }[];
    expect(standing.map(({ name }) => md5(name))).toEqual(texts.map(({ name }) => md5(name)));
  });

  test.each([
    [1600, undefined],
    [1601, /tables can have at most 1600 columns/],
  ])('%d columns', async (count, says) => {
    const names = Array.from({ length: count }, (_, index) => (index === 0 ? 'id' : `c${index}`));
    const columns = names.map((name) => ({ name, data_type: 'INT' }));
    const root = await field.stand({
      endpoint: single,
      columns,
      transform: { columns: Object.fromEntries(names.map((name) => [name, name])) },
    });
    const ran = await field.load(root, records(Object.fromEntries(names.map((name, index) => [name, index]))));
    if (says !== undefined) return field.expectRefused(root, ran, says);
    expectWell(ran);
    expect(await field.cell(root, 'c1599', 0)).toBe('1599');
  });

  test.each([
    ['lists', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    ['objects', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`],
  ])('%s without end', async (_, nested) => {
    const root = await field.stand({ endpoint: single });
    const ran = await field.load(root, records(`{"id":1,"name":"x","nested":${nested}}`));
    await field.expectRefused(root, ran, /the answer is not JSON \(it is nested too deeply\)/);
  });

  test('what is nested as deeply as anybody nests comes through', async () => {
    const columns = [
      { name: 'id', data_type: 'BIGINT' },
      { name: 'name', data_type: 'JSONB' },
    ];
    const root = await field.stand({ endpoint: single, columns });
    expectWell(await field.load(root, records(`{"id":1,"name":${'[{"a":'.repeat(200)}1${'}]'.repeat(200)}}`)));
    expect(String(await field.cell(root, 'name')).replaceAll(' ', '')).toBe(`${'[{"a":'.repeat(200)}1${'}]'.repeat(200)}`);
  });
});
