import { literal } from '../core/relation';
import { column, ofColumn, outside, text, valueList, type GenericTest, type Subject } from './genericTest';

/** Whether `value`, as a text, has no match of the regular expression `pattern` in it. */
const unlike = (value: string, pattern: string, engine: Subject['engine']): string =>
  engine === 'duckdb' ? `not regexp_matches(cast(${value} as text), ${literal(pattern)})` : `cast(${value} as text) !~ ${literal(pattern)}`;

/** A test of a column whose texts have a form that everybody knows. */
const ofForm = (pattern: string): GenericTest => ofColumn((args, { engine }) => ({ row: unlike(column(args), pattern, engine) }));

/** Case does not matter, and braces are left to dialects that have them: what is written out here is understood by every engine. */
const HEX = '[0-9a-fA-F]';
const UUID = `^${[8, 4, 4, 4, 12].map((length) => HEX.repeat(length)).join('-')}$`;
const EMAIL = '^[^[:space:]@]+@[^[:space:]@.]+([.][^[:space:]@.]+)+$';
const URL = '^[Hh][Tt][Tt][Pp][Ss]?://[^[:space:]/?#]+([/?#][^[:space:]]*)?$';

/** The tests that look at one row at a time. Nulls pass all of them but `not_null`. */
export const TESTS_OF_ROWS = {
  not_null: ofColumn((args) => ({ row: `${column(args)} is null` })),
  accepted_values: ofColumn((args) => ({ row: `${column(args)} not in (${valueList(args)})`, by: column(args) }), ['values'], ['quote']),
  not_accepted_values: ofColumn((args) => ({ row: `${column(args)} in (${valueList(args)})`, by: column(args) }), ['values'], ['quote']),
  accepted_range: ofColumn((args) => ({ row: outside(column(args), args) }), [], ['min_value', 'max_value', 'inclusive']),
  expression_is_true: {
    required: ['expression'],
    optional: ['column_name'],
    ofColumn: true,
    wrong: (args) => {
      const subject = args['column_name'] === undefined ? '' : `${column(args)} `;
      return { row: `not (${subject}${text(args['expression'])})` };
    },
  },
  not_empty_string: ofColumn(
    (args) => ({ row: `${args['trim_whitespace'] === false ? column(args) : `trim(${column(args)})`} = ''` }),
    [],
    ['trim_whitespace'],
  ),
  string_length: {
    ...ofColumn(
      (args) => ({ row: outside(`length(cast(${column(args)} as text))`, args) }),
      [],
      ['min_value', 'max_value', 'value', 'inclusive'],
    ),
    anyOf: ['min_value', 'max_value', 'value'],
  },
  matches_regex: ofColumn((args, { engine }) => ({ row: unlike(column(args), text(args['regex']), engine) }), ['regex']),
  not_matches_regex: ofColumn((args, { engine }) => ({ row: `not (${unlike(column(args), text(args['regex']), engine)})` }), ['regex']),
  valid_uuid: ofForm(UUID),
  valid_email: ofForm(EMAIL),
  valid_url: ofForm(URL),
} satisfies Readonly<Record<string, GenericTest>>;
