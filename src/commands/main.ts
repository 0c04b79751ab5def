import { Command, CommanderError, Option } from 'commander';
import { diagnose, EtlxError, type Diagnostic } from '../core/diagnostic';
import { closest } from '../core/closest';
import { normalized } from './argv';
import { COMMANDS, FLAGS, flagsOf, variableOf, type CommandName, type Flags, type FlagSpec } from './flags';
import { EXAMPLES, SUMMARIES } from './help';
import { textsOf, type OnRead } from './opened';
import { reportProblems } from './reporting';
import type { Shell } from './shell';

/** What people are told at the end: 0 all well, 1 something failed, 2 the project, the call or etlx is broken. */
const BROKEN = 2;

/** Runs the command line `argv` (without node and script). Answers the exit code; never throws, never exits. */
export async function main(argv: readonly string[], shell: Shell): Promise<number> {
  const state: { code: number; flags: Flags; textOf: (file: string) => string | undefined } = { code: 0, flags: {}, textOf: () => undefined };
  const onRead: OnRead = (project) => {
    state.textOf = textsOf(project);
  };
  const program = programOf(shell, async (command, name, flags) => {
    state.flags = flags;
    state.code = await dispatch(command, name, flags, shell, onRead);
  });
  try {
    await program.parseAsync([...normalized(argv, shell.env)], { from: 'user' });
    return shell.signal.aborted ? interruptedCode(shell.signal) : state.code;
  } catch (error) {
    if (error instanceof CommanderError) return callProblem(error, argv, state.flags, shell);
    if (shell.signal.aborted) return interruptedCode(shell.signal);
    reportProblems(problemsOf(error), state.flags, shell, state.textOf);
    return BROKEN;
  }
}

/** Commands are loaded when they are called: `ls` needs no driver, `--version` nothing at all. */
async function dispatch(command: CommandName, name: string | undefined, flags: Flags, shell: Shell, onRead: OnRead): Promise<number> {
  switch (command) {
    case 'ls':
      return (await import('./ls')).ls(flags, shell, onRead);
    case 'show':
      return (await import('./show')).show(name, flags, shell, onRead);
    case 'retry':
      return (await import('./retry')).retry(name, flags, shell, onRead);
    case 'lake':
      return (await import('./lake')).lake(name, flags, shell, onRead);
    case 'compile':
      return (await import('./compile')).compileCommand(flags, shell, onRead);
    default:
      return (await import('./run')).run(command, flags, shell, onRead);
  }
}

/** The commands that take a word of their own. */
const ARGUMENTS: Readonly<Partial<Record<CommandName, readonly [name: string, description: string]>>> = {
  show: ['[name]', 'the model, source table or test to show'],
  retry: ['[run]', 'the run to go on with: its id, or the beginning of it (default: the latest)'],
  lake: ['[action]', '`prune`'],
};

type Action = (command: CommandName, name: string | undefined, flags: Flags) => Promise<void>;

function programOf(shell: Shell, action: Action): Command {
  const program = new Command('etlx')
    .description('Extract, load and transform in one graph: HTTP APIs to a data lake to tested SQL tables.')
    .version(shell.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .helpCommand(false)
    .showHelpAfterError(false)
    .exitOverride()
    .configureOutput({ writeOut: (text) => shell.stdout.write(text), writeErr: (text) => shell.stderr.write(text), outputError: () => undefined, getOutHelpWidth: () => shell.stdout.columns ?? 100, getErrHelpWidth: () => shell.stderr.columns ?? 100 })
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
    command.action((...args: unknown[]) => action(name, argument === undefined ? undefined : (args[0] as string | undefined), command.opts<Flags>()));
  }
  return program;
}

function optionOf(flag: FlagSpec): Option {
  const words = [...(flag.short === undefined ? [] : [`-${flag.short}`]), `--${flag.name}${flag.takes === undefined ? '' : ` ${flag.takes}`}`].join(', ');
  const option = new Option(words, `${flag.help} [${variableOf(flag)}]`);
  return flag.choices === undefined ? option : option.choices(flag.choices);
}

/** Commander's own complaints in etlx's voice; help and version are no complaints. */
function callProblem(error: CommanderError, argv: readonly string[], flags: Flags, shell: Shell): number {
  if (error.exitCode === 0) return 0;
  // called without a command: the help has been printed, and that was all
  if (error.code === 'commander.help') return BROKEN;
  const [word] = argv.filter((each) => !each.startsWith('-'));
  const problem = error.message.replace(/^error: /, '').replaceAll("'", '`').replace(/\n\(.*\)$/s, '').replace(/\.$/, '');
  const known = error.code === 'commander.unknownCommand' ? COMMANDS : FLAGS.map((flag) => `--${flag.name}`);
  const named = error.code === 'commander.unknownCommand' ? word : /`(--[^`=]+)/.exec(problem)?.[1];
  const [near] = named === undefined || error.code === 'commander.invalidArgument' ? [] : closest(named, known);
  reportProblems([diagnose('usage', { problem, hint: near === undefined ? '`etlx --help` lists commands and flags' : `did you mean \`${near}\`?` })], flags, shell, () => undefined);
  return BROKEN;
}

function problemsOf(error: unknown): readonly Diagnostic[] {
  if (error instanceof EtlxError) return error.diagnostics;
  return [diagnose('internal', { problem: error instanceof Error ? (error.stack ?? error.message) : String(error) })];
}

/** 128 and the signal's number, as shells have it. */
const interruptedCode = (signal: AbortSignal): number => (signal.reason === 'SIGTERM' ? 143 : 130);
