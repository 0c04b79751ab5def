import { ofTexts, reading, type StandardHelpers } from './stdHelper';
import { safeCast } from './stdSafeCast';

const type = (name: string) => ofTexts([], () => name);

/** Types that every engine knows under one name and stores alike: DuckDB's FLOAT has four bytes, its DECIMAL three digits. */
export const STD_TYPES = {
  type_string: type('text'),
  type_int: type('integer'),
  type_bigint: type('bigint'),
  type_numeric: type('numeric(28, 6)'),
  type_float: type('double precision'),
  type_timestamp: type('timestamp'),
  type_boolean: type('boolean'),
  cast: ofTexts(['field', 'type'], (field, to) => `cast(${field} as ${to})`),
  safe_cast: reading(['field', 'type'], safeCast),
  cast_bool_to_text: ofTexts(['bool_expression'], (expression) => `cast(${expression} as text)`),
} satisfies StandardHelpers;
