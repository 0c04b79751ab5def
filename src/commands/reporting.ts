import type { Diagnostic, Location } from '../core/diagnostic';
import type { NodeId } from '../core/node';
import type { Reporter } from '../report/context';
import { diagnosticsText } from '../report/diagnostic';
import { diagnosticsJson } from '../report/json';
import { paintOf, wantsColour, type Paint } from '../report/paint';
import { canDraw, reporterOf } from '../report/reporter';
import type { Flags } from './flags';
import type { Shell } from './shell';

/** What reports can quote: the text of a project file, and where a node is declared. */
export interface Quotable {
  readonly textOf: (file: string) => string | undefined;
  readonly placeOf: (id: NodeId) => Location | undefined;
}

/** The subscriber that the flags ask for: JSON lines, errors only, a live terminal, or plain lines. */
export function reporterFor(flags: Flags, shell: Shell, { textOf, placeOf }: Quotable): Promise<Reporter> {
  return reporterOf(
    { format: flags.logFormat ?? 'text', quiet: flags.quiet === true, live: canDraw(shell.stderr, shell.env) },
    { output: shell.stderr, paint: paintFor(flags, shell), version: shell.version, now: () => shell.clock.now(), sources: textOf, placeOf },
  );
}

/** Everything that is wrong with the project or the call, to standard error. */
export function reportProblems(diagnostics: readonly Diagnostic[], flags: Flags, shell: Shell, textOf: Quotable['textOf']): void {
  const text =
    flags.logFormat === 'json'
      ? diagnosticsJson(diagnostics, () => shell.clock.now())
      : `${diagnosticsText(diagnostics, textOf, paintFor(flags, shell), shell.stderr.columns)}\n`;
  shell.stderr.write(text);
}

/** What somebody should look at, although nothing is wrong yet: a line each, as of any other notice. */
export async function reportWarnings(warnings: readonly Diagnostic[], flags: Flags, shell: Shell): Promise<void> {
  const reporter = await reporterFor(flags, shell, { textOf: () => undefined, placeOf: () => undefined });
  for (const { message, hint } of warnings)
    reporter.emit({ type: 'notice', level: 'warn', message: hint === undefined ? message : `${message}; ${hint}` });
  reporter.close();
}

const paintFor = (flags: Flags, shell: Shell): Paint => paintOf(wantsColour(shell.stderr, shell.env, flags.color === false));
