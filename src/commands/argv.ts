import { failure } from '../core/diagnostic';
import { COMMANDS, FLAGS, variableOf, type CommandName, type FlagSpec } from './flags';

const ON = new Set(['1', 'true', 'yes', 'on', 'y', 't']);
const OFF = new Set(['', '0', 'false', 'no', 'off', 'n', 'f']);

/** What says which nodes or which query; on the command line, a name or a query puts all of these variables aside, `--select` that of the query. */
const NAMING: ReadonlySet<string> = new Set(['select', 'exclude', 'inline']);

/**
 * `argv` with the flags that stand before the command moved behind it (`etlx --quiet ls` is `etlx ls --quiet`), and with the flags that the
 * environment sets put behind them; a flag on the command line wins over its `ETLX_…` variable. `help build` is `build --help`. Throws
 * EtlxError `usage` for a switch's variable that is neither on nor off.
 */
export function normalized(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): readonly string[] {
  if (argv[0] === 'help') return helpOf(argv[1]);
  // dbt's name of the command, wherever flags stand before it
  const source = argv.findIndex((word, index) => word === 'source' && argv[index + 1] === 'freshness');
  if (source >= 0 && !argv.slice(0, source).some(isCommand)) return normalized(argv.toSpliced(source, 1), env);
  const at = commandIndex(argv);
  if (at === undefined) return argv;
  const command = argv[at]!;
  // positional words stay first: a variadic flag would swallow them
  const given = [...argv.slice(at + 1), ...argv.slice(0, at)];
  const isGiven = (flag: FlagSpec): boolean => given.some((word) => isFlag(word, flag));
  const isNamed = hasPositional(given) || FLAGS.some((flag) => flag.name === 'inline' && isGiven(flag));
  const isSelected = FLAGS.some((flag) => flag.name === 'select' && isGiven(flag));
  const isAside = ({ name }: FlagSpec): boolean => (isNamed && NAMING.has(name)) || (isSelected && name === 'inline');
  const fromEnv = FLAGS.filter((flag) => isOf(flag, command) && !isGiven(flag) && !isAside(flag)).flatMap((flag) => wordsFrom(flag, env));
  return [command, ...given, ...fromEnv];
}

/** The command that `argv` calls. */
export function commandOf(argv: readonly string[]): CommandName | undefined {
  const at = commandIndex(argv);
  return at === undefined ? undefined : (argv[at] as CommandName);
}

/** An unknown word stands alone, so that it is an unknown command. */
function helpOf(word: string | undefined): readonly string[] {
  if (word === undefined || word.startsWith('-')) return ['--help'];
  return isCommand(word) ? [word, '--help'] : [word];
}

/** A flag as its variable sets it: no words where it is not set, or off. */
function wordsFrom(flag: FlagSpec, env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const value = env[variableOf(flag)];
  if (value === undefined) return [];
  if (flag.takes === undefined) return isOn(variableOf(flag), value) ? [`--${flag.name}`] : [];
  if (value.trim() === '') return [];
  return isVariadic(flag) ? [`--${flag.name}`, ...value.trim().split(/\s+/)] : [`--${flag.name}=${value}`];
}

function isOn(variable: string, value: string): boolean {
  const word = value.trim().toLowerCase();
  if (ON.has(word)) return true;
  if (OFF.has(word)) return false;
  throw failure('usage', {
    problem: `\`${variable}\` is neither on nor off: \`${value}\``,
    hint: 'it takes `1` or `0`, `true` or `false`, `yes` or `no`',
  });
}

/** Whether `word` gives `flag`: `--select`, `--select=x`, `-s`, `-sx`. */
function isFlag(word: string, { name, short, takes }: FlagSpec): boolean {
  if (word.startsWith('--')) return word === `--${name}` || word.startsWith(`--${name}=`);
  return short !== undefined && (takes === undefined ? word === `-${short}` : word.startsWith(`-${short}`));
}

/** Whether a word among `words` is neither a flag nor the value of one. */
function hasPositional(words: readonly string[]): boolean {
  let open: 'none' | 'one' | 'many' = 'none';
  for (const word of words) {
    if (word.startsWith('-') && word !== '-' && open !== 'one') {
      const flag = FLAGS.find((each) => word === `--${each.name}` || (each.short !== undefined && word === `-${each.short}`));
      open = flag?.takes === undefined ? 'none' : isVariadic(flag) ? 'many' : 'one';
    } else if (open === 'none') return true;
    else if (open === 'one') open = 'none';
  }
  return false;
}

/** Where the command stands: the first word that is one and that is not the value of a flag before it. */
function commandIndex(argv: readonly string[]): number | undefined {
  const valued = new Set(
    FLAGS.filter((flag) => flag.takes !== undefined).flatMap((flag) => [`--${flag.name}`, ...(flag.short ? [`-${flag.short}`] : [])]),
  );
  for (const [index, word] of argv.entries()) {
    if (isCommand(word) && !(index > 0 && valued.has(argv[index - 1]!))) return index;
    if (word === '--') return undefined;
  }
  return undefined;
}

const isCommand = (word: string): boolean => (COMMANDS as readonly string[]).includes(word);
const isVariadic = (flag: FlagSpec): boolean => flag.takes?.endsWith('...>') === true;
const isOf = (flag: FlagSpec, command: string): boolean => flag.of === undefined || (flag.of as readonly string[]).includes(command);
