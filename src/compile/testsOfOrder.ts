import { DATEPARTS, column, columns, ofColumn, ofTable, span, text, type GenericTest } from './genericTest';

/** `partition by "a", "b" ` for those who have groups. */
const partition = (names: unknown): string => (columns(names).length === 0 ? '' : `partition by ${columns(names).join(', ')} `);

const repeated = (model: string, shown: string, by: string, condition: string): { readonly sql: string } => ({
  sql: [`select ${shown}, count(*) as n_records`, `from ${model}`, condition, `group by ${by}`, 'having count(*) > 1']
    .filter(Boolean)
    .join('\n'),
});

/** What `gaps` of `mutually_exclusive_ranges` asks of a range's end and the next one's beginning. */
const GAPS: Readonly<Record<string, string>> = { allowed: '<=', not_allowed: '=', required: '<' };

/** The tests that hold rows of a table against each other: keys, sequences, ranges, outliers. */
export const TESTS_OF_ORDER = {
  unique: ofColumn((args, { model }) =>
    repeated(model, `${column(args)} as unique_field`, column(args), `where ${column(args)} is not null`),
  ),
  unique_combination_of_columns: {
    ...ofTable(
      (args, { model }) => repeated(model, columns(args['columns']).join(', '), columns(args['columns']).join(', '), ''),
      ['columns'],
    ),
    aliases: { combination_of_columns: 'columns' },
  },
  sequential_values: {
    ...ofColumn(
      (args, { model }) => {
        const { interval = 1, datepart } = args;
        const step = datepart === undefined ? text(interval) : span(interval, datepart);
        const window = `over (${partition(args['group_by_columns'])}order by ${column(args)})`;
        return {
          sql: [
            'select * from (',
            `select *, lag(${column(args)}) ${window} as etlx_previous`,
            `from ${model}`,
            `) as etlx_sequence where ${column(args)} <> etlx_previous + ${step}`,
          ].join('\n'),
        };
      },
      [],
      ['interval', 'datepart', 'group_by_columns'],
    ),
    choices: { datepart: DATEPARTS },
  },
  mutually_exclusive_ranges: {
    ...ofTable(
      (args, { model }) => {
        const [lower, upper] = ['lower_bound_column', 'upper_bound_column'].map((key) => columns(args[key])[0]!);
        const window = `over (${partition(args['partition_by'])}order by ${lower}, ${upper})`;
        const long = args['zero_length_range_allowed'] === true ? '<=' : '<';
        const gap = GAPS[text(args['gaps'] ?? 'allowed')];
        return {
          sql: [
            'select * from (',
            `select *, lead(${lower}) ${window} as etlx_next, row_number() ${window} = count(*) over (${partition(args['partition_by'])}) as etlx_last`,
            `from ${model}`,
            // only the last range may be open, and none may begin nowhere
            `) as etlx_ranges where ${lower} is null or not coalesce(${lower} ${long} ${upper}, etlx_last) or not coalesce(${upper} ${gap} etlx_next, etlx_last)`,
          ].join('\n'),
        };
      },
      ['lower_bound_column', 'upper_bound_column'],
      ['partition_by', 'gaps', 'zero_length_range_allowed'],
    ),
    choices: { gaps: Object.keys(GAPS) },
  },
  z_score: ofColumn(
    (args, { model }) => ({
      sql: [
        `select tested.* from ${model} as tested,`,
        `(select avg(${column(args)}) as mean, stddev_samp(${column(args)}) as deviation from ${model}) as figures`,
        `where abs(tested.${column(args)} - figures.mean) > ${text(args['threshold'])} * figures.deviation`,
      ].join('\n'),
    }),
    ['threshold'],
  ),
} satisfies Readonly<Record<string, GenericTest>>;
