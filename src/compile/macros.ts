import { diagnose, type Report } from '../core/diagnostic';
import type { Project } from '../core/project';
import { callsThrough, checkRecursion } from '../parse/macroCalls';
import { parseMacros, type Macro } from '../parse/macro';
import { checkNames } from '../parse/templateNames';
import type { Call } from '../parse/calls';
import type { Template } from '../parse/template';
import { functionHelper, macroHelper } from './renderMacro';
import type { Helper, Scope } from './renderScope';

/** The macros of a project, in SQL and in TypeScript. */
export interface Macros {
  readonly names: ReadonlySet<string>;
  /** Every call that a template reaches, through macros as well. */
  readonly callsOf: (template: Template) => readonly Call[];
  /** The macro of that name as a helper that sees what `scope` sees. */
  readonly helperIn: (name: string, scope: Scope) => Helper | undefined;
  /** Reports names in their bodies that mean nothing; `helpers` and `variables` are those of every template. */
  check(helpers: Iterable<string>, variables: Iterable<string>): void;
}

/** Reads `macros/`. A macro whose name is taken (by another one, or by a helper of etlx) is reported. */
export function macrosOf({ files, functions }: Project, reserved: ReadonlySet<string>, report: Report): Macros {
  const macros = new Map<string, Macro>();
  for (const file of files) {
    if (!file.path.startsWith('macros/')) continue;
    for (const macro of parseMacros(file, report)) {
      const other = reserved.has(macro.name) ? 'etlx itself' : (macros.get(macro.name)?.at.file ?? functions.get(macro.name)?.file);
      if (other === undefined) macros.set(macro.name, macro);
      else report(diagnose('name.duplicate', { name: macro.name, kind: 'macro', other }, macro.at));
    }
  }
  for (const [name, { file }] of functions) {
    if (reserved.has(name)) report(diagnose('name.duplicate', { name, kind: 'macro', other: 'etlx itself' }, { file, line: 1, column: 1 }));
  }
  checkRecursion(macros, report);
  const names = new Set([...macros.keys(), ...functions.keys()]);
  return {
    names,
    callsOf: callsThrough(macros),
    helperIn(name, scope) {
      const macro = macros.get(name);
      if (macro !== undefined) return macroHelper(macro, scope);
      const written = functions.get(name);
      return written && functionHelper(written.call, name);
    },
    check(helpers, variables) {
      const known = new Set(helpers);
      for (const { body, params } of macros.values())
        checkNames(body, { helpers: known, variables: new Set([...variables, ...params.map(({ name }) => name)]) }, report);
    },
  };
}
