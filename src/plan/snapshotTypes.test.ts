import { hasZone, holds, isTime } from './snapshotTypes';

/** Each type holds all that stand before it, and none that stands after it. */
const growing: readonly (readonly string[])[] = [
  ['smallint', 'integer', 'bigint', 'numeric(19,0)', 'numeric(21,2)', 'numeric'],
  ['INTEGER', 'BIGINT', 'DECIMAL(20,1)'],
  ['character varying(5)', 'character varying(10)', 'text'],
  ['real', 'double precision'],
  ['date', 'timestamp(3) without time zone', 'timestamp without time zone'],
];

test.each(growing)('%s is held by all that follow', (...types) => {
  const table = types.map((wide) => types.map((narrow) => holds(wide, narrow)));
  expect(table).toEqual(types.map((_wide, index) => types.map((_narrow, other) => other <= index)));
});

test('texts without a length are all alike', () => {
  expect([holds('text', 'character varying'), holds('character varying', 'text')]).toEqual([true, true]);
});

test.each([
  ['numeric(5,2)', 'numeric(6,0)'],
  ['numeric(5,2)', 'integer'],
  ['integer', 'text'],
  ['text', 'integer'],
  ['character(3)', 'character varying(3)'],
  ['timestamp with time zone', 'timestamp without time zone'],
  ['timestamp with time zone', 'date'],
  ['double precision', 'integer'],
  ['DOUBLE', 'FLOAT'],
  ['STRUCT(a INTEGER)', 'STRUCT(a BIGINT)'],
])('%s does not hold every %s', (wide, narrow) => {
  expect([holds(wide, narrow), holds(wide, wide)]).toEqual([false, true]);
});

test.each([
  ['date', true, false],
  ['timestamp(3) with time zone', true, true],
  ['TIMESTAMP WITH TIME ZONE', true, true],
  ['timestamp without time zone', true, false],
  ['TIMESTAMP_NS', true, false],
  ['time without time zone', false, false],
  ['bigint', false, false],
])('%s is a time: %s, with its zone: %s', (type, ...are) => expect([isTime(type), hasZone(type)]).toEqual(are));
