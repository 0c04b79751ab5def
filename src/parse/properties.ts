import { diagnose, type Location, type Report } from '../core/diagnostic';
import type { TextFile } from '../core/project';
import type { ModelVersion } from '../core/version';
import { checkDeclaredType } from './columnType';
import { configPlaces, readModelConfig, type ConfigPlaces, type ModelConfig } from './config';
import { ACCESS_FIELDS } from './configAccess';
import { parseDescribed } from './descriptions';
import { exposure, type ExposureDeclaration } from './exposures';
import { group, type GroupDeclaration } from './groups';
import { columns, columnsOf, constraints, type Columns } from './propertiesColumns';
import { tests, type TestDeclaration } from './propertiesTests';
import { listOf, mapping, optional, required, isNothing, type Reader } from './shape';
import { located, text, value } from './shapeValues';
import type { RenderText } from './sourcesRender';
import { unitTest, type UnitTestDeclaration } from './unitTests';
import { VERSION_FIELDS, versionsOf, type Versioned } from './versions';

/** What the YAML beside a model says about it. */
export interface ModelProperties extends Omit<Columns, 'tests'> {
  /** Of one version of a model: `dim_customers.v2`. */
  readonly name: string;
  /** What its file may be called without its ending, the likeliest name first; one of them is the name of a model without versions. */
  readonly files: readonly string[];
  readonly version?: ModelVersion;
  /** The day from which nobody should read it. */
  readonly deprecationDate?: string;
  /** Where it is named. */
  readonly at: Location;
  readonly description: string;
  readonly config: ModelConfig;
  readonly places: ConfigPlaces;
  /** Of the model first, then of its columns in order. */
  readonly tests: readonly TestDeclaration[];
}

const config: Reader<Pick<ModelProperties, 'config' | 'places'>> = (node, _, report) => ({
  config: readModelConfig(node, 'the config of a model', report),
  places: configPlaces(node),
});

const readModel = mapping('a model', {
  name: required(located),
  description: optional(text, ''),
  config: optional(config, { config: {}, places: {} }),
  constraints: optional(constraints, []),
  columns: optional(columns, []),
  data_tests: optional(tests, []),
  tests: optional(tests, []),
  // dbt takes these two beside the config as well
  group: ACCESS_FIELDS.group,
  access: ACCESS_FIELDS.access,
  ...VERSION_FIELDS,
});

/** A model, or each of its versions. */
const model: Reader<readonly ModelProperties[]> = (node, key, report) => {
  const read = readModel(node, key, report);
  if (read === undefined) return undefined;
  const { name, group, access, deprecation_date: deprecationDate } = read;
  const said: Versioned = {
    description: read.description,
    ...(deprecationDate !== undefined && { deprecationDate }),
    config: { ...(group !== undefined && { group }), ...(access !== undefined && { access }), ...read.config.config },
    places: read.config.places,
    constraints: read.constraints,
    columns: read.columns,
    tests: [...read.data_tests, ...read.tests],
  };
  if (read.versions.length === 0) return [{ ...propertiesFrom(name.text, said, report), at: name.at, files: [name.text] }];
  return versionsOf(name.text, said, read.versions, read.latest_version, report).map(({ at, version, files, ...own }) => ({
    ...propertiesFrom(`${name.text}.v${version.v}`, own, report),
    at,
    files,
    version,
  }));
};

function propertiesFrom(name: string, said: Versioned, report: Report): Omit<ModelProperties, 'at' | 'files'> {
  const { columns, primaryKey, constraints, tests } = columnsOf(`the model \`${name}\``, said.columns, said.constraints, report);
  for (const column of columns) checkDeclaredType(column, report);
  return { ...said, name, columns, primaryKey, constraints, tests: [...said.tests, ...tests] };
}

const readFile = mapping('a file of model properties', {
  version: optional(value),
  models: optional(listOf(model), []),
  groups: optional(listOf(group), []),
  exposures: optional(listOf(exposure), []),
  unit_tests: optional(listOf(unitTest), []),
});

/** What a YAML file under `models/` holds. */
export interface PropertiesFile {
  readonly models: readonly ModelProperties[];
  readonly groups: readonly GroupDeclaration[];
  readonly exposures: readonly ExposureDeclaration[];
  readonly unitTests: readonly UnitTestDeclaration[];
}

/**
 * The models that a YAML file under `models/` describes. Every problem goes to `report`, and what is wrong is left out. A model that is
 * described twice in the file is a problem; whether the models exist, and two files describe one, is for the compiler to say.
 */
export function propertiesOf(file: TextFile, report: Report, render?: RenderText): PropertiesFile {
  const node = parseDescribed(file, report, render);
  const read = node === undefined || isNothing(node) ? undefined : readFile(node, file.path, report);
  const seen = new Set<string>();
  const models = (read?.models ?? []).flat().filter(({ name, at }) => {
    if (seen.has(name)) report(diagnose('name.duplicate', { name, kind: 'model description', other: at.file }, at));
    return seen.size < seen.add(name).size;
  });
  return { models, groups: read?.groups ?? [], exposures: read?.exposures ?? [], unitTests: read?.unit_tests ?? [] };
}
