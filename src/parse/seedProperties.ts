import type { Location, Report } from '../core/diagnostic';
import type { TextFile } from '../core/project';
import { checkDeclaredType } from './columnType';
import { parseDescribed } from './descriptions';
import { columns, columnsOf, constraints, type Columns } from './propertiesColumns';
import { tests, type TestDeclaration } from './propertiesTests';
import { readSeedConfig, type SeedConfig } from './seedConfig';
import { isNothing, listOf, mapping, optional, required, type Reader } from './shape';
import { located, text, value } from './shapeValues';
import type { RenderText } from './sourcesRender';

/** What the YAML beside a seed says about it. */
export interface SeedProperties extends Omit<Columns, 'tests'> {
  readonly name: string;
  /** Where it is named. */
  readonly at: Location;
  readonly description: string;
  readonly config: SeedConfig;
  /** Of the seed first, then of its columns in order. */
  readonly tests: readonly TestDeclaration[];
}

const config: Reader<SeedConfig> = (node, _, report) => readSeedConfig(node, 'the config of a seed', report);

const readSeed = mapping('a seed', {
  name: required(located),
  description: optional(text, ''),
  config: optional(config, {}),
  constraints: optional(constraints, []),
  columns: optional(columns, []),
  data_tests: optional(tests, []),
  tests: optional(tests, []),
});

const seed: Reader<SeedProperties> = (node, key, report) => {
  const read = readSeed(node, key, report);
  if (read === undefined) return undefined;
  const described = columnsOf(`the seed \`${read.name.text}\``, read.columns, read.constraints, report);
  for (const column of described.columns) checkDeclaredType(column, report);
  return {
    columns: described.columns,
    primaryKey: described.primaryKey,
    constraints: described.constraints,
    name: read.name.text,
    at: read.name.at,
    description: read.description,
    config: read.config,
    tests: [...read.data_tests, ...read.tests, ...described.tests],
  };
};

const readFile = mapping('a file of seed properties', { version: optional(value), seeds: optional(listOf(seed), []) });

/** The seeds that a YAML file under `seeds/` describes. Every problem goes to `report`; whether the seeds exist is for the compiler to say. */
export function seedPropertiesOf(file: TextFile, report: Report, render?: RenderText): readonly SeedProperties[] {
  const node = parseDescribed(file, report, render);
  if (node === undefined || isNothing(node)) return [];
  return readFile(node, file.path, report)?.seeds ?? [];
}
