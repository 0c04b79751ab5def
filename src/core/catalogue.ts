/**
 * Everything that can go wrong, one entry each: a stable code, the facts it needs, and how they are worded.
 * Messages are lower case, fact first, backticks round names, no full stop; the hint names the next step.
 * `docs/errors.md` documents every code, and a test compares the two.
 */

import { didYouMean } from './closest';
import { extractCatalogue } from './catalogueExtract';
import { modelCatalogue } from './catalogueModel';
import { operationsCatalogue } from './catalogueOperations';
import { seedCatalogue } from './catalogueSeed';
import { selectorCatalogue } from './catalogueSelector';
import { unitTestCatalogue } from './catalogueUnitTest';

/** What an entry says: a message alone, or a message with a hint. */
export type Words = string | { readonly message: string; readonly hint?: string };

export const catalogue = {
  // the project folder and its YAML
  'project.missing': (f: { directory: string }) => ({
    message: `no \`project.yaml\` in \`${f.directory}\``,
    hint: 'run etlx in the folder of a project, or name it with `--project-dir`',
  }),
  'yaml.syntax': (f: { problem: string }) => `the YAML cannot be read: ${f.problem}`,
  'yaml.duplicate-key': (f: { key: string }) => `the key \`${f.key}\` stands twice in this mapping`,
  'config.unknown-key': (f: { key: string; where: string; closest?: readonly string[]; known: readonly string[] }) => ({
    message: `unknown key \`${f.key}\` in ${f.where}`,
    hint: didYouMean(f.closest, `known keys: ${f.known.join(', ')}`),
  }),
  'config.missing-key': (f: { key: string; where: string }) => `${f.where} needs the key \`${f.key}\``,
  'config.type': (f: { key: string; expected: string; found: string; hint?: string }) => ({
    message: `\`${f.key}\` must be ${f.expected}, found ${f.found}`,
    hint: f.hint,
  }),
  'config.value': (f: { key: string; value: string; known: readonly string[]; closest?: readonly string[] }) => ({
    message: `\`${f.key}\` cannot be \`${f.value}\``,
    hint: didYouMean(f.closest, `it is one of ${f.known.map((name) => `\`${name}\``).join(', ')}`),
  }),
  'config.invalid': (f: { problem: string; hint?: string }) => ({ message: f.problem, hint: f.hint }),
  'config.unknown-folder': (f: { folder: string; where: string; closest?: readonly string[] }) => ({
    message: `config is given for \`${f.folder}\`, but ${f.where} has nothing in such a folder`,
    hint: didYouMean(f.closest, 'take it out, or rename it'),
  }),
  'target.unknown': (f: { target: string; known: readonly string[]; closest?: readonly string[] }) => ({
    message: `the project has no target \`${f.target}\``,
    hint: didYouMean(f.closest, f.known.length > 0 ? `targets: ${f.known.join(', ')}` : 'add it under `targets:` in `project.yaml`'),
  }),

  // names
  'name.invalid': (f: { name: string; problem: string }) => `\`${f.name}\` cannot be a name: ${f.problem}`,
  'name.duplicate': (f: { name: string; kind: string; other: string }) => ({
    message: `two ${f.kind}s are called \`${f.name}\`; the other is in \`${f.other}\``,
    hint: 'rename one of them',
  }),
  'relation.duplicate': (f: { relation: string; node: string; other: string }) => ({
    message: `\`${f.node}\` and \`${f.other}\` would both build ${f.relation}`,
    hint: 'give one of them another `alias` or `schema`',
  }),
  'properties.orphan': (f: { kind: string; name: string; closest?: readonly string[] }) => ({
    message: `this describes the ${f.kind} \`${f.name}\`, which does not exist`,
    hint: didYouMean(f.closest),
  }),

  'column.unknown': (f: { column: string; where: string; closest?: readonly string[] }) => ({
    message: `${f.where} declares no column \`${f.column}\``,
    hint: didYouMean(f.closest, 'declare it under `columns:`'),
  }),
  'column.unfilled': (f: { column: string; table: string }) => ({
    message: `no input of \`${f.table}\` gives the column \`${f.column}\``,
    hint: 'give it in `transform`, or take it out of `columns:`',
  }),
  'type.unknown': (f: { type: string; column: string; known: readonly string[]; closest?: readonly string[] }) => ({
    message: `the type \`${f.type}\` of \`${f.column}\` is not one that etlx can check`,
    hint: didYouMean(f.closest, `the types of loaded columns are ${f.known.join(', ')}`),
  }),

  // templates
  'template.syntax': (f: { problem: string; hint?: string }) => ({ message: `the template cannot be read: ${f.problem}`, hint: f.hint }),
  'template.unknown-helper': (f: { name: string; closest?: readonly string[] }) => ({
    message: `no helper or macro is called \`${f.name}\``,
    hint: didYouMean(f.closest, 'macros live in `macros/`'),
  }),
  'template.unknown-variable': (f: { name: string; closest?: readonly string[] }) => ({
    message: `nothing here is called \`${f.name}\``,
    hint: didYouMean(f.closest),
  }),
  'template.arguments': (f: { name: string; problem: string }) => `\`${f.name}\` was called wrongly: ${f.problem}`,
  'template.render': (f: { problem: string }) => `the template failed: ${f.problem}`,
  'template.recursion': (f: { path: readonly string[] }) => ({
    message: `these macros call each other without end: ${f.path.join(' → ')}`,
    hint: 'take one of these calls out',
  }),
  'macro.variant': (f: { name: string; problem: string }) => ({
    message: `the variants of the macro \`${f.name}\` do not fit: ${f.problem}`,
    hint: `write one for each engine (\`duckdb__${f.name}\`, \`postgres__${f.name}\`) or for all others (\`default__${f.name}\`), with the same parameters`,
  }),
  'ref.unknown': (f: { name: string; closest?: readonly string[] }) => ({
    message: `no model, source table, seed or snapshot is called \`${f.name}\``,
    hint: didYouMean(f.closest),
  }),
  'ref.ambiguous': (f: { name: string; candidates: readonly string[] }) => ({
    message: `\`${f.name}\` can mean ${f.candidates.map((id) => `\`${id}\``).join(' or ')}`,
    hint: "name a source table by `source('<source>', '<table>')`",
  }),
  'ref.dynamic': (f: { helper: string }) => ({
    message: `\`${f.helper}\` needs its names written out; they are read from the text, not computed`,
    hint: `pass the relation itself to the macro: \`my_macro(${f.helper}('name'))\``,
  }),
  'source.unknown': (f: { source: string; table?: string; closest?: readonly string[] }) => ({
    message: f.table === undefined ? `no source is called \`${f.source}\`` : `the source \`${f.source}\` has no table \`${f.table}\``,
    hint: didYouMean(f.closest),
  }),
  'var.missing': (f: { name: string; closest?: readonly string[] }) => ({
    message: `the variable \`${f.name}\` has no value`,
    hint: didYouMean(
      f.closest,
      `add it under \`vars:\` in \`project.yaml\`, pass \`--vars '{${f.name}: …}'\`, or give a default: \`var('${f.name}', 'value')\``,
    ),
  }),
  'env.missing': (f: { name: string }) => ({
    message: `the environment variable \`${f.name}\` is not set`,
    hint: `set it, or give a default: \`env('${f.name}', 'value')\``,
  }),
  'graph.cycle': (f: { path: readonly string[] }) => ({
    message: `these nodes need each other: ${f.path.join(' → ')}`,
    hint: 'take one of these references out',
  }),
  'macro.module': (f: { file: string; problem: string }) => `\`${f.file}\` cannot be loaded: ${f.problem}`,
  'expression.invalid': (f: { expression: string; problem: string }) => `the expression \`${f.expression}\` cannot be read: ${f.problem}`,
  'model.materialization': (f: { value: string; known: readonly string[]; closest?: readonly string[] }) => ({
    message: `no materialization is called \`${f.value}\``,
    hint: didYouMean(f.closest, `it is one of ${f.known.map((name) => `\`${name}\``).join(', ')}`),
  }),
  'test.unknown': (f: { name: string; closest?: readonly string[] }) => ({
    message: `no test is called \`${f.name}\``,
    hint: didYouMean(f.closest),
  }),

  // the call
  usage: (f: { problem: string; hint?: string }) => ({ message: f.problem, hint: f.hint }),
  'select.no-match': (f: { word: string; closest?: readonly string[]; hint?: string }) => ({
    message: `\`${f.word}\` selects nothing`,
    hint: didYouMean(f.closest, f.hint ?? '`etlx ls` lists what there is'),
  }),
  'select.syntax': (f: { word: string; problem: string; closest?: readonly string[]; hint?: string }) => ({
    message: `\`${f.word}\` is not a selector: ${f.problem}`,
    hint: didYouMean(f.closest, f.hint),
  }),

  // the database
  'database.connect': (f: { target: string; problem: string; hint?: string }) => ({
    message: `the database of target \`${f.target}\` cannot be reached: ${f.problem}`,
    hint: f.hint,
  }),
  'database.locked': (f: { path: string; pid: number; host?: string; file?: string }) => ({
    message: `the database in \`${f.path}\` is in use by process ${f.pid}${f.host === undefined ? '' : ` on \`${f.host}\``}`,
    hint: `an embedded database serves one process at a time: wait for it to end, or use another target${f.file === undefined ? '' : `; if that machine is gone, delete \`${f.file}\``}`,
  }),
  'database.error': (f: { problem: string; detail?: string; hint?: string }) => ({
    message: [f.problem, f.detail].filter(Boolean).join(': '),
    hint: f.hint,
  }),

  // loading
  ...extractCatalogue,
  ...modelCatalogue,
  ...operationsCatalogue,
  ...seedCatalogue,
  ...selectorCatalogue,
  ...unitTestCatalogue,
  'lake.missing-load': (f: { what: string; hint?: string }) => ({
    message: `the lake holds no complete load of \`${f.what}\``,
    hint: f.hint ?? 'run `etlx build` or `etlx load` first',
  }),
  'lake.error': (f: { location: string; problem: string; hint?: string }) => ({
    message: `the lake at \`${f.location}\`: ${f.problem}`,
    hint: f.hint,
  }),
  'lake.corrupt': (f: { key: string; problem: string }) => ({
    message: `the lake object \`${f.key}\` is not what its manifest says: ${f.problem}`,
    hint: 'restore it, or extract again',
  }),
  'transform.row': (f: { dataset: string; problem: string; record: string }) => ({
    message: `\`${f.dataset}\`: ${f.problem}; the record: ${f.record}`,
    hint: 'correct the transform, or declare what shall happen to such rows',
  }),
  'load.count': (f: { table: string; expected: number; found: number }) =>
    `\`${f.table}\`: the dataset holds ${f.expected} rows, but ${f.found} arrived in the table`,
  'load.few': (f: { table: string; rows: number; least: number }) => ({
    message: `\`${f.table}\`: the dataset holds ${f.rows} rows, and \`min_rows\` is ${f.least}`,
    hint: 'the old table stands; look at what the API answered, or lower `min_rows`',
  }),
  'load.columns': (f: { table: string; expected: readonly string[]; found: readonly string[] }) => ({
    message: `\`${f.table}\`: the latest dataset has the columns ${f.found.join(', ')}, but the table is declared with ${f.expected.join(', ')}`,
    hint: 'the dataset was made before the declaration changed: load it again with `etlx load --from-lake`',
  }),
  'type.unkept': (f: { type: string; column: string; table: string; problem: string }) => ({
    message: `\`${f.column}\` of \`${f.table}\` is declared \`${f.type}\`: ${f.problem}`,
    hint: 'declare a type that every target of the project keeps',
  }),
  'load.type': (f: { dataset: string; column: string; value: string; type: string; problem: string }) => ({
    message: `\`${f.dataset}\`: the value ${f.value} of \`${f.column}\` does not fit ${f.type}: ${f.problem}`,
    hint: 'widen the type, or declare `schema_contract: {data_type: discard_row}` to set such rows aside; `discard_value` makes such values null',
  }),

  // a run
  'artifact.write': (f: { path: string; problem: string }) => ({
    message: `\`${f.path}\` cannot be written: ${f.problem}`,
    hint: 'may you write in the project folder, and is there room on the disk?',
  }),
  'run.nothing': (f: { problem: string }) => ({
    message: `nothing to do: ${f.problem}`,
    hint: '`etlx ls` with the same flags lists what is chosen',
  }),
  'run.unknown': (f: { name?: string; closest?: readonly string[] }) =>
    f.name === undefined
      ? {
          message: 'no run of this project is remembered',
          hint: '`target/runs` remembers the runs of `etlx build`, `run`, `load` and `test`',
        }
      : { message: `no run is called \`${f.name}\``, hint: didYouMean(f.closest, '`target/runs` holds those that are remembered') },
  'run.unreadable': (f: { path: string; problem: string }) => ({
    message: `the journal \`${f.path}\` cannot be read: ${f.problem}`,
    hint: 'what it would go on with is not known; run the command itself again',
  }),
  'run.gone': (f: { node: string; run: string }) => ({
    message: `\`${f.node}\` is left of the run \`${f.run}\`, but the project does not have it any more`,
    hint: 'it was removed, renamed or disabled; run the command itself again',
  }),
  'step.locked': (f: { relation: string; holder: string; waited: number }) => ({
    message: `${f.relation} is being built by ${f.holder}${f.waited > 0 ? `, and was still after ${f.waited} s` : ''}`,
    hint: f.waited > 0 ? 'try again later, or wait longer with `--lock-timeout`' : 'try again later, or let it wait with `--lock wait`',
  }),
  'step.failed': (f: { problem: string; hint?: string }) => ({ message: f.problem, hint: f.hint }),
  'step.unpublished': (f: { node: string; tests: readonly string[] }) => ({
    message: `\`${f.node}\` was built but not published: ${f.tests.map((name) => `\`${name}\``).join(', ')} failed on it`,
    hint: 'the old table stands as it was',
  }),
  internal: (f: { problem: string }) => ({
    message: `etlx itself failed: ${f.problem}`,
    hint: 'this is a fault of etlx, please report it with what you ran',
  }),
} satisfies Record<string, (facts: never) => Words>;

export type Code = keyof typeof catalogue;
export type Facts<C extends Code> = Parameters<(typeof catalogue)[C]>[0];
