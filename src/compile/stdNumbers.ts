import { type Given, reading, type StandardHelpers } from './stdHelper';
import { numbered } from './stdDates';

/** Null counts as nothing. */
const folded = (operator: '+' | '-') =>
  reading(['field_list'], (given) => {
    const terms = given.texts('field_list').map((field) => `coalesce(${field}, 0)`);
    if (terms.length === 0) throw given.wrong('`field_list` is empty');
    return `(${terms.join(` ${operator} `)})`;
  });

/** A ratio, also of whole numbers, which SQL would cut. */
function safeDivide(given: Given): string {
  const [numerator, denominator] = [given.text('numerator'), given.text('denominator')];
  // DuckDB divides decimals as doubles anyway, PostgreSQL keeps their digits
  const exact = given.engine === 'duckdb' ? `cast(${numerator} as double)` : `1.0 * (${numerator})`;
  return `(${exact} / nullif((${denominator}), 0))`;
}

/** In which of `num_buckets` equal parts of the range a value lies, as PostgreSQL's function counts; DuckDB has none. */
function widthBucket(given: Given): string {
  const [value, least, most, buckets] = ['expr', 'min_value', 'max_value', 'num_buckets'].map((param) => given.text(param));
  if (given.engine !== 'duckdb') return `width_bucket(${value}, ${least}, ${most}, ${buckets})`;
  return [
    'cast(case',
    `when (${value}) < (${least}) then 0`,
    `when (${value}) >= (${most}) then (${buckets}) + 1`,
    `else floor(((${value}) - (${least})) * (${buckets}) / ((${most}) - (${least}))) + 1`,
    'end as integer)',
  ].join(' ');
}

/** The Earth's radius in each unit. */
const RADII = { mi: 3961, km: 6371 } as const;

/** The distance of two places on a sphere; angles in degrees. */
function haversine(given: Given): string {
  const [lat1, lon1, lat2, lon2] = ['lat1', 'lon1', 'lat2', 'lon2'].map((param) => `cast(${given.text(param)} as double precision)`);
  const half = (one: string, other: string): string => `power(sin(radians(${other} - ${one}) / 2), 2)`;
  const chord = `${half(lat1!, lat2!)} + cos(radians(${lat1})) * cos(radians(${lat2})) * ${half(lon1!, lon2!)}`;
  return `(2 * ${RADII[given.oneOf('unit', ['mi', 'km'])]} * asin(sqrt(${chord})))`;
}

export const STD_NUMBERS = {
  safe_add: folded('+'),
  safe_subtract: folded('-'),
  safe_divide: reading(['numerator', 'denominator'], safeDivide),
  width_bucket: reading(['expr', 'min_value', 'max_value', 'num_buckets'], widthBucket),
  haversine_distance: reading(['lat1', 'lon1', 'lat2', 'lon2'], haversine, { unit: 'mi' }),
  generate_series: reading(
    ['upper_bound'],
    (given) => `select n as generated_number from ${numbered(1, given.text('upper_bound'), given)}`,
  ),
  group_by: reading(['n'], (given) => {
    const count = Number(given.text('n'));
    if (!Number.isInteger(count) || count < 1 || count > 1000) throw given.wrong('`n` is how many columns to group by, from 1 to 1000');
    return `group by ${Array.from({ length: count }, (_, index) => index + 1).join(', ')}`;
  }),
} satisfies StandardHelpers;
