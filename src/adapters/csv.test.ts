import { batches, linesIn, pieces } from './csv';

async function* stream(text: string, step: number): AsyncIterable<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += step) yield bytes.subarray(at, at + step);
}

async function collect<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

const textOf = (piece: readonly Uint8Array[]): string => Buffer.concat(piece).toString('utf8');
const csv = `1,plain\n2,"two\nlines"\n3,"a ""quote""\n"\n4,京都\n5,"""\n"""\n`;

describe('pieces', () => {
  test.each([1, 2, 3, 7, 1000])('end where a row ends, whatever the steps (%i) the bytes come in', async (step) => {
    const all = (await collect(pieces(stream(csv, step), 1))).map(textOf);
    expect(all.join('')).toBe(csv);
    for (const piece of all) expect(piece.split('"').length % 2).toBe(1);
    for (const piece of all) expect(piece.endsWith('\n')).toBe(true);
    if (step === 1) expect(all).toHaveLength(5);
  });

  test('grow to their size, and the last one may lack its newline', async () => {
    const all = (await collect(pieces(stream('aaaa\nbbbb\ncccc\ndd', 5), 10))).map(textOf);
    expect(all).toEqual(['aaaa\nbbbb\n', 'cccc\ndd']);
    expect(await collect(pieces(stream('', 1), 10))).toEqual([]);
  });

  test('know how many lines they hold', () => {
    expect(linesIn([Buffer.from('a\nb'), Buffer.from('\n\nc')])).toBe(3);
  });
});

test('batches hold at least their size, and nothing is lost', async () => {
  const all = await collect(batches(stream(csv, 3), 10));
  expect(Buffer.concat(all).toString('utf8')).toBe(csv);
  expect(all.slice(0, -1).every((batch) => batch.length >= 10)).toBe(true);
  expect(await collect(batches(stream('', 1), 10))).toEqual([]);
});
