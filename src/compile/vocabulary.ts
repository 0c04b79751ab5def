import { closest } from '../core/closest';
import { diagnose, EtlxError, failure, type Diagnostic, type Report } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';
import type { Target } from '../core/manifest';
import type { NodeId } from '../core/node';
import type { Relation } from '../core/relation';
import { isBlankTemplate } from '../parse/blank';
import { parseTemplate } from '../parse/template';
import { checkNames } from '../parse/templateNames';
import type { BatchFilters } from './batchFilters';
import { builtins } from './builtins';
import { linksOf } from './links';
import type { Macros } from './macros';
import type { ColumnsOf, Names } from './names';
import { rendered } from './rendered';
import type { Helper, Scope } from './renderScope';
import { standardHelper, STANDARD } from './std';
import type { Engine } from './stdHelper';
import { lookupHelpers, modelHelpers, relationHelpers, scopeOf, type Lookups } from './scope';

/** Every name that etlx itself gives a meaning in templates; macros cannot take them. */
export const HELPERS: ReadonlySet<string> = new Set([
  ...['ref', 'source', 'self', 'this', 'config', 'is_incremental', 'var', 'env', 'env_var', 'target'],
  ...builtins.keys(),
]);

/** The names that begin a path with a dot in any template. */
export const VARIABLES: ReadonlySet<string> = new Set(['target', 'self', 'this']);

/** Every name that a template can call. */
export const helperNames = (macros: Macros): ReadonlySet<string> => new Set([...HELPERS, ...STANDARD.keys(), ...macros.names]);

/** The dialect that a target of this type speaks. */
export const engineOf = (type: Target['type']): Engine => (type === 'duckdb' ? 'duckdb' : 'postgres');

export interface Owner {
  /** The model whose template is rendered. */
  readonly relation?: Relation;
  /** What `is_incremental()` answers; without it: no. */
  readonly isIncremental?: () => boolean;
  /** A text in the place of one node's name. */
  readonly as?: { readonly id: NodeId; readonly text: string };
  /** Of a model that is built in batches. */
  readonly filters?: BatchFilters;
  /** Helpers in the place of others, and variables over the project's: what a unit test says. */
  readonly overrides?: Pick<Lookups, 'vars' | 'env'> & { readonly helpers: ReadonlyMap<string, Helper> };
}

/** The scopes that the templates of a project are rendered in. */
export interface Vocabulary {
  /** For texts that belong to no node: variables, the environment, the target, macros. What has no value is told to `report`; `more` are helpers of the place. */
  plainScope(report: Report, more?: ReadonlyMap<string, Helper>): Scope;
  scope(names: Names, owner: Owner): Scope;
  /** Compiles a query of the user's own. Throws EtlxError. */
  inline(text: string, names: Names): { readonly sql: string; readonly dependsOn: readonly NodeId[] };
  /** What a macro of the project gives for arguments by name. Throws EtlxError. */
  call(macro: string, args: Readonly<Record<string, TemplateValue>>, names: Names): string;
}

const withOverrides = (lookups: Lookups, { vars, env }: Pick<Lookups, 'vars' | 'env'>): Lookups => ({
  ...lookups,
  vars: { ...lookups.vars, ...vars },
  env: { ...lookups.env, ...env },
});

/** Helpers are made once and shared by all scopes, save those that depend on the node. */
export function vocabularyOf(lookups: Lookups, macros: Macros, engine: Engine, report: Report): Vocabulary {
  const lookup = lookupHelpers(lookups, report);
  const shared = new Map<Names, ReadonlyMap<string, Helper>>();
  const relationsOf = (names: Names): ReadonlyMap<string, Helper> => {
    const known = shared.get(names) ?? relationHelpers(names);
    shared.set(names, known);
    return known;
  };
  const scopeWith = (columnsOf: ColumnsOf, ...own: readonly ReadonlyMap<string, Helper>[]): Scope =>
    scopeOf([...own, builtins], macros, (name) => standardHelper(name, engine, columnsOf), lookups.target);
  return {
    plainScope: (note, more = new Map()) => scopeWith(() => undefined, more, lookupHelpers(lookups, note)),
    scope: (names, { relation, isIncremental, as, filters, overrides }) =>
      scopeWith(
        (name) => names.columnsOf(name === as?.text ? as.id : (filters?.idOf(name) ?? name)),
        ...(overrides === undefined ? [] : [overrides.helpers]),
        as === undefined && filters === undefined ? relationsOf(names) : relationHelpers(names, as, filters),
        modelHelpers(relation, isIncremental),
        overrides === undefined ? lookup : lookupHelpers(withOverrides(lookups, overrides), report),
      ),
    inline(text, names) {
      const { note, assertSound } = noted();
      const template = parseTemplate({ file: '--inline', text }, note);
      checkNames(template, { helpers: helperNames(macros), variables: VARIABLES }, note);
      if (template.valid && isBlankTemplate(template))
        note(diagnose('config.invalid', { problem: 'the query is empty', hint: 'write one SELECT' }));
      const dependsOn = linksOf(macros.callsOf(template), names, note);
      const { sql } = rendered(
        template,
        scopeWith(names.columnsOf, relationsOf(names), modelHelpers(undefined), lookupHelpers(lookups, note)),
        note,
      );
      assertSound();
      return { sql, dependsOn };
    },
    call(macro, args, names) {
      if (!macros.names.has(macro)) throw failure('template.unknown-helper', { name: macro, closest: closest(macro, macros.names) });
      const { note, assertSound } = noted();
      const file = { file: macro, text: `{{ ${macro}() }}` };
      linksOf(macros.callsOf(parseTemplate(file, note)), names, note);
      const scope = scopeWith(names.columnsOf, relationsOf(names), modelHelpers(undefined), lookupHelpers(lookups, note));
      const sql = String(scope.helper(macro)!([], args, { file: macro, line: 1, column: 1 }));
      assertSound();
      return sql;
    },
  };
}

/** Collects problems, each once. Names are checked before rendering meets them again: the first to tell knows the nearest name. */
function noted(): { readonly note: Report; readonly assertSound: () => void } {
  const problems = new Map<string, Diagnostic>();
  return {
    note(problem) {
      const key = `${problem.at?.line}:${problem.at?.column} ${problem.message}`;
      if (!problems.has(key)) problems.set(key, problem);
    },
    assertSound() {
      if (problems.size > 0) throw new EtlxError([...problems.values()]);
    },
  };
}
