import type { ReportContext, Reporter } from './context';
import { jsonReporter } from './json';
import { linesReporter } from './lines';
import { quietReporter } from './quiet';
import { every } from './timer';

/** How a run is to be told: `--log-format`, `--quiet`, and whether the terminal can draw over what it shows (not with `TERM=dumb`). */
export interface Manner {
  readonly format: 'text' | 'json';
  readonly quiet: boolean;
  readonly live: boolean;
}

/** The reporter for a manner. What a live region needs is loaded only when there is one. */
export async function reporterOf({ format, quiet, live }: Manner, context: ReportContext): Promise<Reporter> {
  if (format === 'json') return jsonReporter(context, quiet ? 'error' : 'debug');
  if (quiet) return quietReporter(context);
  if (!live) return linesReporter(context);
  const { liveReporter } = await import('./live');
  return liveReporter(context, every);
}

/** Whether a live region makes sense on `output`. */
export function canDraw(output: { readonly isTTY?: boolean }, env: Readonly<Record<string, string | undefined>>): boolean {
  return output.isTTY === true && env['TERM'] !== 'dumb';
}
