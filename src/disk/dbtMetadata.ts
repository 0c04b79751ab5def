/** About one invocation: what every artifact says of itself. */
export interface ArtifactMetadata {
  readonly etlxVersion: string;
  /** ISO 8601. */
  readonly generatedAt: string;
  readonly invocationId: string;
}

/** The release of dbt whose artifacts these are like: readers go by it to know what to expect. etlx's own version stands in `env`. */
const DBT_VERSION = '1.11.0';

/** The metadata of an artifact in dbt's shape, whose schema is at https://schemas.getdbt.com. */
export const dbtMetadata = (
  schema: 'manifest/v12' | 'run-results/v6' | 'catalog/v1' | 'sources/v3',
  { etlxVersion, generatedAt, invocationId }: ArtifactMetadata,
) => ({
  dbt_schema_version: `https://schemas.getdbt.com/dbt/${schema}.json`,
  dbt_version: DBT_VERSION,
  generated_at: generatedAt,
  invocation_id: invocationId,
  env: { etlx_version: etlxVersion },
});
