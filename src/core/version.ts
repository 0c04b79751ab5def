/** One of several shapes in which a model is kept, so that its readers can follow in their own time. As in dbt. */
export interface ModelVersion {
  /** What all versions are called together: `dim_customers`. */
  readonly model: string;
  /** As it is written: `2`. */
  readonly v: string;
  readonly age: VersionAge;
}

/** Beside the model's latest version: before it, itself, after it. */
export const VERSION_AGES = ['old', 'latest', 'prerelease'] as const;
export type VersionAge = (typeof VERSION_AGES)[number];

/** Less than 0 when the version `a` comes before `b`: numbers by their value, and before texts. */
export function byVersion(a: string, b: string): number {
  const [left, right] = [Number(a), Number(b)];
  if (Number.isNaN(left) !== Number.isNaN(right)) return Number.isNaN(left) ? 1 : -1;
  if (!Number.isNaN(left)) return left - right;
  return a < b ? -1 : Number(a > b);
}
