/** How the rows of a seed are written: CSV, a JSON list of objects, or one JSON object a line. */
export type SeedFormat = 'csv' | 'json' | 'ndjson';

/** The format of a file by its ending; undefined for a file that is no seed. */
export function seedFormatOf(path: string): SeedFormat | undefined {
  return FORMATS.get(path.slice(path.lastIndexOf('.') + 1).toLowerCase());
}

const FORMATS: ReadonlyMap<string, SeedFormat> = new Map([
  ['csv', 'csv'],
  ['json', 'json'],
  ['ndjson', 'ndjson'],
  ['jsonl', 'ndjson'],
]);

/** A column of a seed as its table gets it. */
export interface SeedColumn {
  readonly name: string;
  /** As declared, or else the narrowest type that every value fits, in PostgreSQL's words: `INTEGER`, `NUMERIC`. */
  readonly type: string;
  /** Of a `NUMERIC` that was inferred: the most digits after the point, for engines that have to know. */
  readonly scale?: number;
}

/** What is in a seed's file, found by reading all of it once. */
export interface SeedContent {
  readonly columns: readonly SeedColumn[];
  readonly rows: number;
}

/** What a plan has to know of a seed: the hash of its file, and what is in it; without content the table holds exactly that already. */
export interface SeedFacts {
  /** SHA-256 of the file, in hex. */
  readonly sha256: string;
  readonly content?: SeedContent;
}
