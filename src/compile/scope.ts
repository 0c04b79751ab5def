import { closest } from '../core/closest';
import { diagnose, failure, type Location, type Report } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';
import { relationName, type Relation } from '../core/relation';
import type { NodeId } from '../core/node';
import type { BatchFilters } from './batchFilters';
import type { Macros } from './macros';
import { isNamed, type Named, type Names } from './names';
import type { Helper, Scope } from './renderScope';

/** What every template of the project may look up. */
export interface Lookups {
  readonly vars: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly target: Readonly<Record<string, TemplateValue>>;
}

/** The helpers that need no node: `var`, `env` (and dbt's name for it, `env_var`). A missing value is reported, not thrown, so that all come at once. */
export function lookupHelpers({ vars, env }: Lookups, report: Report): ReadonlyMap<string, Helper> {
  const variable: Helper = (args, _named, at) => {
    const name = nameArgument('var', args, at);
    const value = Object.hasOwn(vars, name) ? vars[name] : args[1];
    if (value !== undefined) return value as TemplateValue;
    report(diagnose('var.missing', { name, closest: closest(name, Object.keys(vars)) }, at));
    return '';
  };
  const environment: Helper = (args, _named, at) => {
    const name = nameArgument('env', args, at);
    // a variable that is set to nothing counts as not set, as for the secrets of a target
    const value = env[name] || args[1];
    if (value !== undefined) return value;
    report(diagnose('env.missing', { name }, at));
    return '';
  };
  return new Map([
    ['var', variable],
    ['env', environment],
    ['env_var', environment],
  ]);
}

function nameArgument(helper: string, args: readonly TemplateValue[], at: Location): string {
  const [name] = args;
  if (typeof name !== 'string' || args.length > 2) {
    throw failure(
      'template.arguments',
      { name: helper, problem: `it takes a name and, if you like, a default: \`${helper}('name', 'value')\`` },
      at,
    );
  }
  return name;
}

/** `ref` and `source` as text; what they cannot find was reported when the template was linked. `as` puts another text in place of a node's name, `filters` that of the rows of a batch, unless the call says `filter=false`. */
export function relationHelpers(
  names: Names,
  as?: { readonly id: NodeId; readonly text: string },
  filters?: BatchFilters,
): ReadonlyMap<string, Helper> {
  const helper =
    (find: Names['ref']): Helper =>
    (args, named, at) => {
      const version = named['v'] ?? named['version'];
      const found = find(args.map(String), at, version === undefined ? undefined : String(version));
      return isNamed(found) ? textFor(found, named['filter'] !== false) : '';
    };
  const textFor = (named: Named, filtered: boolean): string => {
    const text = named.id === as?.id ? as.text : names.textOf(named);
    return (filtered ? filters?.nameOf(named, text) : undefined) ?? text;
  };
  return new Map([
    ['ref', helper(names.ref)],
    ['source', helper(names.source)],
  ]);
}

/**
 * The helpers of one model: its own relation, its config (read before, so it renders as nothing), and whether this build adds to what stands.
 * A query that is no model (a test, an inline one) has no relation of its own.
 */
export function modelHelpers(relation: Relation | undefined, isIncremental = (): boolean => false): ReadonlyMap<string, Helper> {
  const own = (helper: string): Helper => {
    const name: Helper = (_args, _named, at) => {
      if (relation !== undefined) return relationName(relation);
      throw failure('template.arguments', { name: helper, problem: 'only a model has a relation of its own' }, at);
    };
    return Object.assign(name, relation && { fields: { schema: relation.schema, name: relation.name, identifier: relation.name } });
  };
  return new Map<string, Helper>([
    ['self', own('self')],
    ['this', own('this')],
    ['config', () => ''],
    ['is_incremental', () => isIncremental()],
  ]);
}

/**
 * A scope of several sets of helpers, the first that has a name wins, of macros, which see the same scope, and behind them of the standard library;
 * `target` is there for all.
 */
export function scopeOf(
  sets: readonly ReadonlyMap<string, Helper>[],
  macros: Macros,
  standard: (name: string) => Helper | undefined,
  target: Lookups['target'],
): Scope {
  const scope: Scope = {
    helper(name) {
      for (const set of sets) {
        const helper = set.get(name);
        if (helper !== undefined) return helper;
      }
      return macros.helperIn(name, scope) ?? standard(name);
    },
    variables: { target },
  };
  return scope;
}
