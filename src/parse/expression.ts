import { Environment, EvaluationError, type ASTNode } from '@marcbachmann/cel-js';
import { compareNumbers, Decimal, decimal, differenceOf, plainText, productOf, sumOf, type Numeric } from '../core/decimal';
import { nullWhereAbsent } from './expressionAbsent';

/** What an expression can read, by name. */
export type Scope = Readonly<Record<string, unknown>>;

/** An expression, ready to be evaluated again and again. `evaluate` throws ExpressionError. */
export interface CompiledExpression {
  readonly text: string;
  readonly evaluate: (scope: Scope) => unknown;
}

/** Why an expression cannot be compiled; `start` and `end` are character offsets in its text. */
export interface ExpressionProblem {
  readonly problem: string;
  readonly start: number;
  readonly end: number;
}

/** An expression that was compiled failed on what it was given. */
export class ExpressionError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ExpressionError';
  }
}

/**
 * Compiles the CEL expression `text` over `variables`, or says why it cannot be.
 *
 * Integers are `bigint`, other numbers of a record `Decimal`, and a field that a record does not have is null. `gives` is `condition` where
 * only true and false make sense.
 */
export function compileExpression(
  text: string,
  variables: readonly string[],
  gives: 'value' | 'condition' = 'value',
): CompiledExpression | ExpressionProblem {
  const environment = variables.filter(isIdentifier).reduce((env, name) => env.registerVariable(name, 'dyn'), language().clone());
  try {
    const written = environment.parse(text);
    const checked = written.check();
    if (!checked.valid) return problemOf(checked.error, text);
    if (gives === 'condition' && checked.type !== 'bool' && checked.type !== 'dyn') {
      return { problem: `it gives ${checked.type}, and has to give true or false`, start: 0, end: text.length };
    }
    const run = environment.parse(nullWhereAbsent(text, written.ast as ASTNode));
    return { text, evaluate: (scope) => evaluated(run, scope) };
  } catch (error) {
    return problemOf(error, text);
  }
}

function evaluated(run: (scope: Scope) => unknown, scope: Scope): unknown {
  try {
    return run(scope);
  } catch (error) {
    throw new ExpressionError(error instanceof EvaluationError ? error.summary : messageOf(error), { cause: error });
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function problemOf(error: unknown, text: string): ExpressionProblem {
  const { summary, range } = error as { readonly summary?: string; readonly range?: { readonly start: number; readonly end: number } };
  return { problem: summary ?? messageOf(error), start: range?.start ?? 0, end: range?.end ?? text.length };
}

// CEL refuses variables that are not identifiers or that it reserves; columns of such names cannot be read in expressions
const RESERVED = new Set(
  'as break const continue else false for function if import in let loop null package namespace return true var void while'.split(' '),
);
const isIdentifier = (name: string): boolean => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !RESERVED.has(name);

/** CEL with exact decimals and the functions of `docs/sources.md`. */
function language(): Environment {
  const env = new Environment({ enableOptionalTypes: true, homogeneousAggregateLiterals: false }).registerType('decimal', {
    ctor: Decimal,
    fields: {},
  });
  const numbers = [
    ['decimal', 'decimal'],
    ['decimal', 'int'],
    ['int', 'decimal'],
    ['decimal', 'double'],
    ['double', 'decimal'],
  ];
  for (const [left, right] of numbers) {
    const on = (operator: string, gives: string, handler: (a: Numeric, b: Numeric) => unknown) =>
      env.registerOperator(`${left} ${operator} ${right}: ${gives}`, handler);
    on('<', 'bool', (a, b) => compareNumbers(a, b) < 0);
    on('<=', 'bool', (a, b) => compareNumbers(a, b) <= 0);
    on('>', 'bool', (a, b) => compareNumbers(a, b) > 0);
    on('>=', 'bool', (a, b) => compareNumbers(a, b) >= 0);
    on('+', 'decimal', (a, b) => decimal(sumOf(a, b)));
    on('-', 'decimal', differenceOf);
    on('*', 'decimal', productOf);
    // equality of `int` and `decimal` is registered for both orders at once
    if (left === 'decimal') on('==', 'bool', (a, b) => compareNumbers(a, b) === 0);
  }
  const pattern = patterns();
  return env
    .registerOperator('-decimal', (value: Decimal) => differenceOf(0n, value))
    .registerFunction('decimal(dyn): decimal', (value: unknown) => decimalOf(value))
    .registerFunction('string(decimal): string', plainText)
    .registerFunction('double(decimal): double', (value: Decimal) => Number(value.text))
    .registerFunction('coalesce(dyn, dyn): dyn', (first: unknown, second: unknown) => first ?? second)
    .registerFunction('lower(dyn): dyn', (text: unknown) => ofText('lower', text, (value) => value.toLowerCase()))
    .registerFunction('upper(dyn): dyn', (text: unknown) => ofText('upper', text, (value) => value.toUpperCase()))
    .registerFunction('trim(dyn): dyn', (text: unknown) => ofText('trim', text, (value) => value.trim()))
    .registerFunction('regex_extract(dyn, string): dyn', (text: unknown, source: string) =>
      ofText('regex_extract', text, (value) => firstGroup(pattern(source).exec(value))),
    );
}

/** A function of text: null for null, an error for anything else. */
function ofText(name: string, value: unknown, call: (text: string) => string | null): string | null {
  if (value === null) return null;
  if (typeof value === 'string') return call(value);
  throw new ExpressionError(
    `\`${name}\` needs text, and got ${value instanceof Decimal ? 'a decimal' : `a value of type ${typeof value}`}`,
  );
}

function decimalOf(value: unknown): Decimal {
  if (value instanceof Decimal || typeof value === 'bigint' || typeof value === 'number') return decimal(value);
  if (typeof value !== 'string') throw new ExpressionError('`decimal` needs a number or the text of one');
  const read = new Decimal(value);
  return new Decimal(value, read.digits);
}

/** The first group of a match, the whole match where the pattern has no group, null without a match. */
const firstGroup = (found: RegExpExecArray | null): string | null =>
  found === null ? null : ((found.length > 1 ? found[1] : found[0]) ?? null);

/** Regular expressions by their source, each compiled once. */
function patterns(): (source: string) => RegExp {
  const known = new Map<string, RegExp>();
  return (source) => {
    const found = known.get(source) ?? new RegExp(source, 'u');
    known.set(source, found);
    return found;
  };
}
