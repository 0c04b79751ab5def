import { closest } from '../core/closest';
import { failure, type Location } from '../core/diagnostic';
import type { TemplateValue } from '../core/macro';
import type { Parameter } from '../parse/macro';
import type { ColumnsOf, DeclaredColumn } from './names';
import { isTrue, textOfValue } from './renderScope';

export type Engine = 'postgres' | 'duckdb';

/** One helper of the standard library: what it takes, and the SQL that it gives. */
export interface StandardHelper {
  readonly params: readonly Parameter[];
  readonly sql: (given: Given) => string;
}

/** The helpers of one theme. */
export type StandardHelpers = Readonly<Record<string, StandardHelper>>;

/** The arguments of one call. What is asked of them and does not fit throws `template.arguments`. */
export interface Given {
  readonly engine: Engine;
  /** A text or a number: SQL, a name, a word. */
  text(param: string): string;
  /** A list of such; a single text is a list of one, null a list of none. */
  texts(param: string): readonly string[];
  /** A mapping of names, in small letters, to texts. */
  pairs(param: string): ReadonlyMap<string, string>;
  isTrue(param: string): boolean;
  oneOf<T extends string>(param: string, words: readonly T[]): T;
  /** The declared columns of `relation`, as `ref` and `source` name it. */
  columnsOf(relation: string): readonly DeclaredColumn[];
  wrong(problem: string): Error;
}

/** A helper whose arguments are all texts, and have to be given. */
export const ofTexts = (params: readonly string[], sql: (...texts: string[]) => string): StandardHelper => ({
  params: params.map((name) => ({ name })),
  sql: (given) => sql(...params.map((name) => given.text(name))),
});

/** A helper that reads its arguments itself. Its parameters that may be left out are those of `defaults`, behind the others. */
export const reading = (
  required: readonly string[],
  sql: StandardHelper['sql'],
  defaults: Readonly<Record<string, TemplateValue>> = {},
): StandardHelper => ({
  params: [...required.map((name) => ({ name })), ...Object.entries(defaults).map(([name, value]) => ({ name, default: value }))],
  sql,
});

interface BoundCall {
  readonly name: string;
  /** By parameter, each of them. */
  readonly values: Readonly<Record<string, TemplateValue>>;
  readonly engine: Engine;
  readonly columnsOf: ColumnsOf;
  readonly at: Location;
}

export function givenOf({ name, values, engine, columnsOf, at }: BoundCall): Given {
  const wrong = (problem: string): Error => failure('template.arguments', { name, problem }, at);
  const text = (param: string): string => textOfValue(values[param]!, at);
  return {
    engine,
    wrong,
    text,
    texts(param) {
      const value = values[param]!;
      if (value === null) return [];
      return Array.isArray(value) ? value.map((each: TemplateValue) => textOfValue(each, at)) : [text(param)];
    },
    pairs(param) {
      const value = values[param]!;
      if (Array.isArray(value) || (value !== null && typeof value !== 'object')) throw wrong(`\`${param}\` is no mapping`);
      return new Map(Object.entries(value ?? {}).map(([key, each]: [string, TemplateValue]) => [key.toLowerCase(), textOfValue(each, at)]));
    },
    isTrue: (param) => isTrue(values[param]!),
    oneOf(param, words) {
      const given = text(param).toLowerCase();
      const word = words.find((each) => each === given);
      if (word !== undefined) return word;
      const [near] = closest(given, words);
      throw wrong(`\`${param}\` is none of ${words.join(', ')}: \`${given}\`${near === undefined ? '' : `; did you mean \`${near}\`?`}`);
    },
    columnsOf(relation) {
      const columns = columnsOf(relation);
      if (columns === undefined) throw wrong(`\`${relation}\` is no relation of this project; give it as \`ref('name')\``);
      if (columns.length > 0) return columns;
      throw wrong(`the columns of \`${relation}\` are not declared; list them under \`columns:\` in the YAML that describes it`);
    },
  };
}
