import { COMMANDS, FLAGS, variableOf, type FlagSpec } from './flags';

const OFF = new Set(['', '0', 'false', 'no', 'off']);

/**
 * `argv` with the flags that stand before the command moved behind it (`etlx --quiet ls` is `etlx ls --quiet`), and with the flags that the
 * environment sets put in front of them, so that a flag on the command line wins over its `ETLX_…` variable.
 */
export function normalized(argv: readonly string[], env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const at = commandIndex(argv);
  if (at === undefined) return argv;
  const command = argv[at]!;
  const given = [...argv.slice(0, at), ...argv.slice(at + 1)];
  const isGiven = (flag: FlagSpec): boolean =>
    given.some((word) => word === `--${flag.name}` || word.startsWith(`--${flag.name}=`) || (flag.short !== undefined && word === `-${flag.short}`));
  const fromEnv = FLAGS.filter((flag) => (flag.of === undefined || (flag.of as readonly string[]).includes(command)) && !isGiven(flag)).flatMap((flag) => {
    const value = env[variableOf(flag)];
    if (value === undefined || (flag.takes === undefined ? OFF.has(value.toLowerCase()) : value === '')) return [];
    if (flag.takes === undefined) return [`--${flag.name}`];
    return flag.takes.endsWith('...>') ? [`--${flag.name}`, ...value.trim().split(/\s+/)] : [`--${flag.name}=${value}`];
  });
  // positional words stay first: a variadic flag would swallow them
  return [command, ...argv.slice(at + 1), ...argv.slice(0, at), ...fromEnv];
}

/** Where the command stands: the first word that is one and that is not the value of a flag before it. */
function commandIndex(argv: readonly string[]): number | undefined {
  const valued = new Set(FLAGS.filter((flag) => flag.takes !== undefined).flatMap((flag) => [`--${flag.name}`, ...(flag.short ? [`-${flag.short}`] : [])]));
  for (const [index, word] of argv.entries()) {
    if ((COMMANDS as readonly string[]).includes(word) && !(index > 0 && valued.has(argv[index - 1]!))) return index;
    if (word === '--') return undefined;
  }
  return undefined;
}
