import { ACCESSES } from '../core/access';
import { closest } from '../core/closest';
import { diagnose, type Diagnostic } from '../core/diagnostic';
import { VERSION_AGES } from '../core/version';

/** The methods that compare with an earlier state, an earlier run, or an earlier look at the sources; they may well find nothing. */
export const COMPARING = ['state', 'result', 'source_status'] as const;

/** The methods of dbt's grammar. */
export const METHODS = [
  ...COMPARING,
  'fqn',
  'path',
  'file',
  'tag',
  'source',
  'config',
  'resource_type',
  'test_type',
  'test_name',
  'unit_test',
  'exposure',
  'group',
  'access',
  'version',
  'package',
] as const;
export type Method = (typeof METHODS)[number];

/** dbt's words for kinds of nodes, and etlx's own two. */
export const RESOURCE_TYPES = ['model', 'seed', 'snapshot', 'test', 'unit_test', 'source', 'extract', 'dataset', 'exposure'] as const;

/** `data` is both kinds, `schema` dbt's old word for generic. */
export const TEST_TYPES: Readonly<Record<string, readonly string[]>> = {
  generic: ['generic'],
  singular: ['singular'],
  data: ['generic', 'singular'],
  schema: ['generic'],
  unit: ['unit'],
};

/** What `state:` takes. */
export const STATES: readonly string[] = [
  ...['new', 'old', 'modified', 'unmodified'],
  ...['body', 'configs', 'relation', 'persisted_descriptions', 'macros', 'contract'].map((part) => `modified.${part}`),
];

/** One condition with its operators: `2+tag:daily+`. */
export interface Atom {
  readonly raw: string;
  readonly method: Method;
  /** What stands in `raw` before and after the value. */
  readonly before: string;
  readonly after: string;
  /** `materialized` of `config.materialized:view`. */
  readonly key: readonly string[];
  readonly value: string;
  /** `@`: descendants too, and all ancestors of everything. */
  readonly childrensParents: boolean;
  /** How many steps up and down; `Infinity` for all, absent for none. */
  readonly parents?: number;
  readonly children?: number;
}

/** One word between blanks: what all of its atoms select. */
export interface Word {
  readonly raw: string;
  readonly atoms: readonly Atom[];
}

/** What dbt has and etlx has not (yet), with the reason. */
const ABSENT: Readonly<Record<string, string>> = {
  metric: 'etlx has no metrics',
  semantic_model: 'etlx has no semantic models',
  saved_query: 'etlx has no saved queries',
  selector: 'etlx has no selectors in YAML',
};

// dbt's own expression: the operators in this order, the value as short as it can be.
const ATOM = /^(?<at>@)?(?<above>(?<up>\d*)\+)?(?:(?<method>[\w.]+):)?(?<value>.*?)(?<below>\+(?<down>\d*))?$/s;

/**
 * The words of `--select` or `--exclude`: every argument split at blanks, every word at commas. What cannot be read is told to `report`
 * (`select.syntax`) and left out.
 */
export function parseWords(args: readonly string[], report: (problem: Diagnostic) => void): readonly Word[] {
  return args.flatMap((arg) => {
    const words = arg.split(/\s+/).filter((word) => word !== '');
    // An empty shell variable must not turn into "everything".
    if (words.length === 0) report(diagnose('select.syntax', { word: arg, problem: 'it is empty' }));
    return words.map((raw) => ({ raw, atoms: raw.split(',').flatMap((part) => parseAtom(part, raw, report) ?? []) }));
  });
}

function parseAtom(raw: string, word: string, report: (problem: Diagnostic) => void): Atom | undefined {
  const refuse = (problem: string, near: readonly string[] = [], hint?: string): undefined => {
    report(diagnose('select.syntax', { word: raw === '' ? word : raw, problem, closest: near, hint }));
  };
  if (raw === '') return refuse('there is nothing beside one of its commas');
  const groups = ATOM.exec(raw)!.groups as Readonly<
    Partial<Record<'at' | 'above' | 'up' | 'method' | 'below' | 'down', string>> & { value: string }
  >;
  const { value, at, above, below } = groups;
  if (at !== undefined && below !== undefined) return refuse('`@` takes all descendants already, so no `+` can follow');

  const [name, ...key] = groups.method?.split('.') ?? [defaultMethod(value)];
  const method = METHODS.find((each) => each === name);
  if (method === undefined) {
    if (Object.hasOwn(ABSENT, name!)) return refuse(ABSENT[name!]!);
    return refuse(
      `no method is called \`${name}\``,
      closest(name!, METHODS).map((each) => raw.replace(name!, each)),
      `there are ${METHODS.map((each) => `\`${each}:\``).join(', ')}`,
    );
  }
  if (value === '') return refuse(groups.method === undefined ? 'it names nothing' : `nothing follows \`${groups.method}:\``);
  const after = below ?? '';
  const before = raw.slice(0, raw.length - after.length - value.length);
  const wrong = problemOf(method, key, value);
  if (wrong !== undefined)
    return refuse(
      wrong.problem,
      wrong.closest?.map((each) => before + each + after),
    );
  return {
    raw,
    method,
    before,
    after,
    key,
    value,
    childrensParents: at !== undefined,
    parents: above === undefined ? undefined : steps(groups.up),
    children: below === undefined ? undefined : steps(groups.down),
  };
}

const steps = (digits: string | undefined): number => (digits ? Number(digits) : Infinity);

/** What a word without a method means: dbt's rule, with the endings of etlx's files. */
function defaultMethod(value: string): Method {
  if (value.includes('/')) return 'path';
  return /\.(sql|ya?ml|csv|json|ndjson|jsonl|ts)$/i.test(value) ? 'file' : 'fqn';
}

/** What is wrong with the value of a method that takes only certain ones. */
function problemOf(
  method: Method,
  key: readonly string[],
  value: string,
): { readonly problem: string; readonly closest?: readonly string[] } | undefined {
  if (method === 'config' && (key.length === 0 || key.includes('')))
    return { problem: '`config` needs a key, as in `config.materialized:view`' };
  if (method !== 'config' && key.length > 0) return { problem: `\`${method}\` takes no key` };
  if (method === 'source' && value.split('.').length > 3)
    return { problem: 'a source is `source`, `source.table` or `project.source.table`' };
  if (method === 'state') return unknownOf('state', value, STATES);
  if (method === 'source_status') return unknownOf('status of a source', value, ['fresher']);
  if (method === 'resource_type') return unknownOf('resource type', value, RESOURCE_TYPES);
  if (method === 'access') return unknownOf('access', value, ACCESSES);
  if (method === 'version') return unknownOf('age of versions', value, [...VERSION_AGES, 'none']);
  if (method === 'test_type') return unknownOf('test type', value, Object.keys(TEST_TYPES));
  return undefined;
}

/** What is wrong with `value` when it is not one of `known`. */
function unknownOf(
  what: string,
  value: string,
  known: readonly string[],
): { readonly problem: string; readonly closest: readonly string[] } | undefined {
  if (known.includes(value)) return undefined;
  return {
    problem: `no ${what} is called \`${value}\`; there are ${known.map((each) => `\`${each}\``).join(', ')}`,
    closest: closest(value, known),
  };
}
