import { didYouMean } from './closest';

/** What can be wrong with a unit test when it runs: a part of `catalogue`, worded alike. */
export const unitTestCatalogue = {
  'unit_test.column': (f: { name: string; known: readonly string[]; closest?: readonly string[] }) => ({
    message: `the model gives no column \`${f.name}\``,
    hint: didYouMean(f.closest, `it gives: ${f.known.join(', ')}`),
  }),
  'unit_test.rows': (f: { what: string; problem: string }) => ({
    message: `${f.what} cannot be put into a table: ${f.problem}`,
    hint: 'each value has to fit the type of its column; declare `data_type`s where a table has none',
  }),
};
