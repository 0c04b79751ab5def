import { didYouMean } from './closest';

/** What can be wrong with a call of `diff`, `create-test`, `run-operation`, `clean` or `clone`: a part of `catalogue`, worded alike. */
export const operationsCatalogue = {
  'relation.missing': (f: { relation: string; closest?: readonly string[] }) => ({
    message: `there is no \`${f.relation}\` in the database`,
    hint: didYouMean(f.closest, 'build it first: `etlx run`'),
  }),
  'unit_test.unsteady': (f: { model: string }) => ({
    message: `\`${f.model}\` gives other rows from the same input when it is asked again, so no test of them would pass`,
    hint: 'look for chance in it, or for an order that its SQL leaves open',
  }),
  'diff.key': (f: { key: readonly string[]; side: string; keys: number }) => ({
    message: `${f.key.map((name) => `\`${name}\``).join(', ')} is no key of ${f.side}: ${f.keys === 1 ? 'a value is' : `${f.keys} values are`} there more than once, or null`,
    hint: 'name the columns that tell its rows apart with `--key`',
  }),
};
