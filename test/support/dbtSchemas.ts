/**
 * dbt's schemas of artifacts (https://schemas.getdbt.com), as far as etlx's have to fit them: keys and types. A key with `?` may be missing; one that is not
 * listed is wrong, because readers that are generated from the schemas refuse it.
 */
type Shape =
  | 'text'
  | 'number'
  | 'flag'
  | 'null'
  | 'any'
  /** One of several. */
  | { readonly one: readonly Shape[] }
  /** A list. */
  | { readonly list: Shape }
  /** A mapping with any keys. */
  | { readonly each: Shape }
  /** A mapping with these keys. */
  | { readonly keys: Readonly<Record<string, Shape>> }
  /** A text among these. */
  | { readonly words: readonly string[] };

const orNull = (shape: Shape): Shape => ({ one: [shape, 'null'] });
const texts: Shape = { list: 'text' };
const free: Shape = { each: 'any' };
const keys = (shapes: Readonly<Record<string, Shape>>): Shape => ({ keys: shapes });

const metadata = {
  dbt_schema_version: 'text',
  dbt_version: 'text',
  generated_at: 'text',
  invocation_id: 'text',
  env: { each: 'text' },
} as const;
const timing: Shape = { list: keys({ name: 'text', started_at: 'text', completed_at: 'text' }) };
const limit = keys({ count: orNull('number'), period: orNull({ words: ['minute', 'hour', 'day'] }) });
const freshness = keys({ warn_after: orNull(limit), error_after: orNull(limit), filter: orNull('text') });

const constraint = {
  type: { words: ['check', 'not_null', 'unique', 'primary_key', 'foreign_key', 'custom'] },
  name: orNull('text'),
  expression: orNull('text'),
  warn_unenforced: 'flag',
  warn_unsupported: 'flag',
  to: orNull('text'),
  to_columns: texts,
} as const;

const columns: Shape = {
  each: keys({
    name: 'text',
    description: 'text',
    data_type: orNull('text'),
    constraints: { list: keys(constraint) },
    quote: orNull('flag'),
    config: keys({ tags: texts, meta: free }),
    tags: texts,
    meta: free,
  }),
};

const placed = { name: 'text', package_name: 'text', path: 'text', original_file_path: 'text', unique_id: 'text' } as const;

const named = {
  ...placed,
  fqn: texts,
  description: 'text',
  config: free,
} as const;

const node = {
  ...named,
  database: orNull('text'),
  schema: 'text',
  alias: 'text',
  checksum: keys({ name: 'text', checksum: 'text' }),
  tags: texts,
  meta: free,
  columns,
  group: orNull('text'),
  docs: keys({ show: 'flag', node_color: orNull('text') }),
  patch_path: orNull('text'),
  relation_name: orNull('text'),
  raw_code: 'text',
} as const;

const dependsOn = keys({ macros: texts, nodes: texts });
const version: Shape = { one: ['text', 'number', 'null'] };
const reads = {
  refs: { list: keys({ name: 'text', package: orNull('text'), version }) },
  sources: { list: texts },
  metrics: { list: texts },
  depends_on: dependsOn,
} as const;

const query = {
  ...node,
  language: 'text',
  ...reads,
  compiled_path: orNull('text'),
  compiled: 'flag',
  compiled_code: 'text',
  extra_ctes_injected: 'flag',
  extra_ctes: { list: 'any' },
} as const;

const contract = { enforced: 'flag', alias_types: 'flag', checksum: orNull('text') } as const;

const seed = keys({ ...node, resource_type: { words: ['seed'] }, depends_on: keys({ macros: texts }) });
const operation = keys({ ...node, ...reads, resource_type: { words: ['operation'] }, language: 'text', index: 'number' });
const model = keys({
  ...query,
  resource_type: { words: ['model'] },
  contract: keys(contract),
  access: { words: ['private', 'protected', 'public'] },
  constraints: { list: keys({ ...constraint, columns: texts }) },
  primary_key: texts,
  version,
  latest_version: version,
  deprecation_date: orNull('text'),
});
const snapshot = keys({ ...query, resource_type: { words: ['snapshot'] } });
const dataTest = keys({
  ...query,
  resource_type: { words: ['test'] },
  column_name: orNull('text'),
  file_key_name: orNull('text'),
  attached_node: orNull('text'),
  'test_metadata?': keys({ name: 'text', kwargs: free, namespace: orNull('text') }),
});
const source = keys({
  ...named,
  resource_type: { words: ['source'] },
  database: orNull('text'),
  schema: 'text',
  source_name: 'text',
  source_description: 'text',
  loader: 'text',
  identifier: 'text',
  quoting: keys({ database: orNull('flag'), schema: orNull('flag'), identifier: orNull('flag'), column: orNull('flag') }),
  loaded_at_field: orNull('text'),
  loaded_at_query: orNull('text'),
  freshness: orNull(freshness),
  external: 'null',
  columns,
  meta: free,
  source_meta: free,
  tags: texts,
  patch_path: orNull('text'),
  relation_name: orNull('text'),
});
const rows = { rows: { one: ['text', { list: free }] }, format: { words: ['csv', 'dict', 'sql'] }, fixture: orNull('text') } as const;
const unitTest = keys({
  ...named,
  resource_type: { words: ['unit_test'] },
  model: 'text',
  given: { list: keys({ input: 'text', ...rows }) },
  expect: keys(rows),
  depends_on: dependsOn,
});

const exposure = keys({
  ...named,
  ...reads,
  resource_type: { words: ['exposure'] },
  type: { words: ['dashboard', 'notebook', 'analysis', 'ml', 'application'] },
  owner: free,
  label: orNull('text'),
  maturity: orNull({ words: ['high', 'medium', 'low'] }),
  meta: free,
  tags: texts,
  url: orNull('text'),
});

const described: Shape = {
  each: keys({
    unique_id: 'text',
    metadata: keys({
      type: 'text',
      schema: 'text',
      name: 'text',
      database: orNull('text'),
      comment: orNull('text'),
      owner: orNull('text'),
    }),
    columns: { each: keys({ type: 'text', index: 'number', name: 'text', comment: orNull('text') }) },
    stats: { each: keys({ id: 'text', label: 'text', value: 'any', include: 'flag', description: 'text' }) },
  }),
};

const asked = keys({
  unique_id: 'text',
  max_loaded_at: 'text',
  snapshotted_at: 'text',
  max_loaded_at_time_ago_in_s: 'number',
  status: { words: ['pass', 'warn', 'error', 'runtime error'] },
  criteria: freshness,
  adapter_response: free,
  timing,
  thread_id: 'text',
  execution_time: 'number',
});

const none: Shape = { each: { words: [] } };
const SCHEMAS = {
  manifest: keys({
    metadata: keys({
      ...metadata,
      project_name: 'text',
      project_id: orNull('text'),
      user_id: orNull('text'),
      send_anonymous_usage_stats: 'flag',
      adapter_type: 'text',
      quoting: keys({ database: 'flag', schema: 'flag', identifier: 'flag', column: orNull('flag') }),
      run_started_at: 'text',
    }),
    nodes: { each: { one: [seed, model, snapshot, dataTest, operation] } },
    sources: { each: source },
    macros: {
      each: keys({
        ...placed,
        resource_type: { words: ['macro'] },
        macro_sql: 'text',
        depends_on: keys({ macros: texts }),
        description: 'text',
        meta: free,
        docs: keys({ show: 'flag', node_color: orNull('text') }),
        patch_path: orNull('text'),
        arguments: { list: keys({ name: 'text', type: orNull('text'), description: 'text' }) },
        supported_languages: orNull(texts),
      }),
    },
    docs: { each: keys({ ...placed, resource_type: { words: ['doc'] }, block_contents: 'text' }) },
    exposures: { each: exposure },
    metrics: none,
    groups: {
      each: keys({ ...placed, resource_type: { words: ['group'] }, owner: free, description: 'text', config: keys({ meta: free }) }),
    },
    selectors: none,
    disabled: none,
    parent_map: { each: texts },
    child_map: { each: texts },
    group_map: { each: texts },
    saved_queries: none,
    semantic_models: none,
    unit_tests: { each: unitTest },
    functions: none,
  }),
  run_results: keys({
    metadata: keys(metadata),
    results: {
      list: keys({
        status: { words: ['success', 'error', 'skipped', 'partial success', 'no-op', 'reused', 'pass', 'fail', 'warn', 'runtime error'] },
        timing,
        thread_id: 'text',
        execution_time: 'number',
        adapter_response: free,
        message: orNull('text'),
        failures: orNull('number'),
        unique_id: 'text',
        compiled: orNull('flag'),
        compiled_code: orNull('text'),
        relation_name: orNull('text'),
        batch_results: 'null',
      }),
    },
    elapsed_time: 'number',
    args: free,
  }),
  catalog: keys({ metadata: keys(metadata), nodes: described, sources: described, errors: orNull(texts) }),
  sources: keys({
    metadata: keys(metadata),
    results: { list: { one: [asked, keys({ unique_id: 'text', error: orNull('text'), status: { words: ['runtime error'] } })] } },
    elapsed_time: 'number',
  }),
} as const;

/** What in `value` does not fit the schema of the artifact `name`: the places, and what they hold instead. */
export const wrongWith = (name: keyof typeof SCHEMAS, value: unknown): readonly string[] => wrongIn(value, SCHEMAS[name], name);

function wrongIn(value: unknown, shape: Shape, at: string): readonly string[] {
  const wrong = (is: boolean): readonly string[] => (is ? [] : [`${at}: ${JSON.stringify(value)?.slice(0, 60)}`]);
  if (shape === 'any') return [];
  if (shape === 'null') return wrong(value === null);
  if (shape === 'text') return wrong(typeof value === 'string');
  if (shape === 'number') return wrong(typeof value === 'number');
  if (shape === 'flag') return wrong(typeof value === 'boolean');
  if ('words' in shape) return wrong(shape.words.includes(value as string));
  if ('one' in shape) {
    const each = shape.one.map((one) => wrongIn(value, one, at));
    // the nearest of them says best what is wrong
    return each.reduce((nearest, other) => (other.length < nearest.length ? other : nearest));
  }
  if ('list' in shape)
    return Array.isArray(value) ? value.flatMap((each, index) => wrongIn(each, shape.list, `${at}[${index}]`)) : wrong(false);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return wrong(false);
  if ('each' in shape) return Object.entries(value).flatMap(([key, each]) => wrongIn(each, shape.each, `${at}.${key}`));
  const known = new Map(Object.entries(shape.keys).map(([key, of]) => [key.replace(/\?$/, ''), { of, isNeeded: !key.endsWith('?') }]));
  return [
    ...[...known].flatMap(([key, { isNeeded }]) => (isNeeded && !(key in value) ? [`${at}.${key}: missing`] : [])),
    ...Object.entries(value).flatMap(([key, each]) => {
      const found = known.get(key);
      return found === undefined ? [`${at}.${key}: unknown`] : wrongIn(each, found.of, `${at}.${key}`);
    }),
  ];
}
