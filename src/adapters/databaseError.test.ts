import { databaseErrorOf, isTransient } from './databaseError';
import { scriptOf } from './script';

test.each([
  '08006',
  '08001',
  '40001',
  '40P01',
  '53300',
  '55P03',
  '57P01',
  '57P03',
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
])('%s may pass', (code) => {
  expect(isTransient({ code })).toBe(true);
});

test.each(['57014', '53100', '53200', '42P01', '22P02', '23505', '28P01', '3D000', 'ENOTFOUND', undefined])('%s does not pass', (code) => {
  expect(isTransient({ code, message: 'no' })).toBe(false);
});

test('a lost connection has words but no code; a clash over a new name is told by the schema of its index', () => {
  expect(isTransient({ message: 'Connection terminated unexpectedly' })).toBe(true);
  expect(isTransient({ code: '23505', schema: 'pg_catalog' })).toBe(true);
  expect(isTransient({ code: 'XX000', message: 'tuple concurrently updated' })).toBe(true);
});

test('the place is counted from the caller’s first statement', () => {
  const attempt = { script: scriptOf(['begin', 'select 1', 'select nope']), completed: 2, own: 1 };
  const position = String(attempt.script.text.indexOf('nope') + 1);
  expect(databaseErrorOf(Object.assign(new Error('no column'), { code: '42703', position }), attempt)).toMatchObject({
    statement: 1,
    offset: 7,
  });
  expect(databaseErrorOf(new Error('no place'), attempt)).toMatchObject({ statement: 1, offset: undefined });
});

test('a refused connection to several addresses says the first refusal', () => {
  const refused = Object.assign(new AggregateError([new Error('connect ECONNREFUSED ::1:5432')]), { code: 'ECONNREFUSED' });
  expect(databaseErrorOf(refused)).toMatchObject({ message: 'connect ECONNREFUSED ::1:5432', code: 'ECONNREFUSED', transient: true });
});
