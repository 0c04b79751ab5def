import { literal, quote } from '../core/relation';
import { type Given, ofTexts, reading, type StandardHelpers } from './stdHelper';

function listagg(given: Given): string {
  const [measure, delimiter] = [given.text('measure'), given.text('delimiter_text')];
  const order = given.isTrue('order_by_clause') ? ` ${given.text('order_by_clause')}` : '';
  return given.isTrue('limit_num')
    ? `array_to_string((array_agg(${measure}${order}))[1:${given.text('limit_num')}], ${delimiter})`
    : `string_agg(${measure}, ${delimiter}${order})`;
}

/** PostgreSQL has `any_value` from 16 on, and `min` knows no booleans and no JSON. */
const anyValue = (given: Given): string => {
  const expression = given.text('expression');
  return given.engine === 'duckdb' ? `any_value(${expression})` : `(array_agg(${expression}) filter (where ${expression} is not null))[1]`;
};

/** A column for each value of `column`: what `agg` makes of `then_value` in its rows, and of `else_value` in the others. */
function pivot(given: Given): string {
  const [column, agg, cmp] = [given.text('column'), given.text('agg'), given.text('cmp')];
  const distinct = given.isTrue('distinct') ? 'distinct ' : '';
  const values = given.texts('values');
  if (values.length === 0) throw given.wrong('`values` is empty');
  return values
    .map((value) => {
      const name = `${given.text('prefix')}${value}${given.text('suffix')}`;
      const alias = given.isTrue('alias') ? ` as ${given.isTrue('quote_identifiers') ? quote(name) : name}` : '';
      const chosen = `case when ${column} ${cmp} ${literal(value)} then ${given.text('then_value')} else ${given.text('else_value')} end`;
      return `${agg}(${distinct}${chosen})${alias}`;
    })
    .join(',\n');
}

export const STD_AGGREGATES = {
  listagg: reading(['measure'], listagg, { delimiter_text: `','`, order_by_clause: null, limit_num: null }),
  any_value: reading(['expression'], anyValue),
  bool_or: ofTexts(['expression'], (expression) => `bool_or(${expression})`),
  pivot: reading(['column', 'values'], pivot, {
    alias: true,
    agg: 'sum',
    cmp: '=',
    prefix: '',
    suffix: '',
    then_value: 1,
    else_value: 0,
    quote_identifiers: true,
    distinct: false,
  }),
} satisfies StandardHelpers;
