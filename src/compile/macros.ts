import { diagnose, failure, type Location, type Report } from '../core/diagnostic';
import type { Target } from '../core/manifest';
import type { Project } from '../core/project';
import { callsThrough, checkRecursion } from '../parse/macroCalls';
import { parseMacros, type Macro } from '../parse/macro';
import { checkNames } from '../parse/templateNames';
import type { Call } from '../parse/calls';
import type { Template } from '../parse/template';
import { chosenVariants, variantOf } from './macroVariants';
import { functionHelper, macroHelper } from './renderMacro';
import type { Helper, Scope } from './renderScope';
import { STANDARD } from './std';

/** The macros of a project, in SQL and in TypeScript, as one target sees them. */
export interface Macros {
  readonly names: ReadonlySet<string>;
  /** Every call that a template reaches, through macros as well. */
  readonly callsOf: (template: Template) => readonly Call[];
  /** The macro of that name, or its variant for the target's engine, as a helper that sees what `scope` sees. */
  readonly helperIn: (name: string, scope: Scope) => Helper | undefined;
  /** Reports names in their bodies that mean nothing; `helpers` and `variables` are those of every template. */
  check(helpers: Iterable<string>, variables: Iterable<string>): void;
}

/** Reads `macros/`. A macro whose name is taken (by another one, or by a helper of etlx), and variants that take different arguments are reported. */
export function macrosOf(
  { files, functions }: Project,
  { reserved, type }: { readonly reserved: ReadonlySet<string>; readonly type: Target['type'] },
  report: Report,
): Macros {
  const macros = new Map<string, Macro>();
  const isFree = (name: string, at: Location, file?: string): boolean => {
    const called = variantOf(name) ?? name;
    const [taken, other] = reserved.has(called) ? [called, 'etlx itself'] : [name, file];
    if (other !== undefined) report(diagnose('name.duplicate', { name: taken, kind: 'macro', other }, at));
    return other === undefined;
  };
  for (const file of files) {
    if (!file.path.startsWith('macros/')) continue;
    for (const macro of parseMacros(file, report)) {
      const { name, at } = macro;
      if (isFree(name, at, macros.get(name)?.at.file ?? functions.get(name)?.file)) macros.set(name, macro);
    }
  }
  for (const [name, { file }] of functions) isFree(name, startOf(file));
  checkVariants(macros, report);
  const written = new Set([...macros.keys(), ...functions.keys()]);
  const variants = chosenVariants(written, type);
  /** By the names that calls say. */
  const called = new Map(macros);
  for (const [name, chosen] of variants) {
    const macro = chosen === undefined ? undefined : macros.get(chosen);
    if (macro === undefined) called.delete(name);
    else called.set(name, macro);
  }
  checkRecursion(called, report);
  return {
    names: new Set([...written, ...variants.keys()]),
    callsOf: callsThrough(called),
    helperIn(name, scope) {
      const macro = called.get(name);
      if (macro !== undefined) return macroHelper(macro, scope);
      const chosen = variants.has(name) ? variants.get(name) : name;
      if (chosen === undefined) return STANDARD.has(name) ? undefined : withoutVariant(name, type);
      const found = functions.get(chosen);
      return found && functionHelper(found.call, chosen);
    },
    check(helpers, variables) {
      const known = new Set(helpers);
      for (const { body, params } of macros.values())
        checkNames(body, { helpers: known, variables: new Set([...variables, ...params.map(({ name }) => name)]) }, report);
    },
  };
}

const startOf = (file: string): Location => ({ file, line: 1, column: 1 });

/** What a call of a macro meets that is written for other engines only. */
const withoutVariant =
  (name: string, type: Target['type']): Helper =>
  (_args, _named, at) => {
    throw failure('macro.variant', { name, problem: `there is no \`${name}\` for ${type}` }, at);
  };

/** Reports a variant that cannot be called as the others, and one that stands for all engines where another does already. */
function checkVariants(macros: ReadonlyMap<string, Macro>, report: Report): void {
  const first = new Map<string, Macro>();
  for (const macro of macros.values()) {
    const base = variantOf(macro.name) ?? macro.name;
    const other = first.get(base);
    if (other === undefined) first.set(base, macro);
    else if (parametersOf(other) !== parametersOf(macro))
      report(
        diagnose(
          'macro.variant',
          { name: base, problem: `\`${macro.name}\` takes ${parametersOf(macro)}, \`${other.name}\` takes ${parametersOf(other)}` },
          macro.at,
        ),
      );
    const plain = macro.name === `default__${base}` ? macros.get(base) : undefined;
    if (plain !== undefined) report(diagnose('name.duplicate', { name: base, kind: 'macro', other: plain.at.file }, macro.at));
  }
}

/** `(column, scale=…)`: what a default is may differ from engine to engine. */
const parametersOf = ({ params }: Macro): string =>
  `(${params.map((param) => (param.default === undefined ? param.name : `${param.name}=…`)).join(', ')})`;
