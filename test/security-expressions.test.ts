import { compileExpression } from '../src/parse/expression';

const RECORD = { id: 1n, text: 'x', list: [1n], nested: { a: 'b' } };

/** What an expression gives, or that it is refused. */
function attempted(text: string): unknown {
  const compiled = compileExpression(text, ['record'], 'value');
  if ('problem' in compiled) return 'refused';
  try {
    return compiled.evaluate({ record: RECORD });
  } catch {
    return 'refused';
  }
}

test.each([
  'process',
  'process.exit(9)',
  'globalThis',
  'require("fs")',
  'import("fs")',
  'this',
  'eval("1")',
  'Function("return 1")()',
  'record.text.constructor("return 1")',
  'record.list.map(x, x).constructor',
  'record.text.replace("x", "y").toString.call()',
  'record.__defineGetter__("x", 1)',
  'record["constructor"]["constructor"]("return process")()',
  '(() => 1)()',
  '`${1}`',
  'record.id = 2',
])('%s is refused, or finds nothing', (text) => {
  expect(['refused', null]).toContainEqual(attempted(text));
  expect(RECORD).toEqual({ id: 1n, text: 'x', list: [1n], nested: { a: 'b' } });
});

test.each(['record.constructor', 'record.__proto__', 'record.nested.constructor', 'record.nested.toString', 'record["__proto__"]'])(
  '%s is a field that no record has',
  (text) => {
    expect(['refused', null]).toContainEqual(attempted(text));
  },
);

test('what it may reach, it reaches', () => {
  expect(attempted('record.nested.a + record.text')).toBe('bx');
});
