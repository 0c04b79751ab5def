import type { Column, ModelNode } from '../core/node';

/** Columns by name, as every entry of a manifest has them. */
export const columnsJson = (columns: readonly Column[]) =>
  Object.fromEntries(
    columns.map(({ name, description, dataType, notNull, tags, meta }) => [
      name,
      {
        name,
        description,
        data_type: dataType ?? null,
        constraints: notNull ? [constraint('not_null')] : [],
        quote: null,
        config: { tags, meta },
        tags,
        meta,
      },
    ]),
  );

/** The constraints of the whole table. */
export const constraintsOf = ({ primaryKey, uniqueKeys = [], checks = [] }: ModelNode) => [
  ...(primaryKey.length > 0 ? [{ ...constraint('primary_key'), columns: primaryKey }] : []),
  ...uniqueKeys.map((columns) => ({ ...constraint('unique'), columns })),
  ...checks.map(({ expression, name = null }) => ({ ...constraint('check'), columns: [], expression, name })),
];

/** With every key: readers ask for them without looking whether they are there. */
const constraint = (type: 'not_null' | 'primary_key' | 'unique' | 'check') => ({
  type,
  name: null,
  expression: null,
  warn_unenforced: true,
  warn_unsupported: true,
  to: null,
  to_columns: [],
});
