/** One value of a seed: null, a text of CSV (of which nothing is known), or a value of JSON with its own type. */
export type SeedCell = string | null | { readonly text: string; readonly as: 'text' | 'number' | 'boolean' | 'json' };

export interface SeedRow {
  /** Where it begins, from 1. */
  readonly line: number;
  /** In the order of the columns that were known when it was read; what is missing at its end is null. */
  readonly cells: readonly SeedCell[];
}

/** The longest row, in characters: more is a quote or a brace that was never closed, and would not fit in memory. */
export const MAX_ROW = 16 * 1024 * 1024;
