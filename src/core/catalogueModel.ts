import { languageCatalogue } from './catalogueLanguage';
import { snapshotCatalogue } from './catalogueSnapshot';

/** What can be wrong with the way a model is built: a part of `catalogue`, worded alike. */
export const modelCatalogue = {
  'model.columns': (f: { model: string; missing: readonly string[]; extra: readonly string[] }) => ({
    message: [
      `\`${f.model}\` does not give the columns that its contract declares`,
      f.missing.length > 0 ? `missing: ${f.missing.join(', ')}` : '',
      f.extra.length > 0 ? `not declared: ${f.extra.join(', ')}` : '',
    ]
      .filter(Boolean)
      .join('; '),
    hint: 'change the SELECT, or the `columns:` in its YAML',
  }),
  'model.unbuildable': (f: { model: string; what: string; engine: string; hint: string }) => ({
    message: `\`${f.model}\` cannot be built here: \`${f.engine}\` has no ${f.what}`,
    hint: f.hint,
  }),
  'model.duplicates': (f: { model: string; key: readonly string[]; keys: number; example: string }) => ({
    message: `the new rows of \`${f.model}\` have ${f.keys === 1 ? 'a key' : `${f.keys} keys`} more than once; ${f.key.join(', ')}: ${f.example}`,
    hint: 'let the SELECT give one row for each key; with `delete+insert`, `duplicate_keys: keep` takes a key for the name of a group of rows',
  }),
  'model.schema-change': (f: {
    model: string;
    rule: string;
    added: readonly string[];
    removed: readonly string[];
    changed: readonly string[];
  }) => ({
    message: [
      `\`${f.model}\` gives other columns than its table has`,
      ...(['added', 'removed', 'changed'] as const).flatMap((word) => (f[word].length === 0 ? [] : [`${word}: ${f[word].join(', ')}`])),
    ].join('; '),
    hint:
      f.rule === 'ignore'
        ? '`ignore` cannot do without a column; `append_new_columns` can, or `--full-refresh` makes the table anew'
        : 'say what shall happen by `on_schema_change`, or make the table anew with `--full-refresh`',
  }),
  'model.no-column': (f: { model: string; key: string; column: string; closest?: readonly string[] }) => ({
    message: `\`${f.key}\` of \`${f.model}\` names \`${f.column}\`, which is not a column that its SELECT and its table share`,
    hint:
      f.closest !== undefined && f.closest.length > 0 ? `did you mean ${f.closest.map((name) => `\`${name}\``).join(' or ')}?` : undefined,
  }),
  'model.outside-batch': (f: { model: string; batch: string; column: string; rows: number }) => ({
    message: `the batch ${f.batch} of \`${f.model}\` gives ${f.rows === 1 ? 'a row' : `${f.rows} rows`} whose \`${f.column}\` lies in another batch, or in none`,
    hint: 'let `event_time` be the time by which the rows that are read are chosen, and never null',
  }),
  'step.batches': (f: { node: string; failed: readonly string[]; all: number }) => ({
    message: `${f.failed.length} of ${f.all} batches of \`${f.node}\` failed: ${f.failed.slice(0, 5).join(', ')}${f.failed.length > 5 ? ` and ${f.failed.length - 5} more` : ''}`,
    hint: 'the others are done; `etlx retry` does those that are not',
  }),
  ...languageCatalogue,
  ...snapshotCatalogue,
};
