import type { Paginator } from '../core/loader';
import { firstRequest, nextRequest } from './paginate';

const paginator: Paginator = { type: 'offset', limit: 30, limitAt: { param: 'limit' }, offsetAt: { param: 'skip' }, totalPath: 'total' };

/** The offsets asked for, when the pages hold `sizes` records and announce `total`. */
function offsets(sizes: readonly number[], total?: number): readonly string[] {
  const asked: string[] = [];
  let request: ReturnType<typeof nextRequest> = firstRequest(paginator);
  for (const size of sizes) {
    if (request === undefined) throw new Error('the series ended before');
    asked.push(`${request.params.skip}${request.probe ? '?' : ''}`);
    request = nextRequest(paginator, request, { records: size, total });
  }
  return [...asked, request === undefined ? 'end' : 'more'];
}

test.each([
  ['the total is reached', [30, 30, 5], 65, ['0', '30', '60', 'end']],
  ['the total is a multiple of the page', [30, 30, 0], 60, ['0', '30', '60?', 'end']],
  ['a page is shorter than asked for', [10, 10], 65, ['0', '10', 'more']],
  ['a page is empty before the total', [30, 0], 65, ['0', '30', 'end']],
  ['there are none', [0], 0, ['0', 'end']],
  ['no total is announced', [30, 5, 0], undefined, ['0', '30', '35', 'end']],
])('%s', (_, sizes, total, expected) => {
  expect(offsets(sizes, total)).toEqual(expected);
});

test.each([
  ['full', [10, 10], [0, 1, 'probe 2']],
  ['smaller than the one before it', [10, 5], [0, 1, 'end']],
  ['the only one', [5], [0, 'probe 1']],
  ['empty', [0], [0, 'end']],
])('the last numbered page is %s', (_, sizes, expected) => {
  const numbered: Paginator = { type: 'page_number', base: 0, pageAt: { param: 'page' }, totalPath: 'total' };
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let request: ReturnType<typeof nextRequest> = firstRequest(numbered);
  const asked = sizes.map((records) => {
    const { position } = request!;
    request = nextRequest(numbered, request!, { records, total });
    return position;
  });
  expect([...asked, request === undefined ? 'end' : `${request.probe ? 'probe ' : ''}${request.position}`]).toEqual(expected);
});

test('parameters are named as declared, and a single page has none', () => {
  expect(firstRequest({ type: 'offset', limit: 30, limitAt: { param: 'per_page' }, offsetAt: { param: 'from' } }).params).toEqual({
    per_page: '30',
    from: '0',
  });
  const single = firstRequest({ type: 'single_page' });
  expect(single.params).toEqual({});
  expect(nextRequest({ type: 'single_page' }, single, { records: 30 })).toBeUndefined();
});
