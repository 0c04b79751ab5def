import { literal } from '../core/relation';
import { parseType, type ColumnType } from '../core/types';
import type { Given } from './stdHelper';

/** How the texts of a type look, and a condition for one that looks so (in PostgreSQL's words) without which the cast could still fail. */
interface Castable {
  readonly form: string;
  readonly holds?: (text: string) => string;
}

const YEAR = '([1-9][0-9][0-9][0-9]|0[1-9][0-9][0-9]|00[1-9][0-9]|000[1-9])';
const DATE = `${YEAR}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])`;
const TIME = '[ T]([01][0-9]|2[0-3]):[0-5][0-9]';
/** More digits PostgreSQL would round and DuckDB cut. */
const SECONDS = ':[0-5][0-9]([.][0-9]{1,6})?';
/** DuckDB reads it behind seconds only. */
const ZONE = '(Z|[+-](0[0-9]|1[0-4])(:?[0-5][0-9])?)?';
const NUMBER = '[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9][0-9]?)?';
const HEX = '[0-9a-fA-F]';

const isWithin =
  (least: string, most: string, of = (number: string): string => number) =>
  (text: string): string =>
    `${of(`cast(${text} as numeric)`)} between ${least} and ${most}`;

/** The 30th of February looks like a date. */
const isInMonth = (text: string): string =>
  `cast(substr(${text}, 9, 2) as integer) <= extract(day from cast(substr(${text}, 1, 8) || '01' as date) + interval '1 month' - interval '1 day')`;

/** Without the sign's. */
const BITS = { 2: 15n, 4: 31n, 8: 63n } as const;

/** What is known of the texts of `type`; undefined for a type that only its engine can judge. */
function castableOf(type: ColumnType): Castable | undefined {
  switch (type.kind) {
    case 'integer':
      return { form: '[+-]?[0-9]+', holds: isWithin(`-${2n ** BITS[type.bytes]}`, String(2n ** BITS[type.bytes] - 1n)) };
    case 'decimal': {
      const { precision, scale = 0 } = type;
      if (precision === undefined) return { form: NUMBER };
      const most = `${'9'.repeat(precision - scale) || '0'}.${'9'.repeat(scale)}`;
      return { form: NUMBER, holds: isWithin(`-${most}`, most, (number) => `round(${number}, ${scale})`) };
    }
    case 'float': {
      const [least, most] = type.bytes === 4 ? ['1.2e-38', '3.4e38'] : ['2.3e-308', '1.7e308'];
      // zero is no smaller than what a float can hold
      return { form: NUMBER, holds: isWithin(least, most, (number) => `coalesce(nullif(abs(${number}), 0), 1)`) };
    }
    case 'boolean':
      return { form: '([Tt]([Rr][Uu][Ee])?|[Ff]([Aa][Ll][Ss][Ee])?|0|1)' };
    case 'date':
      return { form: DATE, holds: isInMonth };
    case 'timestamp':
      return { form: `${DATE}(${TIME}(${SECONDS}${type.zone ? ZONE : ''})?)?`, holds: isInMonth };
    case 'uuid':
      return { form: [8, 4, 4, 4, 12].map((length) => HEX.repeat(length)).join('-') };
    default:
      return undefined;
  }
}

/**
 * `field` as a `type`, or null where its text is none. PostgreSQL before 16 cannot ask whether a cast would fail, so the text's form is looked at
 * first; the same on every engine, so that all take the same texts (DuckDB alone would round `12.5` to an integer).
 */
export function safeCast(given: Given): string {
  const name = given.text('type');
  const type = parseType(name);
  // the inner cast makes a text of a literal too, which PostgreSQL would otherwise read as the type itself while it parses
  const text = `trim(cast(${given.text('field')} as text))`;
  if (type?.kind === 'text') return `cast(${given.text('field')} as ${name})`;
  const castable = type && castableOf(type);
  if (castable === undefined)
    throw given.wrong(`whether a text is a \`${name}\` cannot be seen; it casts to numbers, texts, booleans, dates, timestamps and uuids`);
  const form = literal(`^${castable.form}$`);
  if (given.engine === 'duckdb') return `case when regexp_matches(${text}, ${form}) then try_cast(${text} as ${name}) end`;
  const cast = `cast(${text} as ${name})`;
  // one case in the other: the parts of an `and` come in no certain order
  return `case when ${text} ~ ${form} then ${castable.holds === undefined ? cast : `case when ${castable.holds(text)} then ${cast} end`} end`;
}
