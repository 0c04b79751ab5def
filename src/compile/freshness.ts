import { diagnose, type Location, type Report } from '../core/diagnostic';
import type { FreshnessRule } from '../core/freshness';
import { freshnessRule, type FreshnessKeys } from '../parse/freshness';

export interface FreshnessOwner {
  /** In messages: `the table \`users\``. */
  readonly where: string;
  /** etlx fills it, and so knows when it did. */
  readonly isLoaded: boolean;
  readonly at: Location;
}

/** The rule of a node for its literal; nothing where there is none. A rule without anything that says how old the data are is reported. */
export function freshnessOf(
  general: FreshnessKeys,
  own: FreshnessKeys,
  { where, isLoaded, at }: FreshnessOwner,
  report: Report,
): { readonly freshness?: FreshnessRule } {
  const freshness = freshnessRule(general, own);
  if (freshness === undefined) return {};
  if (!isLoaded && freshness.loadedAtField === undefined && freshness.loadedAtQuery === undefined)
    report(diagnose('config.missing-key', { key: 'loaded_at_field', where: `${where}, whose freshness is watched,` }, at));
  return { freshness };
}
