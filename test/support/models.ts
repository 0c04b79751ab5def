/** A SELECT of `values`, as rows of `id` and `name`. */
export const rows = (...values: readonly (readonly [number | null, string])[]): string =>
  values.map(([id, name]) => `select cast(${id ?? 'null'} as integer) as id, cast('${name}' as varchar) as name`).join('\nunion all\n');

/** A model's file. */
export const model = (config: string, sql: string): string => `{{ config(${config}) }}\n${sql}\n`;
