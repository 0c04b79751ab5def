import { diagnose, type Location, type Report } from '../core/diagnostic';
import type { TextFile } from '../core/project';
import { parseDescribed } from './descriptions';
import { columns, columnsOf, type Columns } from './propertiesColumns';
import { tests, type TestDeclaration } from './propertiesTests';
import { isNothing, listOf, mapping, optional, required, type Reader, type Text } from './shape';
import { located, nameBy, text, value } from './shapeValues';
import { readSnapshotConfig, type SnapshotConfig } from './snapshotConfig';
import type { RenderText } from './sourcesRender';

/** A snapshot as it is declared, in dbt's form of 1.9. */
export interface SnapshotDeclaration extends Pick<Columns, 'columns'> {
  readonly name: string;
  /** Where it is named. */
  readonly at: Location;
  /** What it keeps the versions of: `ref('orders')` or `source('shop', 'orders')`. */
  readonly source: Text;
  readonly description: string;
  readonly config: SnapshotConfig;
  /** Of the snapshot first, then of its columns in order. */
  readonly tests: readonly TestDeclaration[];
}

const config: Reader<SnapshotConfig> = (node, _, report) => readSnapshotConfig(node, 'the config of a snapshot', report);

const readSnapshot = mapping('a snapshot', {
  name: required(nameBy('part')),
  relation: required(located),
  description: optional(text, ''),
  config: optional(config, {}),
  columns: optional(columns, []),
  data_tests: optional(tests, []),
  tests: optional(tests, []),
});

const snapshot: Reader<SnapshotDeclaration> = (node, key, report) => {
  const read = readSnapshot(node, key, report);
  if (read === undefined) return undefined;
  const described = columnsOf(`the snapshot \`${read.name.text}\``, read.columns, [], report);
  const [constraint] = described.constraints;
  if (constraint !== undefined) {
    const problem = `the snapshot \`${read.name.text}\` cannot keep constraints: its rows are versions`;
    report(diagnose('config.invalid', { problem, hint: 'declare data tests instead' }, constraint.at));
  }
  return {
    name: read.name.text,
    at: read.name.at,
    source: read.relation,
    description: read.description,
    config: read.config,
    columns: described.columns,
    tests: [...read.data_tests, ...read.tests, ...described.tests],
  };
};

const readFile = mapping('a file of snapshots', { version: optional(value), snapshots: optional(listOf(snapshot), []) });

/** The snapshots that a YAML file under `snapshots/` declares. Every problem goes to `report`, and what is wrong is left out. */
export function snapshotsIn(file: TextFile, report: Report, render?: RenderText): readonly SnapshotDeclaration[] {
  const node = parseDescribed(file, report, render);
  if (node === undefined || isNothing(node)) return [];
  return readFile(node, file.path, report)?.snapshots ?? [];
}
