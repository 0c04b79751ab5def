import { EtlxError, failure, type Location, type Report } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';

/** What a template can call: the values of its arguments in, a value out. Whatever it throws is reported at `at`, the place of the call. */
export interface Helper {
  (args: readonly TemplateValue[], named: Readonly<Record<string, TemplateValue>>, at: Location): TemplateValue;
  /** What stands behind a dot after its name: `this.schema`. */
  readonly fields?: Readonly<Record<string, TemplateValue>>;
}

/** What a template sees while it is rendered: helpers by name, and values that are plain data. */
export interface Scope {
  /** Asked for any name that a template writes, so it must not answer with what an object inherits (`constructor`). */
  helper(name: string): Helper | undefined;
  readonly variables: Readonly<Record<string, TemplateValue>>;
  /** Where it is told what goes wrong in one `{{ … }}`, so that the others get their turn; without it the first one is thrown. */
  readonly report?: Report;
}

/** What `work` gives; when it throws an EtlxError and `scope` has where to tell it, `otherwise`. */
export function recovered<T>({ report }: Scope, otherwise: T, work: () => T): T {
  if (report === undefined) return work();
  try {
    return work();
  } catch (error) {
    if (!(error instanceof EtlxError)) throw error;
    error.diagnostics.forEach(report);
    return otherwise;
  }
}

/** Handlebars' truth: false, null, 0, an empty text and an empty list are false, everything else (an empty mapping too) is true. */
export function isTrue(value: TemplateValue): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

/** `value` as it is written into SQL. Lists and mappings have no one way to be written; throws `template.render` for them. */
export function textOfValue(value: TemplateValue, at: Location): string {
  if (typeof value === 'string') return value;
  if (value === null) return '';
  if (typeof value !== 'object') return String(value);
  const what = Array.isArray(value) ? 'a list' : 'a mapping';
  throw failure(
    'template.render',
    {
      problem: `${what} cannot be written into SQL as it is; ${Array.isArray(value) ? "write `join(list, ', ')`" : 'write one of its fields'}`,
    },
    at,
  );
}

/** `value` if it is plain data all through, with mappings that have no prototype; undefined when it is anything else. */
export function plainValue(value: unknown): TemplateValue | undefined {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (Array.isArray(value)) {
    const items = value.map(plainValue);
    return items.every((each) => each !== undefined) ? items : undefined;
  }
  if (typeof value !== 'object') return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return undefined;
  const map: Record<string, TemplateValue> = Object.create(null);
  for (const [key, field] of Object.entries(value)) {
    const plain = plainValue(field);
    if (plain === undefined) return undefined;
    map[key] = plain;
  }
  return map;
}

/** What `work` gives; what it throws becomes `template.render` at `at`, naming `name`, unless it is an EtlxError already. */
export function guarded<T>(name: string, at: Location, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof EtlxError) throw error;
    throw failure('template.render', { problem: `\`${name}\`: ${problemOf(error)}` }, at, { cause: error });
  }
}

/** The message of whatever was thrown. */
export function problemOf(error: unknown): string {
  const problem = error instanceof Error ? error.message : String(error);
  // V8 says so in two ways, by where it ran out of stack: in a function, or in a regular expression
  return problem.includes('call stack') || problem.includes('Stack overflow') ? 'it was called from within itself without end' : problem;
}
