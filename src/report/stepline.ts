import type { StepHead } from '../core/event';
import type { StepResult } from '../core/run';
import type { Paint } from './paint';
import { printable } from './printable';
import { bareName, counted, relationText, subjectOf, verbOf } from './words';
import { widthOf } from './width';

/** What one line says of a step: `OK created sql table model shop.x ...... [SELECT 120 in 0.07s]`. */
export interface StepLine {
  readonly verb: string;
  readonly rest: string;
  /** In the brackets: the part that is coloured, and what follows it. */
  readonly status: string;
  readonly time: string;
  readonly tone: 'good' | 'warning' | 'bad' | 'faint';
}

/** dbt's width of a line up to its brackets. */
export const LINE_WIDTH = 80;

const FEWEST_DOTS = 3;

/** A step that begins. */
export function startLine(step: StepHead): StepLine {
  return { verb: 'START', rest: subjectOf(step), status: 'RUN', time: '', tone: 'faint' };
}

/** A step that will be tried again, after `delay` seconds. */
export function retryLine(step: StepHead, delay: number): StepLine {
  return { verb: 'RETRY', rest: subjectOf(step), status: 'RETRY', time: ` in ${delay}s`, tone: 'warning' };
}

/** A step that ended, one way or another. */
export function endLine(result: StepResult): StepLine {
  const { kind, status, failures, name } = result;
  const time = ` in ${result.seconds.toFixed(2)}s`;
  const test = kind === 'test' ? printable(name) : kind === 'unit_test' ? subjectOf(result) : undefined;
  switch (status) {
    case 'success':
      return {
        verb: 'OK',
        rest: test ?? did(result, 'done'),
        status: achievement(result),
        time,
        tone: 'good',
      };
    case 'pass':
      return { verb: 'PASS', rest: test ?? subjectOf(result), status: 'PASS', time, tone: 'good' };
    case 'warn':
    case 'fail': {
      const word = kind === 'freshness' && status === 'fail' ? 'ERROR STALE' : status.toUpperCase();
      const label = failures === undefined ? word : `${word} ${failures}`;
      return {
        verb: label,
        rest: test ?? subjectOf(result),
        status: label,
        time,
        tone: status === 'warn' ? 'warning' : 'bad',
      };
    }
    case 'error':
      return {
        verb: 'ERROR',
        rest: test ?? did(result, 'doing'),
        status: 'ERROR',
        time,
        tone: 'bad',
      };
    case 'unchanged':
      return { verb: 'UNCHANGED', rest: subjectOf(result), status: 'UNCHANGED', time: '', tone: 'faint' };
    case 'skipped':
      return { verb: 'SKIP', rest: skippedSubject(result), status: 'SKIP', time: '', tone: 'warning' };
  }
}

/** `created sql table model shop.x` */
const did = (result: StepResult, tense: 'done' | 'doing'): string =>
  `${result.kind in verbOf ? `${verbOf[result.kind as keyof typeof verbOf][tense]} ` : ''}${subjectOf(result)}`;

/**
 * The line as text: `3 of 28 OK … ...... [… in 0.07s]`, dots up to `width` columns. A longer name stays whole, because logs are
 * searched for names; it keeps a few dots, because logs are parsed.
 */
export function stepLineText(line: StepLine, index: number, total: number, paint: Paint, width = LINE_WIDTH): string {
  const count = `${index} of ${total} `;
  const tone = paint[line.tone];
  const plain = `${count}${line.verb} ${line.rest} `;
  const dots = '.'.repeat(Math.max(FEWEST_DOTS, width - widthOf(plain)));
  return `${count}${tone(line.verb)} ${line.rest} ${paint.faint(dots)} [${tone(line.status)}${line.time}]`;
}

/** The engine's own word where the result has one (`SELECT 120`), else what can be said for its kind. */
function achievement({ kind, rows, message, materialized }: StepResult): string {
  if (message !== undefined) return printable(message);
  if (kind === 'extract') return rows === undefined ? 'OK' : counted(rows, 'record');
  if (kind === 'dataset') return rows === undefined ? 'OK' : counted(rows, 'row');
  if (kind === 'load' || kind === 'seed') return rows === undefined ? 'COPY' : `COPY ${rows}`;
  if (kind === 'model') return rows === undefined ? `CREATE ${(materialized ?? 'table').toUpperCase()}` : `SELECT ${rows}`;
  return 'OK';
}

/** The kinds of steps that build a relation. */
const BUILDS: ReadonlySet<StepResult['kind']> = new Set(['model', 'load', 'seed', 'snapshot']);

function skippedSubject(result: StepResult): string {
  if (!BUILDS.has(result.kind)) return subjectOf(result);
  return `relation ${printable(result.relation === undefined ? bareName(result.id) : relationText(result.relation))}`;
}
