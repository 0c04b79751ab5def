import { failure } from '../core/diagnostic';
import type { Expression } from '../core/loader';
import { compileExpression, type Scope } from '../parse/expression';

/** The function that `expression` means. Throws `expression.invalid`; the function throws ExpressionError. */
export function valueOf(expression: Expression, variables: readonly string[]): (scope: Scope) => unknown {
  return compiled(expression, variables, 'value');
}

/** The same for a condition: only true is true. The function throws TypeError for what is neither true, false nor null. */
export function conditionOf(expression: Expression, variables: readonly string[]): (scope: Scope) => boolean {
  const evaluate = compiled(expression, variables, 'condition');
  return (scope) => {
    const result = evaluate(scope);
    if (typeof result === 'boolean') return result;
    if (result === null) return false;
    throw new TypeError(`\`${expression.text}\` is neither true nor false`);
  };
}

function compiled({ text, at }: Expression, variables: readonly string[], gives: 'value' | 'condition'): (scope: Scope) => unknown {
  const result = compileExpression(text, variables, gives);
  if ('problem' in result) throw failure('expression.invalid', { expression: text, problem: result.problem }, at);
  return result.evaluate;
}
