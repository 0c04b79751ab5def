import { csvOf, withoutHeader } from './csv';

test('null is an empty field, an empty text is quoted', () => {
  expect(
    csvOf([
      [null, '', 'a'],
      ['', null, null],
    ]),
  ).toBe(',"",a\n"",,\n');
});

test('what would end a field is quoted', () => {
  expect(csvOf([['a,b', 'say "hi"', 'l\nm', 'c\rd', ' x ', '\\.', 'é𝒶']])).toBe('"a,b","say ""hi""","l\nm","c\rd", x ,"\\.",é𝒶\n');
});

test.each([1, 3, 4, 5, 100])('the header is left out of pieces of %d bytes', async (size) => {
  const bytes = Buffer.from('id,n\n1,"a\nb"\n2,é\n');
  async function* pieces() {
    for (let start = 0; start < bytes.byteLength; start += size) yield bytes.subarray(start, start + size);
  }
  const rest: Uint8Array[] = [];
  for await (const piece of withoutHeader(pieces())) rest.push(piece);
  expect(Buffer.concat(rest).toString()).toBe('1,"a\nb"\n2,é\n');
});
