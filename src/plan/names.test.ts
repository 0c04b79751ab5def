import { candidateOf, constraintName } from './names';

const bytes = (text: string): number => Buffer.byteLength(text);

describe('candidateOf', () => {
  test('is readable and stays in the schema', () => {
    expect(candidateOf({ schema: 'shop', name: 'users' })).toEqual({
      schema: 'shop',
      name: expect.stringMatching(/^etlx_users_[0-9a-f]{16}$/),
    });
  });

  test.each(['x'.repeat(63), 'ä'.repeat(31), '🛒'.repeat(15), '京'.repeat(21)])('fits into an identifier: %s', (name) => {
    const candidate = candidateOf({ schema: 'shop', name }).name;
    expect(bytes(candidate)).toBeLessThanOrEqual(63);
    expect(candidate).not.toContain('\uFFFD');
  });

  test('differs for long names that begin alike, and for schemas', () => {
    const names = ['a', 'b'].flatMap((end) => ['one', 'two'].map((schema) => candidateOf({ schema, name: 'x'.repeat(62) + end }).name));
    expect(new Set(names).size).toBe(4);
  });
});

describe('constraintName', () => {
  test("is PostgreSQL's own name where that fits", () => {
    expect(constraintName('users', 'pkey')).toBe('users_pkey');
    expect(constraintName('x'.repeat(58), 'pkey')).toBe(`${'x'.repeat(58)}_pkey`);
  });

  test('is shortened otherwise, and still tells tables and columns apart', () => {
    const names = [
      constraintName(`${'x'.repeat(60)}a`, 'pkey'),
      constraintName(`${'x'.repeat(60)}b`, 'pkey'),
      constraintName('t', `${'y'.repeat(70)}_not_null`),
    ];
    expect(new Set(names).size).toBe(3);
    for (const name of names) expect(bytes(name)).toBeLessThanOrEqual(63);
  });
});
