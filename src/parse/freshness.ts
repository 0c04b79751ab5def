import { diagnose } from '../core/diagnostic';
import { FRESHNESS_PERIODS, type FreshnessLimit, type FreshnessRule } from '../core/freshness';
import { isNothing, mapping, optional, required, type Fields, type Reader } from './shape';
import { integer, located, oneOf } from './shapeValues';
import type { YamlNode } from './yamlNode';

/** `freshness:` as it is written: a key that is null takes away what a more general place says. */
export interface FreshnessDeclaration {
  readonly warn_after?: FreshnessLimit | null;
  readonly error_after?: FreshnessLimit | null;
  readonly filter?: string | null;
}

/** What can be said about freshness in one place. */
export interface FreshnessKeys {
  /** Null switches it off. */
  readonly freshness?: FreshnessDeclaration | null;
  readonly loaded_at_field?: string;
  readonly loaded_at_query?: string;
}

const limit = mapping('an age', { count: required(integer(0)), period: required(oneOf(FRESHNESS_PERIODS)) });

/** SQL, on one line or several; it is sent as it stands. */
const sqlText: Reader<string> = (node, key, report) => {
  const read = located(node, key, report);
  if (read === undefined || !read.text.includes('{{')) return read?.text;
  report(
    diagnose('config.invalid', { problem: `\`${key}\` is SQL and no template`, hint: 'name the tables as the database does' }, read.at),
  );
  return undefined;
};

const FRESHNESS_FIELDS = { warn_after: optional(limit), error_after: optional(limit), filter: optional(sqlText) };
const readFreshness = mapping('`freshness`', FRESHNESS_FIELDS);

const freshness: Reader<FreshnessDeclaration> = (node, key, report) => {
  const read = readFreshness(node, key, report);
  return read && { ...read, ...nullsIn(node, Object.keys(FRESHNESS_FIELDS)) };
};

/** The keys of a table, a source, or a model's config. */
export const FRESHNESS_KEYS = {
  freshness: optional(freshness),
  loaded_at_field: optional(sqlText),
  loaded_at_query: optional(sqlText),
} satisfies Fields;

/** What `reader` reads, with null for `freshness: null`, which is not the same as no `freshness`. */
export function keepingNull<T extends { readonly freshness?: FreshnessDeclaration | undefined }>(
  reader: Reader<T>,
): Reader<Omit<T, 'freshness'> & { readonly freshness?: FreshnessDeclaration | null | undefined }> {
  return (node, key, report) => {
    const read = reader(node, key, report);
    return read && { ...read, ...nullsIn(node, ['freshness']) };
  };
}

function nullsIn(node: YamlNode, keys: readonly string[]): Readonly<Record<string, null>> {
  if (node.kind !== 'map') return {};
  return Object.fromEntries(node.entries.filter(({ key, value }) => keys.includes(key) && isNothing(value)).map(({ key }) => [key, null]));
}

/**
 * The rule that holds for a table: what is said of it over what is said of its source, key by key; a time of its own takes the place of both
 * kinds of the source's. Undefined where no limit is left.
 */
export function freshnessRule(general: FreshnessKeys, own: FreshnessKeys): FreshnessRule | undefined {
  if (own.freshness === null || (general.freshness === null && own.freshness === undefined)) return undefined;
  const { warn_after: warnAfter, error_after: errorAfter, filter } = { ...general.freshness, ...own.freshness };
  if (!warnAfter && !errorAfter) return undefined;
  const { loaded_at_field: field, loaded_at_query: query } =
    own.loaded_at_field === undefined && own.loaded_at_query === undefined ? general : own;
  return {
    ...(warnAfter && { warnAfter }),
    ...(errorAfter && { errorAfter }),
    ...(filter && { filter }),
    ...(field !== undefined && { loadedAtField: field }),
    ...(query !== undefined && { loadedAtQuery: query }),
  };
}
