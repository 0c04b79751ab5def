import { fitterOf, misfit, parseType, TYPE_NAMES } from './types';

describe('parseType', () => {
  test.each([
    ['INT', { kind: 'integer', bytes: 4 }],
    ['integer', { kind: 'integer', bytes: 4 }],
    ['BigInt', { kind: 'integer', bytes: 8 }],
    ['smallint', { kind: 'integer', bytes: 2 }],
    ['VARCHAR(255)', { kind: 'text', length: 255, padded: false }],
    ['character  varying ( 20 )', { kind: 'text', length: 20, padded: false }],
    ['varchar', { kind: 'text', padded: false }],
    ['TEXT', { kind: 'text', padded: false }],
    ['char', { kind: 'text', length: 1, padded: true }],
    ['CHAR(3)', { kind: 'text', length: 3, padded: true }],
    ['DECIMAL(10,2)', { kind: 'decimal', precision: 10, scale: 2 }],
    ['numeric(5)', { kind: 'decimal', precision: 5, scale: 0 }],
    ['NUMERIC', { kind: 'decimal' }],
    ['BOOLEAN', { kind: 'boolean' }],
    ['DATE', { kind: 'date' }],
    ['TIMESTAMP', { kind: 'timestamp', zone: false, precision: 6 }],
    ['timestamp(3) with time zone', { kind: 'timestamp', zone: true, precision: 3 }],
    ['TIMESTAMPTZ(0)', { kind: 'timestamp', zone: true, precision: 0 }],
    ['DOUBLE PRECISION', { kind: 'float', bytes: 8 }],
    ['REAL', { kind: 'float', bytes: 4 }],
    ['FLOAT(24)', { kind: 'float', bytes: 4 }],
    ['UUID', { kind: 'uuid' }],
    ['JSON', { kind: 'json', binary: false }],
    ['JSONB', { kind: 'json', binary: true }],
  ])('%s', (declared, type) => {
    expect(parseType(declared)).toEqual(type);
  });

  test.each([
    '',
    'INTEGR',
    'INT(11)',
    'VARCHAR(0)',
    'VARCHAR(-1)',
    'VARCHAR(a)',
    'DECIMAL(2,5)',
    'DECIMAL(10,2,1)',
    'TEXT(5)',
    'TIMESTAMP(7)',
    'VARCHAR(5) x',
    'INT; drop table x',
    'constructor',
  ])('does not understand %p', (declared) => expect(parseType(declared)).toBeUndefined());

  test('understands each of the names it announces', () => {
    expect(TYPE_NAMES.filter((name) => parseType(name) === undefined)).toEqual([]);
  });
});

const fits = (declared: string, text: string): string | undefined => misfit(parseType(declared)!, text);

describe('a value that fits', () => {
  test.each([
    ['INT', '2147483647'],
    ['INT', '-2147483648'],
    ['INT', '+0000000000000007'],
    ['SMALLINT', '-32768'],
    ['BIGINT', '9223372036854775807'],
    ['DECIMAL(10,2)', '99999999.99'],
    ['DECIMAL(10,2)', '0000000000019.9000'],
    ['DECIMAL(10,2)', '1.5e3'],
    ['DECIMAL(10,2)', '150e-2'],
    ['DECIMAL(10,2)', '0e99999999999'],
    ['DECIMAL(2,2)', '.99'],
    ['NUMERIC', '1e131071'],
    ['DOUBLE PRECISION', '0.1'],
    ['REAL', '0e-400'],
    ['VARCHAR(3)', 'äöü'],
    ['VARCHAR(2)', '🛒🛒'],
    ['TEXT', ''],
    ['BOOLEAN', 'true'],
    ['DATE', '2024-02-29'],
    ['DATE', '2000-02-29'],
    ['TIMESTAMP', '2026-09-30'],
    ['TIMESTAMP', '2026-09-30T23:59:59.123456'],
    ['TIMESTAMP', '2026-09-30 23:59:59.123456000'],
    ['TIMESTAMPTZ', '2026-09-30T23:59Z'],
    ['TIMESTAMPTZ', '2026-09-30T23:59:00+05:30'],
    ['UUID', 'A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11'],
    ['JSONB', '{"a": [1, "\\\\u0000"]}'],
    ['JSON', '"\\u0000"'],
  ])('%s takes %s', (declared, text) => expect(fits(declared, text)).toBeUndefined());
});

describe('a value that does not fit', () => {
  test.each([
    ['INT', '2147483648', 'it is above 2147483647'],
    ['INT', '-2147483649', 'it is below -2147483648'],
    ['SMALLINT', '32768', 'it is above 32767'],
    ['BIGINT', '9223372036854775808', 'it is above 9223372036854775807'],
    ['INT', '1.0', 'it is not an integer'],
    ['INT', '', 'it is not an integer'],
    ['INT', ' 1', 'it is not an integer'],
    ['INT', '١', 'it is not an integer'],
    ['DECIMAL(10,2)', '19.999', 'it has 3 digits after the point, 2 fit'],
    ['DECIMAL(10,2)', '100000000', 'it has 9 digits before the point, 8 fit'],
    ['DECIMAL(10,2)', '1e999999999', 'it has 1000000000 digits before the point, 8 fit'],
    ['DECIMAL(10,2)', '1e-3', 'it has 3 digits after the point, 2 fit'],
    ['DECIMAL(5)', '1.5', 'it has 1 digit after the point, 0 fit'],
    ['DECIMAL(10,2)', 'NaN', 'it is not a number'],
    ['DECIMAL(10,2)', '1,5', 'it is not a number'],
    ['NUMERIC', '1e131072', 'it has 131073 digits before the point, 131072 fit'],
    ['DOUBLE PRECISION', '1e309', 'it is too large'],
    ['REAL', '1e39', 'it is too large'],
    ['DOUBLE PRECISION', '1e-400', 'it is too small to tell from zero'],
    ['VARCHAR(3)', 'abcd', 'it has 4 characters, 3 fit'],
    ['VARCHAR(1)', '🛒🛒', 'it has 2 characters, 1 fit'],
    ['TEXT', 'a\0b', 'it holds the character U+0000'],
    ['TEXT', 'a\ud83d', 'it holds half a character (a lone surrogate)'],
    ['BOOLEAN', '1', 'it is neither true nor false'],
    ['DATE', '2023-02-29', 'there is no such day'],
    ['DATE', '1900-02-29', 'there is no such day'],
    ['DATE', '2023-13-01', 'there is no such day'],
    ['DATE', '0000-01-01', 'there is no such day'],
    ['DATE', '30.09.2026', 'it is not a date like 2026-09-30'],
    ['DATE', '2026-09-30T00:00:00', 'it has a time of day, which a date drops'],
    ['TIMESTAMP', '2026-09-30T24:00:00', 'there is no such time of day'],
    ['TIMESTAMP', '2026-09-30T12:00:00Z', 'it has a time zone, which the type drops'],
    ['TIMESTAMP(3)', '2026-09-30T12:00:00.1234', 'it has 4 digits after the second, 3 fit'],
    ['TIMESTAMPTZ', '2026-09-30T12:00:00', 'it has no time zone'],
    ['TIMESTAMPTZ', '2026-09-30T12:00:00+16:00', 'there is no such time zone'],
    ['TIMESTAMPTZ', 'yesterday', 'it is not a timestamp like 2026-09-30T12:00:00'],
    ['UUID', 'a0eebc999c0b4ef8bb6d6bb9bd380a11', 'it is not a UUID'],
    ['JSON', '{', 'it is not JSON'],
    ['JSONB', '"\\u0000"', 'it holds the character U+0000'],
  ])('%s refuses %p: %s', (declared, text, reason) => expect(fits(declared, text)).toBe(reason));
});

test('a fitter keeps nothing between calls', () => {
  const fit = fitterOf({ kind: 'decimal', precision: 4, scale: 2 });
  expect(['1.234', '1.23', '123', '12'].map((text) => fit(text) === undefined)).toEqual([false, true, false, true]);
});
