import { Command, CommanderError, Option } from 'commander';
import { diagnose, EtlxError, type Diagnostic } from '../core/diagnostic';
import { closest } from '../core/closest';
import { commandOf, normalized } from './argv';
import { COMMANDS, FLAGS, flagsOf, variableOf, type CommandName, type Flags, type FlagSpec } from './flags';
import { EXAMPLES, SUMMARIES } from './help';
import { textsOf, type OnRead } from './opened';
import { reporterFor, reportProblems } from './reporting';
import { interruptedCode, type Shell } from './shell';
import { strayVariables } from './strays';

/** What people are told at the end: 0 all well, 1 something failed, 2 the project, the call or etlx is broken. */
const BROKEN = 2;

/** Runs the command line `argv` (without node and script). Answers the exit code; never throws, never exits. */
export async function main(argv: readonly string[], shell: Shell): Promise<number> {
  const state: { code: number; flags: Flags; textOf: (file: string) => string | undefined } = {
    code: 0,
    flags: {},
    textOf: () => undefined,
  };
  const onRead: OnRead = (project) => {
    state.textOf = textsOf(project);
  };
  const program = programOf(shell, async (command, words, flags) => {
    state.flags = flags;
    await warnOfStrays(flags, shell);
    state.code = await dispatch(command, words, flags, shell, onRead);
  });
  try {
    await program.parseAsync([...normalized(argv, shell.env)], { from: 'user' });
    // a signal that came too late to cut anything short changes nothing
    return state.code;
  } catch (error) {
    if (error instanceof CommanderError) return callProblem(error, argv, state.flags, shell);
    if (shell.signal.aborted) return interruptedCode(shell.signal);
    reportProblems(problemsOf(error), state.flags, shell, state.textOf);
    return BROKEN;
  }
}

/** Commands are loaded when they are called: `ls` needs no driver, `--version` nothing at all. */
async function dispatch(command: CommandName, words: readonly string[], flags: Flags, shell: Shell, onRead: OnRead): Promise<number> {
  const [name] = words;
  switch (command) {
    case 'ls':
      return (await import('./ls')).ls(flags, shell, onRead);
    case 'show':
      return (await import('./show')).show(name, flags, shell, onRead);
    case 'retry':
      return (await import('./retry')).retry(name, flags, shell, onRead);
    case 'freshness':
      return (await import('./freshness')).freshness(flags, shell, onRead);
    case 'docs':
      return (await import('./docs')).docs(name, flags, shell, onRead);
    case 'diff':
      return (await import('./diff')).diff(words, flags, shell, onRead);
    case 'create-test':
      return (await import('./createTest')).createTest(name, flags, shell, onRead);
    case 'run-operation':
      return (await import('./runOperation')).runOperation(name, flags, shell, onRead);
    case 'clean':
      return (await import('./clean')).clean(flags, shell, onRead);
    case 'clone':
      return (await import('./clone')).clone(flags, shell, onRead);
    case 'prune':
      return (await import('./prune')).prune(flags, shell, onRead);
    case 'lake':
      return (await import('./lake')).lake(name, flags, shell, onRead);
    case 'plan':
      return (await import('./plan')).plan(flags, shell, onRead);
    case 'compile':
      return (await import('./compile')).compileCommand(flags, shell, onRead);
    default:
      return (await import('./run')).run(command, flags, shell, onRead);
  }
}

/** The commands that take words of their own. */
const ARGUMENTS: Readonly<Partial<Record<CommandName, readonly [name: string, description: string]>>> = {
  show: ['[name]', 'the model, source table or test to show'],
  retry: ['[run]', 'the run to go on with: its id, or the beginning of it (default: the latest)'],
  diff: ['[relations...]', 'a model, or two relations: names of nodes, or `schema.table`'],
  'create-test': ['[model]', 'the model to test'],
  'run-operation': ['[macro]', 'the macro whose SQL is run'],
  docs: ['[action]', '`generate`'],
  lake: ['[action]', '`prune`'],
};

type Action = (command: CommandName, words: readonly string[], flags: Flags) => Promise<void>;

function programOf(shell: Shell, action: Action): Command {
  const program = new Command('etlx')
    .description('Extract, load and transform in one graph: HTTP APIs to a data lake to tested SQL tables.')
    .version(shell.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .helpCommand(false)
    .showHelpAfterError(false)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => shell.stdout.write(text),
      writeErr: (text) => shell.stderr.write(text),
      outputError: () => undefined,
      getOutHelpWidth: () => shell.stdout.columns ?? 100,
      getErrHelpWidth: () => shell.stderr.columns ?? 100,
    })
    .addHelpText('after', `\n${EXAMPLES.etlx}\n`);
  for (const name of COMMANDS) {
    const command = program
      .command(name)
      .description(SUMMARIES[name])
      .helpOption('-h, --help', 'print this')
      .addHelpText('after', `\nExamples:\n${EXAMPLES[name]}\n`);
    const argument = ARGUMENTS[name];
    if (argument !== undefined) command.argument(...argument);
    command.allowExcessArguments(false);
    for (const flag of flagsOf(name)) command.addOption(optionOf(flag));
    command.action((...args: unknown[]) =>
      action(name, argument === undefined ? [] : [(args[0] ?? []) as string | readonly string[]].flat(), command.opts<Flags>()),
    );
  }
  return program;
}

function optionOf(flag: FlagSpec): Option {
  const words = [
    ...(flag.short === undefined ? [] : [`-${flag.short}`]),
    `--${flag.name}${flag.takes === undefined ? '' : ` ${flag.takes}`}`,
  ].join(', ');
  const option = new Option(words, `${flag.help} [${variableOf(flag)}]`);
  return flag.choices === undefined ? option : option.choices(flag.choices);
}

/** Commander's own complaints in etlx's voice; help and version are no complaints. */
function callProblem(error: CommanderError, argv: readonly string[], flags: Flags, shell: Shell): number {
  if (error.exitCode === 0) return 0;
  // called without a command: the help has been printed, and that was all
  if (error.code === 'commander.help') return BROKEN;
  const problem = error.message
    .replace(/^error: /, '')
    .replaceAll("'", '`')
    .replace(/\n\(.*\)$/s, '')
    .replace(/\.$/, '');
  reportProblems(
    [diagnose('usage', error.code === 'commander.unknownOption' ? unknownFlag(problem, argv) : { problem, hint: hintOf(error, argv) })],
    flags,
    shell,
    () => undefined,
  );
  return BROKEN;
}

/** A flag that the command does not have: it may be another command's, or misspelt. */
function unknownFlag(problem: string, argv: readonly string[]): { readonly problem: string; readonly hint: string } {
  const command = commandOf(argv);
  const word = /`(--?[^`=]+)/.exec(problem)?.[1] ?? '';
  const others = FLAGS.find((flag) => word === `--${flag.name}` || word === `-${flag.short}`)?.of;
  if (command !== undefined && others !== undefined)
    return {
      problem: `\`${word}\` belongs to ${others.map((each) => `\`${each}\``).join(', ')}, not to \`${command}\``,
      hint: `\`etlx ${command} --help\` lists its flags`,
    };
  const [near] = closest(
    word,
    (command === undefined ? FLAGS : flagsOf(command)).map((flag) => `--${flag.name}`),
  );
  return {
    problem,
    hint:
      near === undefined
        ? `\`etlx ${command === undefined ? '' : `${command} `}--help\` lists ${command === undefined ? 'commands and' : 'its'} flags`
        : `did you mean \`${near}\`?`,
  };
}

function hintOf(error: CommanderError, argv: readonly string[]): string {
  const word = argv[0] === 'help' ? argv[1] : argv.find((each) => !each.startsWith('-'));
  const [near] = error.code === 'commander.unknownCommand' && word !== undefined ? closest(word, [...COMMANDS, 'help']) : [];
  return near === undefined ? '`etlx --help` lists commands and flags' : `did you mean \`${near}\`?`;
}

/** A variable that nothing reads is told, and is no error: it may be somebody else's. */
async function warnOfStrays(flags: Flags, shell: Shell): Promise<void> {
  const strays = strayVariables(shell.env);
  if (strays.length === 0) return;
  const reporter = await reporterFor(flags, shell, { textOf: () => undefined, placeOf: () => undefined });
  for (const message of strays) reporter.emit({ type: 'notice', level: 'warn', message });
  reporter.close();
}

function problemsOf(error: unknown): readonly Diagnostic[] {
  if (error instanceof EtlxError) return error.diagnostics;
  return [diagnose('internal', { problem: error instanceof Error ? (error.stack ?? error.message) : String(error) })];
}
