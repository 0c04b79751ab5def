import { diagnose, type Location, type Report } from '../core/diagnostic';
import { MAX_IDENTIFIER_BYTES } from '../core/relation';
import { nameProblem } from '../parse/names';

/** The columns of a seed in the order in which their names are met. */
export interface SeedColumns {
  readonly names: readonly string[];
  /** Takes up a name as it stands in the file, and answers its position. A name that cannot be, or is there already, is reported. */
  add(written: string, at: Location): number;
}

/** What SQL takes for a name without quotes. */
const PLAIN = /^[A-Za-z_][A-Za-z0-9_$]*$/;

/** Names in lower case where SQL would take them so, unless `quoted`; two names that differ only in capitals are one name to some engines, so to all. */
export function seedColumns(quoted: boolean, report: Report): SeedColumns {
  const names: string[] = [];
  const taken = new Set<string>();
  return {
    names,
    add(written, at) {
      const name = !quoted && PLAIN.test(written) ? written.toLowerCase() : written;
      const lower = name.toLowerCase();
      const problem = nameProblem(name, 'identifier');
      const invalid = (what: string, hint?: string): void => report(diagnose('seed.invalid', { problem: what, hint }, at));
      if (name === '') invalid(`the column ${names.length + 1} has no name`);
      else if (taken.has(lower)) invalid(`two columns are called \`${name}\``, 'rename one of them');
      else if (problem !== undefined) invalid(`\`${name.slice(0, MAX_IDENTIFIER_BYTES)}\` cannot be a column: ${problem}`);
      taken.add(lower);
      return names.push(name) - 1;
    },
  };
}
