import { DATEPARTS, column, columns, ofColumn, ofTable, outside, span, text, type GenericTest, type TestArguments } from './genericTest';

const groups = (args: TestArguments): readonly string[] => columns(args['group_by_columns']);

/** A test of one figure about a column's values, which has to lie in a range. */
const ofFigure = (aggregate: string): GenericTest => ({
  ...ofColumn(
    (args) => {
      const figure = `${aggregate}(${column(args)})`;
      return { table: outside(figure, args), figure, by: groups(args) };
    },
    [],
    ['min_value', 'max_value', 'inclusive', 'group_by_columns'],
  ),
  anyOf: ['min_value', 'max_value'],
});

/** The tests that look at totals of a table, or of each group of its rows. */
export const TESTS_OF_TOTALS = {
  at_least_one: ofColumn(
    (args) => ({ table: `count(${column(args)}) = 0`, figure: 'count(*)', by: groups(args) }),
    [],
    ['group_by_columns'],
  ),
  not_constant: ofColumn(
    (args) => {
      // as texts, because not every type has a least value; finding two values is far cheaper than counting all
      const [least, greatest] = ['min', 'max'].map((aggregate) => `${aggregate}(cast(${column(args)} as text))`);
      return { table: `${least} = ${greatest}`, figure: least!, by: groups(args) };
    },
    [],
    ['group_by_columns'],
  ),
  not_null_proportion: ofColumn(
    (args) => {
      const [known, all] = [`count(${column(args)})`, 'count(*)'];
      const most = args['at_most'] === undefined ? '' : ` or ${known} > ${text(args['at_most'])} * ${all}`;
      return { table: `${known} < ${text(args['at_least'])} * ${all}${most}`, figure: `1.0 * ${known} / ${all}`, by: groups(args) };
    },
    ['at_least'],
    ['at_most', 'group_by_columns'],
  ),
  row_count: {
    ...ofTable(
      (args) => ({ table: outside('count(*)', args), figure: 'count(*)', by: groups(args) }),
      [],
      ['min_value', 'max_value', 'value', 'inclusive', 'group_by_columns'],
    ),
    anyOf: ['min_value', 'max_value', 'value'],
  },
  mean_in_range: ofFigure('avg'),
  stddev_in_range: ofFigure('stddev_samp'),
  sum_in_range: ofFigure('sum'),
  recency: {
    ...ofTable(
      (args) => {
        const latest = `max(${columns(args['field'])[0]})`;
        const type = args['ignore_time_component'] === true ? 'date' : 'timestamp with time zone';
        const bound = `cast(current_timestamp - ${span(args['interval'], args['datepart'])} as ${type})`;
        // a table without a row is not recent
        return { table: `coalesce(cast(${latest} as ${type}) < ${bound}, true)`, figure: latest, by: groups(args) };
      },
      ['field', 'datepart', 'interval'],
      ['ignore_time_component', 'group_by_columns'],
    ),
    choices: { datepart: DATEPARTS },
  },
} satisfies Readonly<Record<string, GenericTest>>;
