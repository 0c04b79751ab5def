import { literal, quote } from '../core/relation';
import { column, columns, list, ofColumn, ofTable, text, type GenericTest, type TestArguments } from './genericTest';

/** Values of the column under test that the column `field` of `to` does not have; both sides may be narrowed. */
function orphans(model: string, args: TestArguments): { readonly sql: string } {
  const { from_condition: from, to_condition: to } = args;
  const child = [`${column(args)} is not null`, ...(from === undefined ? [] : [`(${text(from)})`])].join(' and ');
  const parent = to === undefined ? '' : ` where ${text(to)}`;
  return {
    sql: [
      'select child.from_field',
      `from (select ${column(args)} as from_field from ${model} where ${child}) as child`,
      `left join (select ${quote(text(args['field']))} as to_field from ${text(args['to'])}${parent}) as parent on child.from_field = parent.to_field`,
      'where parent.to_field is null',
    ].join('\n'),
  };
}

/** The rows of either side that the other one has not, or not as often. */
const differing = (one: string, other: string): { readonly sql: string } => ({
  sql: [
    `(select 'missing in the other' as difference, etlx_one.* from (${one} except all ${other}) as etlx_one)`,
    'union all',
    `(select 'only in the other' as difference, etlx_other.* from (${other} except all ${one}) as etlx_other)`,
  ].join('\n'),
});

/** Holds the numbers of rows of two tables against each other. */
const ofCounts = (wrong: string): GenericTest => ({
  ...ofTable(
    (args, { model }) => ({
      sql: [
        'select * from',
        `(select count(*) as n_records from ${model}) as etlx_one,`,
        `(select count(*) as n_compared from ${text(args['compare_model'])}) as etlx_other`,
        `where n_records ${wrong} n_compared`,
      ].join('\n'),
    }),
    ['compare_model'],
  ),
  relations: ['compare_model'],
});

/** The tests that hold a table against another one. */
export const TESTS_OF_PAIRS = {
  relationships: { ...ofColumn((args, { model }) => orphans(model, args), ['to', 'field']), relations: ['to'] },
  relationships_where: {
    ...ofColumn((args, { model }) => orphans(model, args), ['to', 'field'], ['from_condition', 'to_condition']),
    relations: ['to'],
  },
  cardinality_equality: {
    ...ofColumn(
      (args, { model }) => {
        const counted = (name: string, from: string): string =>
          `select ${name} as value_field, count(*) as n_records from ${from} group by ${name}`;
        return differing(counted(column(args), model), counted(quote(text(args['field'])), text(args['to'])));
      },
      ['to', 'field'],
    ),
    relations: ['to'],
  },
  equal_rowcount: ofCounts('<>'),
  fewer_rows_than: ofCounts('>='),
  equality: {
    ...ofTable(
      (args, { model, engine }) => {
        const [compared, excluded] = [columns(args['compare_columns']), list(args['exclude_columns'])];
        const rows = (from: string): string => {
          if (compared.length > 0) return `select ${compared.join(', ')} from ${from}`;
          if (excluded.length === 0) return `select * from ${from}`;
          if (engine === 'duckdb') return `select * exclude (${columns(excluded).join(', ')}) from ${from}`;
          // PostgreSQL has no word for all columns but some; a row as JSON can be without them
          const less = excluded.map((name) => ` - ${literal(text(name))}`).join('');
          return `select to_jsonb(etlx_row)${less} as etlx_row from (select * from ${from}) as etlx_row`;
        };
        return differing(rows(model), rows(text(args['compare_model'])));
      },
      ['compare_model'],
      ['compare_columns', 'exclude_columns'],
    ),
    relations: ['compare_model'],
  },
} satisfies Readonly<Record<string, GenericTest>>;
