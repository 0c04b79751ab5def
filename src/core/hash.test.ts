import { hashOf } from './hash';

test('agrees with the published vectors of FNV-1a, 64 bits', () => {
  expect(hashOf('')).toBe('cbf29ce484222325');
  expect(hashOf('a')).toBe('af63dc4c8601ec8c');
  expect(hashOf('foobar')).toBe('85944171f73967e8');
});

test('agrees with the definition for text beyond ASCII', () => {
  let expected = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode('Zürich 京都')) expected = BigInt.asUintN(64, (expected ^ BigInt(byte)) * 0x100000001b3n);
  expect(hashOf('Zürich 京都')).toBe(expected.toString(16).padStart(16, '0'));
});
