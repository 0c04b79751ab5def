import { diagnose, EtlxError, type Diagnostic, type Report } from '../core/diagnostic';
import type { NodeId } from '../core/node';
import type { Relation } from '../core/relation';
import { isBlankTemplate } from '../parse/blank';
import { parseTemplate } from '../parse/template';
import { checkNames } from '../parse/templateNames';
import { builtins } from './builtins';
import { linksOf } from './links';
import type { Macros } from './macros';
import type { Names } from './names';
import { rendered } from './rendered';
import type { Helper, Scope } from './renderScope';
import { lookupHelpers, modelHelpers, relationHelpers, scopeOf, type Lookups } from './scope';

/** Every name that etlx itself gives a meaning in templates; macros cannot take them. */
export const HELPERS: ReadonlySet<string> = new Set([
  ...['ref', 'source', 'self', 'config', 'is_incremental', 'var', 'env', 'env_var', 'target'],
  ...builtins.keys(),
]);

export interface Owner {
  /** The model whose template is rendered. */
  readonly relation?: Relation;
  /** A text in the place of one node's name. */
  readonly as?: { readonly id: NodeId; readonly text: string };
}

/** The scopes that the templates of a project are rendered in. */
export interface Vocabulary {
  /** For texts that belong to no node: variables, the environment, the target, macros. What has no value is told to `report`. */
  plainScope(report: Report): Scope;
  scope(names: Names, owner: Owner): Scope;
  /** Compiles a query of the user's own. Throws EtlxError. */
  inline(text: string, names: Names): { readonly sql: string; readonly dependsOn: readonly NodeId[] };
}

/** Helpers are made once and shared by all scopes, save those that depend on the node. */
export function vocabularyOf(lookups: Lookups, macros: Macros, report: Report): Vocabulary {
  const lookup = lookupHelpers(lookups, report);
  const shared = new Map<Names, ReadonlyMap<string, Helper>>();
  const relationsOf = (names: Names): ReadonlyMap<string, Helper> => {
    const known = shared.get(names) ?? relationHelpers(names);
    shared.set(names, known);
    return known;
  };
  const scopeWith = (...own: readonly ReadonlyMap<string, Helper>[]): Scope => scopeOf([...own, builtins], macros, lookups.target);
  return {
    plainScope: (note) => scopeWith(lookupHelpers(lookups, note)),
    scope: (names, { relation, as }) =>
      scopeWith(as === undefined ? relationsOf(names) : relationHelpers(names, as), modelHelpers(relation), lookup),
    inline(text, names) {
      const problems = new Map<string, Diagnostic>();
      // names are checked before rendering meets them again: the first to tell knows the nearest name
      const note: Report = (problem) => {
        const key = `${problem.at?.line}:${problem.at?.column} ${problem.message}`;
        if (!problems.has(key)) problems.set(key, problem);
      };
      const template = parseTemplate({ file: '--inline', text }, note);
      checkNames(template, { helpers: new Set([...HELPERS, ...macros.names]), variables: ['target'] }, note);
      if (template.valid && isBlankTemplate(template))
        note(diagnose('config.invalid', { problem: 'the query is empty', hint: 'write one SELECT' }));
      const dependsOn = linksOf(macros.callsOf(template), names, note);
      const { sql } = rendered(template, scopeWith(relationsOf(names), modelHelpers(undefined), lookupHelpers(lookups, note)), note);
      if (problems.size > 0) throw new EtlxError([...problems.values()]);
      return { sql, dependsOn };
    },
  };
}
