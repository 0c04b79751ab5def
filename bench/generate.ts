import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** What a generated project holds. */
export interface Generated {
  readonly models: number;
  readonly refs: number;
  readonly tests: number;
}

const SETTINGS = `name: bench
default_target: dev
targets:
  dev: {type: pglite, path: .etlx/dev, schema: bench, threads: 4}
lake: .etlx/lake
models:
  bench: {+materialized: view}
`;

/** dbt's benchmark has 13,656 refs in 2,000 models. */
const REFS_PER_MODEL = 13_656 / 2_000;
/** A model has at most this many refs more, or fewer, than its share. */
const SPREAD = 6;

/**
 * A project like the one of dbt's own parse benchmark: models in folders of ten, each the union of up to a dozen earlier ones (6.8 on average),
 * each with a YAML file that describes it and puts three tests on it. The same project for the same number of models.
 */
export function generateProject(root: string, models: number): Generated {
  let refs = 0;
  let seed = 11;
  const random = (below: number): number => (seed = (seed * 48271) % 2147483647) % below;
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  write('project.yaml', SETTINGS);
  for (let index = 0; index < models; index += 1) {
    const folder = `models/group_${Math.floor(index / 10)}`;
    // what one model has too many, the next ones have too few
    const owed = (index + 1) * REFS_PER_MODEL - refs;
    const wanted = Math.max(0, Math.min(index, Math.round(owed) + random(2 * SPREAD + 1) - SPREAD));
    const parents = new Set<number>();
    while (parents.size < wanted) parents.add(random(index));
    refs += parents.size;
    const selects = [...parents].map((parent) => `select id, name from {{ ref('node_${parent}') }}`);
    write(`${folder}/node_${index}.sql`, `${selects.length > 0 ? selects.join('\nunion all\n') : "select 1 as id, 'one' as name"}\n`);
    write(`${folder}/node_${index}.yaml`, propertiesOf(index, [...parents][0] ?? index));
  }
  return { models, refs, tests: models * 3 };
}

const propertiesOf = (index: number, parent: number): string => `version: 2

models:
  - name: node_${index}
    description: The model number ${index}.
    columns:
      - name: id
        description: Its number.
        data_tests:
          - unique
          - not_null
          - relationships:
              arguments:
                to: ref('node_${parent}')
                field: id
      - name: name
        description: Its name.
`;

/** Models of one row each that read nothing: what remains is the cost of building a table. */
export function generateRows(root: string, models: number, settings: string): void {
  mkdirSync(join(root, 'models'), { recursive: true });
  writeFileSync(join(root, 'project.yaml'), settings);
  for (let index = 0; index < models; index += 1)
    writeFileSync(join(root, 'models', `row_${index}.sql`), `select ${index} as id, 'row ${index}' as name\n`);
}
