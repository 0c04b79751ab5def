const columnsText = (columns: readonly string[]): string => columns.map((name) => `\`${name}\``).join(', ');

/** What can be wrong with a snapshot and with the rows it is to keep: a part of `catalogue`, worded alike. */
export const snapshotCatalogue = {
  'snapshot.duplicates': (f: { snapshot: string; key: readonly string[]; keys: number; example: string }) => ({
    message: `the source of \`${f.snapshot}\` has ${f.keys === 1 ? 'a key' : `${f.keys} keys`} more than once; ${f.key.join(', ')}: ${f.example}`,
    hint: 'nothing was changed; name under `unique_key` the columns that tell two rows apart',
  }),
  'snapshot.timeless': (f: { snapshot: string; column: string; rows: number }) => ({
    message: `${f.rows === 1 ? 'a row' : `${f.rows} rows`} of the source of \`${f.snapshot}\` ${f.rows === 1 ? 'has' : 'have'} no \`${f.column}\``,
    hint: 'nothing was changed; snapshot a model that fills it in, or use the strategy `check`',
  }),
  'snapshot.columns': (f: { snapshot: string; problem: string; hint: string }) => ({
    message: `\`${f.snapshot}\` cannot be brought up to date: ${f.problem}`,
    hint: f.hint,
  }),
  'snapshot.types': (f: { snapshot: string; changed: readonly string[] }) => ({
    message: `the source of \`${f.snapshot}\` gives types that the snapshot cannot keep: ${columnsText(f.changed)}`,
    hint: 'snapshot a model that casts them to what they were, or that gives them under other names',
  }),
  'snapshot.in-the-way': (f: { snapshot: string; relation: string; kind: string }) => ({
    message: `\`${f.snapshot}\` cannot be kept in ${f.relation}: a ${f.kind} stands there`,
    hint: 'drop or rename it, or give the snapshot another `alias`',
  }),
};
