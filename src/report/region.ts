import type { Following, RunningStep } from './following';
import type { Paint } from './paint';
import { counted, subjectOf } from './words';
import { cut } from './width';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const ROWS_LEFT_FREE = 4;

/** The size of a terminal, in letters. */
export interface Size {
  readonly columns: number;
  readonly rows: number;
}

/**
 * What runs now, a line per step with a spinner, what it is at, and for how long; below, how far the run is. Each line is shorter than
 * the terminal is wide and the whole leaves four rows free, so that it never wraps or scrolls; steps without a line are counted.
 */
export function regionText(run: Following, now: Date, tick: number, { columns, rows }: Size, paint: Paint): string {
  const most = Math.max(1, rows - ROWS_LEFT_FREE);
  const steps = run.running();
  const shown = steps.length + 1 <= most ? steps : steps.slice(0, Math.max(0, most - 2));
  const width = Math.max(0, columns - 1);
  const spinner = FRAMES[tick % FRAMES.length]!;
  const lines = shown.map((each) => {
    const text = cut(`${spinner} ${activityOf(each, now)}`, width);
    return text.startsWith(spinner) ? paint.hint(spinner) + text.slice(spinner.length) : text;
  });
  if (shown.length < steps.length && most > 1) lines.push(cut(`… and ${steps.length - shown.length} more`, width));
  return [...lines, paint.faint(cut(standingOf(run, steps.length), width))].join('\n');
}

/** `api resource shop.users  extract, 70 rows, 3 pages  1.2s`. */
function activityOf({ step, phase, rows, pages, waits, startedAt }: RunningStep, now: Date): string {
  const facts = [
    ...(waits === undefined ? [] : [`waits ${waits}s to try again`]),
    ...(phase === undefined ? [] : [phase]),
    ...(rows === undefined ? [] : [`${rows.toLocaleString('en-US')} ${rows === 1 ? 'row' : 'rows'}`]),
    ...(pages === undefined ? [] : [counted(pages, 'page')]),
  ];
  const seconds = Math.max(0, now.getTime() - startedAt.getTime()) / 1000;
  return [subjectOf(step), ...(facts.length > 0 ? [facts.join(', ')] : []), `${seconds.toFixed(1)}s`].join('  ');
}

function standingOf({ finished, failed, total }: Following, running: number): string {
  return `${finished} of ${total} done, ${running} running${failed > 0 ? `, ${counted(failed, 'error')}` : ''}`;
}
