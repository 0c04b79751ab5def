import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { closest } from '../core/closest';
import { failure } from '../core/diagnostic';
import type { NodeId } from '../core/node';
import type { Status, StepResult } from '../core/run';
import { JOURNAL, LATEST, RUNS, type RunHead } from './runHead';
import { unsealed } from './sealed';

/** A run as its journal tells it. */
export interface PastRun {
  readonly head: RunHead;
  /** How each step and audit ended; those that never did are not in it. */
  readonly statuses: ReadonlyMap<NodeId, Status>;
}

/**
 * Reads the run `name` (its id, or a beginning of it that no other has), or the latest one, of the project in `root`. A line that was cut
 * off or changed counts as not written, so that its step is done again. Throws EtlxError `run.unknown`, or `run.unreadable` when there is no head.
 */
export function readRun(root: string, name?: string): PastRun {
  const run = nameOf(root, name);
  const path = `${RUNS}/${run}/${JOURNAL}`;
  let text: string;
  try {
    text = readFileSync(join(root, path), 'utf8');
  } catch (error) {
    throw failure('run.unreadable', { path, problem: error instanceof Error ? error.message : String(error) }, undefined, { cause: error });
  }
  const [first = '', ...lines] = text.split('\n');
  const head = unsealed(first);
  if (head?.['type'] !== 'run') throw failure('run.unreadable', { path, problem: 'its first line is not whole' });
  const finished = lines.map(unsealed).filter((line) => line?.['type'] === 'step.finished');
  const results = finished.map((line) => line!['result'] as StepResult);
  return { head: head as unknown as RunHead, statuses: new Map(results.map(({ id, status }) => [id, status])) };
}

/** The ids of the runs that are remembered, the earliest first: they sort by time. */
export function runNames(root: string): readonly string[] {
  try {
    const entries = readdirSync(join(root, RUNS), { withFileTypes: true });
    return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).sort();
  } catch {
    return [];
  }
}

function nameOf(root: string, name: string | undefined): string {
  const known = runNames(root);
  const wanted = name ?? latestOf(root);
  const found = known.filter((each) => wanted !== undefined && each.startsWith(wanted));
  // an id that is another's beginning is still an id
  const run = found.find((each) => each === wanted) ?? (wanted !== '' && found.length === 1 ? found[0] : undefined);
  if (run !== undefined) return run;
  throw failure('run.unknown', {
    ...(name !== undefined && { name, closest: found.length > 0 ? found.slice(0, 3) : closest(name, known) }),
  });
}

function latestOf(root: string): string | undefined {
  try {
    return readFileSync(join(root, LATEST), 'utf8').trim();
  } catch {
    return undefined;
  }
}
