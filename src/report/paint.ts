import { Chalk } from 'chalk';

/** Colours by meaning. What is painted says the same in words, so nothing is lost where there is no colour. */
export interface Paint {
  readonly good: (text: string) => string;
  readonly warning: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly hint: (text: string) => string;
  readonly faint: (text: string) => string;
  readonly strong: (text: string) => string;
}

/** The 16 colours that every terminal has (its user chose how they look), or none at all. */
export function paintOf(colour: boolean): Paint {
  const chalk = new Chalk({ level: colour ? 1 : 0 });
  return { good: chalk.green, warning: chalk.yellow, bad: chalk.red, hint: chalk.cyan, faint: chalk.dim, strong: chalk.bold };
}

/**
 * Whether to colour what goes to a stream: `--no-color` wins, then `FORCE_COLOR`, then `NO_COLOR` (no-color.org: set and not empty),
 * then whether the stream is a terminal. The order of the two variables is Node's own.
 */
export function wantsColour(
  output: { readonly isTTY?: boolean },
  env: Readonly<Record<string, string | undefined>>,
  noColor = false,
): boolean {
  if (noColor) return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  if (env['NO_COLOR']) return false;
  return output.isTTY === true && env['TERM'] !== 'dumb';
}
