/** What can be wrong with the files of seeds, and with what is asked about the age of data: a part of `catalogue`, worded alike. */
export const seedCatalogue = {
  'seed.invalid': (f: { problem: string; hint?: string }) => ({ message: `the seed cannot be read: ${f.problem}`, hint: f.hint }),
  'seed.value': (f: { column: string; value: string; type: string; problem: string }) => ({
    message: `the value ${f.value} of \`${f.column}\` does not fit ${f.type}: ${f.problem}`,
    hint: 'correct the value, or give the column another type under `column_types`',
  }),
  'seed.changed': (f: { seed: string }) => ({
    message: `the file of \`${f.seed}\` changed while the run was reading it`,
    hint: 'the old table stands; run again when the file is complete',
  }),
  'freshness.unknown': (f: { node: string; problem: string; hint: string }) => ({
    message: `nothing says how old the data of \`${f.node}\` are: ${f.problem}`,
    hint: f.hint,
  }),
};
