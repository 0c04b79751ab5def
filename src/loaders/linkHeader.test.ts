import { linkOf } from './linkHeader';

test.each<readonly [string | undefined, string | undefined]>([
  [undefined, undefined],
  ['', undefined],
  ['<https://x/2>; rel="next"', 'https://x/2'],
  ['<https://x/2>; rel=next', 'https://x/2'],
  ['<https://x/2>;REL = "NEXT"', 'https://x/2'],
  ['<?page=2>; title="a; rel=\\"next\\", b"; rel="last", <?page=3>; rel="next"', '?page=3'],
  ['<https://x/1>; rel="prev first", <https://x/a,b;c>; rel="foo next"', 'https://x/a,b;c'],
  ['<https://x/2>; rel="nextpage"', undefined],
  ['<https://x/2>', undefined],
  ['https://x/2; rel="next"', undefined],
])('%s', (header, address) => expect(linkOf(header, 'next')).toBe(address));
