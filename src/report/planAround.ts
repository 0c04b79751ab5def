import type { Around, LastOperation, OperationStep } from '../core/plan';
import { comment, sqlText } from './planSql';

/** The transaction of a step, with what comes before it and after it. */
export function around({ before = [], afterwards = [] }: Around, transaction: readonly string[]): readonly string[] {
  return [...before.map(sqlText), ...transaction, ...afterwards.map(sqlText)];
}

/** What a step does behind its publication, in its transaction. */
export function closingLines({ closing = [], remarks }: Around): readonly string[] {
  const remarked = remarks === undefined ? [] : [comment('columns that there are get their comments'), sqlText(remarks.columns)];
  return [...closing.map(sqlText), ...remarked];
}

/** What is done before the first step, once per run. */
export const operationLines = (step: OperationStep): readonly string[] => step.statements().map(sqlText);

/** What is done behind the last step: a template until then. */
export const lastLines = ({ text }: LastOperation): readonly string[] => [comment(`behind the last step: ${text.trim()}`)];
