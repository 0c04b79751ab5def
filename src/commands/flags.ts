/** One flag of the command line, as data: commander, the environment and the documentation are all read from this table. */
export interface FlagSpec {
  readonly name: string;
  readonly short?: string;
  /** Shown in help for what the flag takes: `<words...>`; absent for a switch. */
  readonly takes?: string;
  readonly help: string;
  readonly choices?: readonly string[];
  /** The commands that have it; absent: all. */
  readonly of?: readonly CommandName[];
}

export const COMMANDS = [
  'build',
  'run',
  'seed',
  'snapshot',
  'load',
  'test',
  'clone',
  'retry',
  'plan',
  'compile',
  'ls',
  'show',
  'freshness',
  'docs',
  'diff',
  'create-test',
  'run-operation',
  'clean',
  'prune',
  'lake',
] as const;
export type CommandName = (typeof COMMANDS)[number];

const RUNS: readonly CommandName[] = ['build', 'run', 'seed', 'snapshot', 'load', 'test', 'clone'];
/** The commands that do the work of nodes. */
const WORKS: readonly CommandName[] = [...RUNS, 'retry'];
const SELECTS: readonly CommandName[] = [...RUNS, 'plan', 'compile', 'ls', 'show', 'freshness'];

export const FLAGS: readonly FlagSpec[] = [
  {
    name: 'select',
    short: 's',
    takes: '<words...>',
    help: 'nodes to take: `user_summaries+`, `tag:daily`, `path:models/summaries`',
    of: SELECTS,
  },
  { name: 'exclude', takes: '<words...>', help: 'nodes to leave out, in the same grammar', of: SELECTS },
  { name: 'selector', takes: '<name>', help: 'a selection of `selectors.yaml`', of: SELECTS },
  {
    name: 'resource-type',
    takes: '<types...>',
    help: 'keep only these kinds: model, seed, snapshot, test, source, extract, dataset, all',
    of: [...RUNS, 'compile', 'ls'],
  },
  {
    name: 'indirect-selection',
    takes: '<mode>',
    help: 'which tests come with the nodes chosen',
    choices: ['eager', 'cautious', 'buildable', 'empty'],
    of: SELECTS,
  },
  { name: 'state', takes: '<folder>', help: 'the artifacts of an earlier run, for `state:`, `result:` and `source_status:`', of: SELECTS },
  { name: 'defer', help: 'read what is not built in the target where the artifacts of `--state` say that it is', of: RUNS },
  { name: 'favor-state', help: 'with `--defer`, read there also what is built in the target', of: RUNS },
  { name: 'target', short: 't', takes: '<name>', help: 'the target of `project.yaml` to work on' },
  { name: 'vars', takes: '<yaml>', help: "variables, over the project's: '{page_size: 10}'" },
  { name: 'threads', takes: '<n>', help: 'how many nodes run at once', of: [...WORKS, 'freshness'] },
  { name: 'fail-fast', short: 'x', help: 'stop at the first failure', of: RUNS },
  { name: 'warn-error', help: 'a test that would warn fails', of: ['build', 'test'] },
  {
    name: 'full-refresh',
    short: 'f',
    help: 'make anew what would be added to, and seeds that have not changed',
    of: ['build', 'run', 'seed', 'snapshot', 'load', 'clone', 'compile', 'show'],
  },
  {
    name: 'event-time-start',
    takes: '<time>',
    help: 'build exactly the batches from here on, in UTC: `2026-01-31`',
    of: ['build', 'run'],
  },
  { name: 'event-time-end', takes: '<time>', help: 'and up to here', of: ['build', 'run'] },
  { name: 'changed', help: 'leave out what would give nothing new', of: ['build', 'run'] },
  { name: 'from-lake', help: 'take the latest landed responses, call no API', of: ['build', 'load'] },
  { name: 'dry-run', help: 'print the plan and its SQL, run nothing', of: WORKS },
  {
    name: 'lock',
    takes: '<rule>',
    help: 'when another run builds the same table, or has the embedded database: `wait` for it (default on a server) or `fail` (default on an embedded one)',
    choices: ['wait', 'fail'],
    of: WORKS,
  },
  { name: 'lock-timeout', takes: '<seconds>', help: 'how long to wait for another run (default 600)', of: WORKS },
  { name: 'keep-runs', takes: '<n>', help: 'how many runs are remembered in `target/runs` (default 20)', of: WORKS },
  { name: 'inline', takes: '<sql>', help: 'a query of your own: \'select … {{ ref("x") }}\'', of: ['show', 'compile'] },
  {
    name: 'limit',
    takes: '<n>',
    help: 'rows to show (`diff`: of each kind), -1 for all (default 5); `create-test`: of each table (default 3)',
    of: ['show', 'diff', 'create-test'],
  },
  { name: 'empty', help: 'let models read no rows, only columns; load nothing', of: ['build', 'run', 'compile', 'show'] },
  {
    name: 'sample',
    takes: '<part>',
    help: "let models read a part of each table: so many rows (1000), or what happened since ('3 days', by its `event_time`)",
    of: ['build', 'run', 'compile', 'show'],
  },
  { name: 'args', takes: '<yaml>', help: "the arguments of the macro, by name: '{role: reader}'", of: ['run-operation'] },
  { name: 'from', takes: '<target>', help: 'the target to copy from', of: ['clone'] },
  { name: 'write', help: 'write the test beside its model, not to standard output', of: ['create-test'] },
  { name: 'key', takes: '<columns...>', help: 'the columns that tell rows apart', of: ['diff'] },
  {
    name: 'output',
    short: 'o',
    takes: '<form>',
    help: '`ls`: selector, name, path, json; `show`, `diff`, `run-operation`: text, json; `freshness`: the file to write (default target/sources.json)',
    of: ['ls', 'show', 'diff', 'run-operation', 'freshness'],
  },
  { name: 'output-keys', takes: '<keys...>', help: 'the keys of `--output json`', of: ['ls'] },
  { name: 'keep', takes: '<n>', help: 'how many loads of each resource and dataset stay in the lake (default 3)', of: ['lake'] },
  { name: 'yes', help: 'remove what is listed', of: ['prune', 'lake'] },
  { name: 'project-dir', takes: '<folder>', help: 'the project folder (default: this one)' },
  { name: 'log-format', takes: '<form>', help: 'how to report', choices: ['text', 'json'] },
  { name: 'quiet', short: 'q', help: 'report nothing but errors' },
  { name: 'no-color', help: 'no colours' },
];

/** Flags as given: by name, camel-cased; what was not given is absent. */
export interface Flags {
  readonly select?: readonly string[];
  readonly exclude?: readonly string[];
  readonly selector?: string;
  readonly resourceType?: readonly string[];
  readonly indirectSelection?: 'eager' | 'cautious' | 'buildable' | 'empty';
  readonly state?: string;
  readonly defer?: boolean;
  readonly favorState?: boolean;
  readonly target?: string;
  readonly vars?: string;
  readonly threads?: string;
  readonly failFast?: boolean;
  readonly warnError?: boolean;
  readonly fullRefresh?: boolean;
  readonly eventTimeStart?: string;
  readonly eventTimeEnd?: string;
  readonly changed?: boolean;
  readonly fromLake?: boolean;
  readonly dryRun?: boolean;
  readonly lock?: 'wait' | 'fail';
  readonly lockTimeout?: string;
  readonly keepRuns?: string;
  readonly inline?: string;
  readonly limit?: string;
  readonly empty?: boolean;
  readonly sample?: string;
  readonly args?: string;
  readonly from?: string;
  readonly write?: boolean;
  readonly key?: readonly string[];
  readonly output?: string;
  readonly outputKeys?: readonly string[];
  readonly keep?: string;
  readonly yes?: boolean;
  readonly projectDir?: string;
  readonly logFormat?: 'text' | 'json';
  readonly quiet?: boolean;
  readonly color?: boolean;
}

/** The variable that stands for a flag: `--fail-fast` is `ETLX_FAIL_FAST`. */
export const variableOf = (flag: FlagSpec): string => `ETLX_${flag.name.toUpperCase().replaceAll('-', '_')}`;

export const flagsOf = (command: CommandName): readonly FlagSpec[] =>
  FLAGS.filter((flag) => flag.of === undefined || flag.of.includes(command));
