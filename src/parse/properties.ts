import { diagnose, type Location, type Report } from '../core/diagnostic';
import type { TextFile } from '../core/project';
import { checkDeclaredType } from './columnType';
import { readModelConfig, type ModelConfig } from './config';
import { columns, columnsOf, constraints, type Columns } from './propertiesColumns';
import { tests, type TestDeclaration } from './propertiesTests';
import { listOf, mapping, optional, required, isNothing, type Reader } from './shape';
import { located, text, value } from './shapeValues';
import { parseYaml } from './yaml';

/** What the YAML beside a model says about it. */
export interface ModelProperties extends Omit<Columns, 'tests'> {
  readonly name: string;
  /** Where it is named. */
  readonly at: Location;
  readonly description: string;
  readonly config: ModelConfig;
  /** Of the model first, then of its columns in order. */
  readonly tests: readonly TestDeclaration[];
}

const config: Reader<ModelConfig> = (node, _, report) => readModelConfig(node, 'the config of a model', report);

const readModel = mapping('a model', {
  name: required(located),
  description: optional(text, ''),
  config: optional(config, {}),
  constraints: optional(constraints, []),
  columns: optional(columns, []),
  data_tests: optional(tests, []),
  tests: optional(tests, []),
});

const model: Reader<ModelProperties> = (node, key, report) => {
  const read = readModel(node, key, report);
  if (read === undefined) return undefined;
  const described = columnsOf(`the model \`${read.name.text}\``, read.columns, read.constraints, report);
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

const readFile = mapping('a file of model properties', { version: optional(value), models: optional(listOf(model), []) });

/**
 * The models that a YAML file under `models/` describes. Every problem goes to `report`, and what is wrong is left out. A model that is
 * described twice in the file is a problem; whether the models exist, and two files describe one, is for the compiler to say.
 */
export function propertiesOf(file: TextFile, report: Report): readonly ModelProperties[] {
  const node = parseYaml(file, report);
  if (node === undefined || isNothing(node)) return [];
  const models = readFile(node, file.path, report)?.models ?? [];
  const seen = new Set<string>();
  return models.filter(({ name, at }) => {
    if (seen.has(name)) report(diagnose('name.duplicate', { name, kind: 'model description', other: at.file }, at));
    return seen.size < seen.add(name).size;
  });
}
