import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MOST_BYTES, spool, type Spool } from './spool';

/** Bytes of this length that tell which they are. */
const bytesOf = (number: number, length: number): Buffer => Buffer.alloc(length, `${number}|`);

/** Appends pieces of all lengths, some longer than what stays in memory; answers where each is. */
function filled(into: Spool, pieces: number) {
  return Array.from({ length: pieces }, (_, number) => {
    const length = number % 100 === 99 ? MOST_BYTES + number : (number * 7919) % 60_000;
    return { number, length, offset: into.append(bytesOf(number, length)) };
  });
}

test('every piece comes back, from memory and from the disk, in any order', () => {
  const all = spool();
  const pieces = filled(all, 400);
  const total = pieces.reduce((sum, { length }) => sum + length, 0);
  expect(total).toBeGreaterThan(3 * MOST_BYTES);
  const wrong = [...pieces, ...pieces.toReversed()].filter(
    ({ number, offset, length }) => !all.at(offset, length).equals(bytesOf(number, length)),
  );
  expect(wrong).toEqual([]);
  all.close();
});

test('a piece that is overwritten is the new one, and its neighbours stay', () => {
  const all = spool();
  const pieces = filled(all, 400);
  const numberOf = (number: number): number => (number % 3 === 1 ? number + 5000 : number);
  for (const { number, offset, length } of pieces) {
    // what was read before is not read again from memory
    all.at(offset, length);
    if (number % 3 === 1) all.overwrite(offset, bytesOf(numberOf(number), length));
  }
  expect(pieces.filter(({ number, offset, length }) => !all.at(offset, length).equals(bytesOf(numberOf(number), length)))).toEqual([]);
  all.close();
});

test('a few bytes need no file, and the file of many has no name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'etlx-spool-'));
  const all = spool(folder);
  all.append(Buffer.alloc(MOST_BYTES));
  all.append(Buffer.alloc(1));
  expect(all.at(0, MOST_BYTES).equals(Buffer.alloc(MOST_BYTES))).toBe(true);
  expect(readdirSync(folder)).toEqual([]);
  all.close();
  rmSync(folder, { recursive: true });

  const few = spool(folder);
  few.append(Buffer.alloc(MOST_BYTES));
  // nothing had to be written, so that the folder is gone was no problem
  expect(() => few.append(Buffer.alloc(1))).toThrow(/rows cannot be kept aside in `.*`: .*ENOENT/);
  few.close();
});
