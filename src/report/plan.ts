import { batchedStep } from '../core/batchedStep';
import { batchName } from '../core/interval';
import type { Addition, Batches, ExtractStep, ModelStep, Plan, SnapshotStep, Step } from '../core/plan';
import { quote, relationName } from '../core/relation';
import { around, closingLines, lastLines, operationLines } from './planAround';
import { auditLines, testLines } from './planChecks';
import { comment, sqlText } from './planSql';

/**
 * What `--dry-run` prints: every step of the plan in its order with exactly the SQL that a run would send. Whatever is no SQL is an SQL
 * comment, so that the whole text is a script; where a run copies a dataset, which no script can, it stops. A line feed at the end.
 */
export function planText({ prepare, steps, first = [], last = [] }: Plan): string {
  const blocks = [
    ...(steps.some(({ kind }) => kind === 'load' || kind === 'seed') ? [[comment(UNRUNNABLE)]] : []),
    ...(prepare.length > 0 ? [['-- before the first step', ...prepare.map(sqlText)]] : []),
    ...[...first, ...steps].map((step) => [headLine(step), ...bodyOf(step)]),
    ...last.map(lastLines),
  ];
  if (blocks.length === 0) return '-- nothing to do\n';
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** Said at the head of a plan that loads. */
const UNRUNNABLE =
  'for reading, not for running: no script can copy the datasets in, so each load stops with an error before its table is replaced';

/** Fails on every engine, so that the transaction around it cannot replace a table by an empty one; the error quotes the text. */
const stop = (what: string): string => `select cast('${what}: this plan is for reading, not for running' as integer);`;

const STOP = stop('etlx copies the dataset in here');

/** Said where a dataset may have columns that are known when it is read. */
const GROWING = 'columns: evolve: for each column that the dataset has found, `alter table … add column` comes before this';

function headLine({ id, after }: Step): string {
  return comment(`${id}${after.length > 0 ? ` (after ${after.join(', ')})` : ''}`);
}

function bodyOf(step: Step): readonly string[] {
  switch (step.kind) {
    case 'extract':
      return [...windowLines(step), comment('extract: ask the API, land the raw responses in the lake')];
    case 'dataset':
      return [comment('transform: the landed responses become a CSV dataset in the lake')];
    case 'load':
      return transaction([
        ...step.build.map(sqlText),
        comment(`load: copy the dataset into ${relationName(step.candidate)} (${step.columns.map(quote).join(', ')})`),
        ...(step.cursors === undefined
          ? []
          : [
              comment(
                `incremental: write into ${relationName(step.cursors.relation)} how far ${step.cursors.resources.join(', ')} has come`,
              ),
            ]),
        ...(step.growth === undefined ? [] : [comment(GROWING)]),
        STOP,
        ...step.finish.map(sqlText),
        ...auditLines(step.audits, step.auditing),

        ...step.publish.map(sqlText),
        ...(step.auditing?.views ?? []).map(sqlText),
      ]);
    case 'seed':
      if (step.facts.content === undefined) return [comment('unchanged: the table stands as the file would make it')];
      return around(
        step,
        transaction([
          ...(step.ahead ?? []).map(sqlText),
          ...(step.opening ?? []).map(sqlText),
          ...step.build.map(sqlText),
          comment(`seed: copy the file into ${relationName(step.candidate)}`),
          STOP,
          ...step.finish.map(sqlText),
          ...auditLines(step.audits, step.auditing),

          ...step.publish.map(sqlText),
          ...closingLines(step),
          ...(step.auditing?.views ?? []).map(sqlText),
        ]),
      );
    case 'model':
    case 'snapshot':
      return around(step, step.kind === 'model' && step.batches !== undefined ? batchLines(step, step.batches) : modelLines(step));
    case 'test':
      return testLines(step);
    case 'freshness':
      return [sqlText(step.statement)];
    case 'operation':
      return operationLines(step);
    case 'unit_test':
      return [comment('unit test: asked in a database of its own in this process, which is thrown away')];
  }
}

function modelLines(step: ModelStep | SnapshotStep): readonly string[] {
  return transaction([
    ...(step.ahead ?? []).map(sqlText),
    ...(step.opening ?? []).map(sqlText),
    ...(step.kind === 'snapshot' || step.describe === undefined
      ? []
      : [comment(`contract: the columns must be ${(step.columns ?? []).map(quote).join(', ')}`), sqlText(step.describe)]),
    ...step.build.map(sqlText),
    ...(step.addition === undefined ? [] : additionLines(step.addition)),
    ...auditLines(step.audits, step.auditing),

    ...step.publish.map(sqlText),
    ...closingLines(step),
    ...(step.auditing?.views ?? []).map(sqlText),
  ]);
}

function batchLines(step: ModelStep, batches: Batches): readonly string[] {
  const { first, of, last } = batchedStep(step, batches);
  return [
    ...modelLines(first),
    ...batches.due.flatMap((batch) => [comment(`batch ${batchName(batch.start, batches.size)}`), ...modelLines(of(batch))]),
    ...(last === undefined ? [] : modelLines(last)),
  ];
}

/** Where an incremental resource is asked from: what the database says when the step begins, or its initial value. */
function windowLines({ fills, committed }: ExtractStep): readonly string[] {
  if (fills === undefined) return [];
  const fresh = fills.filter(({ anew }) => anew).map(({ table }) => table);
  if (committed === undefined || fresh.length > 0) {
    const why = fresh.length > 0 ? `: ${fresh.join(', ')} will be new` : '';
    return [comment(`incremental: from the initial value${why}`), ...(committed === undefined ? [] : [sqlText(committed)])];
  }
  return [comment('incremental: from the smallest of these values, less the lag'), sqlText(committed)];
}

/** Which columns the two tables have decides what is sent, and is known when the new rows are there. */
function additionLines({ words, question, standing, arriving }: Addition): readonly string[] {
  return [
    comment('columns: of the table that stands, and of the new rows'),
    sqlText(standing),
    sqlText(arriving),
    ...(question === undefined ? [] : [comment(question.words), sqlText(question.statement)]),
    comment(words),
    stop('etlx adds the new rows here'),
  ];
}

const transaction = (lines: readonly string[]): readonly string[] => ['begin;', ...lines, 'commit;'];
