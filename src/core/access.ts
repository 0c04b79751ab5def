/** Who may read a model by `ref`: its own group, the project, everybody. As in dbt. */
export const ACCESSES = ['private', 'protected', 'public'] as const;
export type Access = (typeof ACCESSES)[number];

/** Models that belong together, and who answers for them. */
export interface Group {
  readonly name: string;
  /** The file that declares it. */
  readonly path: string;
  readonly description: string;
  readonly owner: Readonly<Record<string, unknown>>;
  readonly meta: Readonly<Record<string, unknown>>;
}
