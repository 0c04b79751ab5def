import type { Target } from '../core/manifest';

/** The prefixes of the variants that a target takes, the nearest first; as dbt has them. Behind them comes the macro without a prefix. */
const PREFIXES: Readonly<Record<Target['type'], readonly string[]>> = {
  pglite: ['pglite', 'postgres', 'default'],
  postgres: ['postgres', 'default'],
  duckdb: ['duckdb', 'default'],
};

const VARIANT = /^(?:pglite|postgres|duckdb|default)__(.+)$/;

/** What a macro for one engine is a variant of: `cents` for `duckdb__cents`. Undefined for any other name. */
export const variantOf = (name: string): string | undefined => VARIANT.exec(name)?.[1];

/** For each name that has variants, the macro that a call of it means on a target; undefined where none is made for its engine. */
export function chosenVariants(names: ReadonlySet<string>, type: Target['type']): ReadonlyMap<string, string | undefined> {
  const bases = new Set([...names].flatMap((name) => variantOf(name) ?? []));
  const candidates = (base: string): readonly string[] => [...PREFIXES[type].map((prefix) => `${prefix}__${base}`), base];
  return new Map([...bases].map((base) => [base, candidates(base).find((name) => names.has(name))]));
}
