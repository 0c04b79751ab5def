import type { Check, LoadStep, ModelStep, Plan, Statement, Step } from '../core/plan';
import { quote, relationName } from '../core/relation';
import { printable } from './printable';

/**
 * What `--dry-run` prints: every step of the plan in its order with exactly the SQL that a run would send. Whatever is no SQL is an SQL
 * comment, so that the whole text is a script; where a run copies a dataset, which no script can, it stops. A line feed at the end.
 */
export function planText({ prepare, steps }: Plan): string {
  const blocks = [
    ...(steps.some(({ kind }) => kind === 'load') ? [[comment(UNRUNNABLE)]] : []),
    ...(prepare.length > 0 ? [['-- before the first step', ...prepare.map(sqlText)]] : []),
    ...steps.map((step) => [headLine(step), ...bodyOf(step)]),
  ];
  if (blocks.length === 0) return '-- nothing to do\n';
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** Said at the head of a plan that loads. */
const UNRUNNABLE =
  'for reading, not for running: no script can copy the datasets in, so each load stops with an error before its table is replaced';

/** Fails on every engine, so that the transaction around it cannot replace a table by an empty one; the error quotes the text. */
const STOP = "select cast('etlx copies the dataset in here: this plan is for reading, not for running' as integer);";

function headLine({ id, after }: Step): string {
  return comment(`${id}${after.length > 0 ? ` (after ${after.join(', ')})` : ''}`);
}

function bodyOf(step: Step): readonly string[] {
  switch (step.kind) {
    case 'extract':
      return [comment('extract: ask the API, land the raw responses in the lake')];
    case 'dataset':
      return [comment('transform: the landed responses become a CSV dataset in the lake')];
    case 'load':
      return transaction([
        ...step.build.map(sqlText),
        comment(`load: copy the dataset into ${relationName(step.candidate)} (${step.columns.map(quote).join(', ')})`),
        STOP,
        ...step.finish.map(sqlText),
        ...auditsOf(step),
        ...step.publish.map(sqlText),
      ]);
    case 'model':
      return transaction([
        ...(step.describe === undefined
          ? []
          : [comment(`contract: the columns must be ${(step.columns ?? []).map(quote).join(', ')}`), sqlText(step.describe)]),
        ...step.build.map(sqlText),
        ...auditsOf(step),
        ...step.publish.map(sqlText),
      ]);
    case 'test':
      return checkLines(step.check, 'test');
  }
}

const transaction = (lines: readonly string[]): readonly string[] => ['begin;', ...lines, 'commit;'];

const auditsOf = ({ audits }: LoadStep | ModelStep): readonly string[] => audits.flatMap((check) => checkLines(check, 'audit'));

/** A check with what would make it fail: an audit then rolls its step back, a test is reported. */
function checkLines({ id, severity, errorIf, warnIf, statement }: Check, word: 'audit' | 'test'): readonly string[] {
  const error = severity === 'error' ? `fails if ${errorIf}, ` : '';
  return [comment(`${word} ${id}: ${error}warns if ${warnIf}`), sqlText(statement)];
}

/** One line, whatever the names in it hold: a line feed would end the comment. */
const comment = (text: string): string => `-- ${printable(text)}`;

/** A statement with its semicolon, which must not fall into a comment at the end. */
function sqlText({ sql }: Statement): string {
  const text = sql.trimEnd();
  const lastLine = text.slice(text.lastIndexOf('\n') + 1);
  if (lastLine.includes('--')) return `${text}\n;`;
  return text.endsWith(';') ? text : `${text};`;
}
