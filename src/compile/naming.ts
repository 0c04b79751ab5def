import type { SchemaRule } from '../parse/naming';

/** The schema of a node by its own `schema`, if it has one. */
export type SchemaOf = (custom: string | undefined) => string;

/** `as_given`: a node's own schema is the whole name; `prefixed`: it stands behind that of the target, as in dbt. */
export const schemasBy =
  (rule: SchemaRule, schema: string): SchemaOf =>
  (custom) =>
    custom === undefined ? schema : rule === 'prefixed' ? `${schema}_${custom}` : custom;
