import { keySet } from './keySet';

test('numbers different texts by their arrival, and knows them again', () => {
  const keys = keySet();
  expect(['b', '', 'a', 'b', '', 'ab'].map((text) => keys.add(text))).toEqual([0, 1, 2, 0, 1, 3]);
  expect(keys.size).toBe(4);
});

test('texts that only look alike are different', () => {
  const keys = keySet();
  // é in one and in two characters, half characters of all kinds, and their replacement
  const texts = ['\u00e9', 'e\u0301', '\ud83d', '\ud83e', '\udd17', '\ufffd', '🤗', 'a\ud83d', '\ud83da', '1', '1.0', '\0', '\0\0'];
  expect(texts.map((text) => keys.add(text))).toEqual(texts.map((_, index) => index));
  expect(texts.map((text) => keys.add(text))).toEqual(texts.map((_, index) => index));
});

test('agrees with a Set on many texts, however they are spread', () => {
  const keys = keySet();
  const known = new Set<string>();
  const wrong: string[] = [];
  let seed = 1;
  for (let round = 0; round < 60_000; round += 1) {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    const text = round % 3 === 0 ? String(seed % 20_000) : `${(seed >>> 16).toString(36)}-ü-${round % 997}`;
    const isNew = keys.add(text) === known.size;
    if (isNew === known.has(text)) wrong.push(text);
    known.add(text);
  }
  expect({ wrong, size: keys.size }).toEqual({ wrong: [], size: known.size });
});
