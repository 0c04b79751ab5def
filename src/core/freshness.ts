/** An age, as dbt writes it: `{count: 12, period: hour}`. */
export interface FreshnessLimit {
  readonly count: number;
  readonly period: FreshnessPeriod;
}

export const FRESHNESS_PERIODS = ['minute', 'hour', 'day'] as const;
export type FreshnessPeriod = (typeof FRESHNESS_PERIODS)[number];

/** How old the data of a table may be; at least one limit is there. */
export interface FreshnessRule {
  readonly warnAfter?: FreshnessLimit;
  readonly errorAfter?: FreshnessLimit;
  /** SQL: only these rows are looked at. */
  readonly filter?: string;
  /** SQL of a row's time; a time without a zone is UTC. */
  readonly loadedAtField?: string;
  /** A query that answers one time; it goes before the field. Without either the table's own load time counts. */
  readonly loadedAtQuery?: string;
}

/** How old the data of a table are. */
export interface Freshness {
  /** ISO 8601. */
  readonly maxLoadedAt: string;
  /** When the database was asked, by its clock. */
  readonly snapshottedAt: string;
  /** Seconds between the two. */
  readonly age: number;
}

const SECONDS: Readonly<Record<FreshnessPeriod, number>> = { minute: 60, hour: 3600, day: 86_400 };

/** `limit` in seconds. */
export const secondsOf = ({ count, period }: FreshnessLimit): number => count * SECONDS[period];

/** `12 hours`. */
export const limitText = ({ count, period }: FreshnessLimit): string => `${count} ${period}${count === 1 ? '' : 's'}`;
