import { literal, quote } from '../core/relation';

/** The arguments of a generic test, rendered: names, texts, numbers, lists of them. */
export type TestArguments = Readonly<Record<string, unknown>>;

/** What a generic test is: the arguments it takes, and the SQL that gives the rows that are wrong. */
export interface GenericTest {
  readonly required: readonly string[];
  readonly optional: readonly string[];
  /** It may stand under a column, whose name is then the argument `column_name`. */
  readonly ofColumn: boolean;
  /** `model` is the relation under test (or a sub-select of it), as text. */
  readonly sql: (model: string, args: TestArguments) => string;
}

const text = (value: unknown): string => String(value);
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);
const column = (args: TestArguments): string => quote(text(args['column_name']));

/** A value as SQL: numbers and booleans as they are, text quoted unless the test says `quote: false`. */
const valueSql = (value: unknown, quoted: unknown): string =>
  typeof value === 'string' && quoted !== false ? literal(value) : text(value);

/**
 * The generic tests. The first four are dbt's, with its null rules: `unique`, `accepted_values` and `relationships` let nulls pass.
 * The others follow the packages that dbt users install for them (dbt_utils), under the same names and arguments.
 */
export const GENERIC_TESTS: Readonly<Record<string, GenericTest>> = {
  unique: {
    required: ['column_name'],
    optional: [],
    ofColumn: true,
    sql: (model, args) =>
      [
        `select ${column(args)} as unique_field, count(*) as n_records`,
        `from ${model}`,
        `where ${column(args)} is not null`,
        `group by ${column(args)}`,
        'having count(*) > 1',
      ].join('\n'),
  },
  not_null: {
    required: ['column_name'],
    optional: [],
    ofColumn: true,
    sql: (model, args) => [`select *`, `from ${model}`, `where ${column(args)} is null`].join('\n'),
  },
  accepted_values: {
    required: ['column_name', 'values'],
    optional: ['quote'],
    ofColumn: true,
    sql: (model, args) =>
      [
        `select ${column(args)} as value_field, count(*) as n_records`,
        `from ${model}`,
        `where ${column(args)} not in (${list(args['values'])
          .map((value) => valueSql(value, args['quote']))
          .join(', ')})`,
        `group by ${column(args)}`,
      ].join('\n'),
  },
  relationships: {
    required: ['column_name', 'to', 'field'],
    optional: [],
    ofColumn: true,
    sql: (model, args) =>
      [
        'select child.from_field',
        `from (select ${column(args)} as from_field from ${model} where ${column(args)} is not null) as child`,
        `left join (select ${quote(text(args['field']))} as to_field from ${text(args['to'])}) as parent on child.from_field = parent.to_field`,
        'where parent.to_field is null',
      ].join('\n'),
  },
  unique_combination_of_columns: {
    required: ['columns'],
    optional: [],
    ofColumn: false,
    sql: (model, args) => {
      const columns = list(args['columns'])
        .map((name) => quote(text(name)))
        .join(', ');
      return [`select ${columns}, count(*) as n_records`, `from ${model}`, `group by ${columns}`, 'having count(*) > 1'].join('\n');
    },
  },
  accepted_range: {
    required: ['column_name'],
    optional: ['min_value', 'max_value', 'inclusive'],
    ofColumn: true,
    sql: (model, args) => {
      const inclusive = args['inclusive'] !== false;
      const below = args['min_value'] === undefined ? [] : [`${column(args)} ${inclusive ? '<' : '<='} ${text(args['min_value'])}`];
      const above = args['max_value'] === undefined ? [] : [`${column(args)} ${inclusive ? '>' : '>='} ${text(args['max_value'])}`];
      return ['select *', `from ${model}`, `where ${[...below, ...above].join(' or ') || 'false'}`].join('\n');
    },
  },
  expression_is_true: {
    required: ['expression'],
    optional: ['column_name'],
    ofColumn: true,
    sql: (model, args) => {
      const subject = args['column_name'] === undefined ? '' : `${column(args)} `;
      return ['select *', `from ${model}`, `where not (${subject}${text(args['expression'])})`].join('\n');
    },
  },
};

/**
 * A generic test's name as dbt makes it: `<test>_<model>_<arguments>`, the arguments in the order of their names, joined by `__`;
 * names of 64 characters and more are cut to 30 and get a hash. `hash` gives a short hexadecimal digest.
 */
export function genericTestName(testName: string, modelName: string, args: TestArguments, hash: (text: string) => string): string {
  const words = Object.keys(args)
    .sort()
    .flatMap((key) => {
      const value = args[key];
      return (Array.isArray(value) ? value : typeof value === 'object' && value !== null ? Object.values(value) : [value]).map(String);
    })
    .map((word) => word.replace(/[^\p{L}\p{N}_]+/gu, '_'));
  const start = `${testName}_${modelName}`;
  const full = `${start}_${words.join('__')}`;
  return full.length < 64 ? full : `${start.slice(0, 30)}_${hash(full)}`;
}
