import { closest } from '../core/closest';
import { FLAGS, variableOf } from './flags';

/** The variables that begin as etlx's own do and are no flags: those of its tests, and of its build. */
const OTHERS = /^ETLX_(TEST_|BUILD_VERSION$)/;

/** A sentence for each `ETLX_…` variable of `env` that no flag has, in the order of their names: most likely it is misspelt. */
export function strayVariables(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  const known = FLAGS.map(variableOf);
  return Object.keys(env)
    .filter((name) => name.startsWith('ETLX_') && !OTHERS.test(name) && !known.includes(name))
    .sort()
    .map((name) => {
      const [near] = closest(name, known);
      return `\`${name}\` is set, but no flag has that variable${near === undefined ? '' : `; did you mean \`${near}\`?`}`;
    });
}
