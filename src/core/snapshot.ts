/** What a snapshot does about a key that its source does not have any more: nothing, ends its version, or ends it and writes a row that says so. */
export type HardDeletes = 'ignore' | 'invalidate' | 'new_record';

export const HARD_DELETES: readonly HardDeletes[] = ['ignore', 'invalidate', 'new_record'];

/** The columns that a snapshot adds to those of its source, in their order, under dbt's names for them. */
export const META_COLUMNS = ['dbt_scd_id', 'dbt_updated_at', 'dbt_valid_from', 'dbt_valid_to', 'dbt_is_deleted'] as const;

/** What they are called in one snapshot. */
export type MetaColumns = Readonly<Record<(typeof META_COLUMNS)[number], string>>;

/** How a snapshot keeps the versions of its source's rows. */
export interface SnapshotRule {
  /** The columns by which a row finds its versions; nulls are like each other. */
  readonly uniqueKey: readonly string[];
  /** The column that tells when a row changed last. Absent: nobody knows, and a version begins with the run that finds it. */
  readonly updatedAt?: string;
  /** The columns whose change makes a new version. Absent: a later `updatedAt` does. */
  readonly checked?: 'all' | readonly string[];
  readonly hardDeletes: HardDeletes;
  /** SQL: what versions that hold still have for their end; absent: null. */
  readonly validToCurrent?: string;
  readonly meta: MetaColumns;
  /** `--full-refresh` makes the table anew, which forgets all versions but the latest. */
  readonly forgets: boolean;
}
