import type { Location } from '../core/diagnostic';
import type { StepResult } from '../core/run';
import type { ReportContext } from './context';
import { paintOf } from './paint';

/** A context for tests: what is written is kept, the clock stands at 10:01:02 until it is turned. */
export function contextFixture(files: Readonly<Record<string, string>> = {}, places: Readonly<Record<string, Location>> = {}) {
  let written: string[] = [];
  const time = { at: new Date(2026, 0, 2, 10, 1, 2) };
  const output = {
    write: (text: string) => written.push(text),
    columns: undefined as number | undefined,
    rows: undefined as number | undefined,
  };
  const context: ReportContext = {
    output,
    paint: paintOf(false),
    version: '0.1.0',
    now: () => time.at,
    sources: (file) => files[file],
    placeOf: (id) => places[id],
  };
  return { context, output, time, text: () => written.join(''), writes: () => written.length, forget: () => (written = []) };
}

/** A result with what every one has. */
export function resultOf(result: Pick<StepResult, 'id' | 'kind' | 'status'> & Partial<StepResult>): StepResult {
  return { name: result.id.split('.').at(-1)!, startedAt: '2026-01-02T10:01:02.000Z', seconds: 0.07, attempts: 1, ...result };
}
