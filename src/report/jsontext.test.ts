import { rowsJson } from './jsontext';

test('numbers keep every digit, texts stay texts', () => {
  const rows = [{ id: 1, big: '9007199254740993', price: '19.90', code: '007', odd: 'NaN', none: null, quote: '"\\u00001"' }];
  expect(rowsJson({ rows, exactNumbers: new Set(['big', 'price', 'odd', 'none']) })).toBe(
    '[{"id":1,"big":9007199254740993,"price":19.90,"code":"007","odd":"NaN","none":null,"quote":"\\"\\\\u00001\\""}]',
  );
});
