import type { Location } from '../core/diagnostic';
import type { NodeId } from '../core/node';
import type { Reporter } from '../report/context';
import { diagnosticsJson, jsonReporter } from '../report/json';
import { diagnosticsText } from '../report/diagnostic';
import { linesReporter } from '../report/lines';
import { liveReporter } from '../report/live';
import { paintOf, wantsColour, type Paint } from '../report/paint';
import { quietReporter } from '../report/quiet';
import { every } from '../report/timer';
import type { Diagnostic } from '../core/diagnostic';
import type { Flags } from './flags';
import type { Shell } from './shell';

/** What reports can quote: the text of a project file, and where a node is declared. */
export interface Quotable {
  readonly textOf: (file: string) => string | undefined;
  readonly placeOf: (id: NodeId) => Location | undefined;
}

/** The subscriber that the flags ask for: JSON lines, errors only, a live terminal, or plain lines. */
export function reporterOf(flags: Flags, shell: Shell, { textOf, placeOf }: Quotable): Reporter {
  const context = {
    output: shell.stderr,
    paint: paintFor(flags, shell),
    version: shell.version,
    now: () => shell.clock.now(),
    sources: textOf,
    placeOf,
  };
  if (flags.logFormat === 'json') return jsonReporter(context, flags.quiet ? 'error' : 'info');
  if (flags.quiet) return quietReporter(context);
  return shell.stderr.isTTY && shell.env['TERM'] !== 'dumb' ? liveReporter(context, every) : linesReporter(context);
}

/** Everything that is wrong with the project or the call, to standard error. */
export function reportProblems(diagnostics: readonly Diagnostic[], flags: Flags, shell: Shell, textOf: Quotable['textOf']): void {
  const text =
    flags.logFormat === 'json'
      ? diagnosticsJson(diagnostics, () => shell.clock.now())
      : `${diagnosticsText(diagnostics, textOf, paintFor(flags, shell), shell.stderr.columns)}\n`;
  shell.stderr.write(text);
}

const paintFor = (flags: Flags, shell: Shell): Paint => paintOf(wantsColour(shell.stderr, shell.env, flags.color === false));
