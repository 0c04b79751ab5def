import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EtlxError } from '../core/diagnostic';
import type { Event } from '../core/event';
import type { NodeId } from '../core/node';
import type { Status } from '../core/run';
import { openJournal } from './journal';
import { readRun } from './pastRun';
import { unfinished } from './unfinished';

const clock = { now: () => new Date(0), sleep: () => Promise.resolve() };
const RUN = '19700101T000000000Z-000001';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'etlx-state-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const file = (): string => join(root, 'target/runs', RUN, 'journal.ndjson');

const finished = (id: NodeId, status: Status): Event => ({
  type: 'step.finished',
  result: { id, kind: 'model', name: id, status, startedAt: '1970-01-01T00:00:00.000Z', seconds: 0, attempts: 1 },
  index: 1,
  total: 4,
});

/** A journal of four models, of which `statuses` says how they ended. */
async function written(statuses: Readonly<Record<NodeId, Status>>, lost: string[] = []): Promise<void> {
  const steps = { 'model.a': ['test.a'], 'model.b': ['test.b'], 'model.c': [], 'model.d': [] } as const;
  const journal = openJournal(
    { run: RUN, command: 'build', target: 'dev', flags: {}, steps },
    { root, clock, onLost: (problem) => lost.push(problem) },
  );
  for (const [id, status] of Object.entries(statuses)) journal.emit(finished(id as NodeId, status));
  journal.emit({ type: 'step.progress', id: 'model.d', phase: 'load', rows: 1 });
  await journal.close();
}

test('what did not succeed is left, with all of its audits', async () => {
  await written({ 'test.a': 'pass', 'model.a': 'success', 'test.b': 'pass', 'model.b': 'error', 'model.c': 'skipped' });
  expect(unfinished(readRun(root))).toEqual(new Set(['model.b', 'test.b', 'model.c', 'model.d']));
});

test('warnings are well', async () => {
  await written({ 'test.a': 'warn', 'model.a': 'success', 'model.b': 'success', 'model.c': 'success', 'model.d': 'success' });
  expect(unfinished(readRun(root)).size).toBe(0);
});

test('an event is in the file before `emit` returns', () => {
  const journal = openJournal(
    { run: RUN, command: 'build', target: 'dev', flags: {}, steps: {} },
    { root, clock, onLost: () => undefined },
  );
  journal.emit(finished('model.a', 'success'));
  expect(readFileSync(file(), 'utf8')).toContain('"model.a"');
  return journal.close();
});

test('F42: one that is changed anywhere is refused, or its step counts as not done; never as done when it was not', async () => {
  const statuses = { 'model.a': 'success', 'model.b': 'error', 'model.c': 'skipped', 'model.d': 'success' } as const;
  await written(statuses);
  const whole = readFileSync(file());
  for (let seed = 0; seed < 400; seed += 1) {
    const bytes = Buffer.from(whole);
    const at = (seed * 7919) % bytes.length;
    bytes[at] = (bytes[at]! ^ (1 << (seed % 8))) & 0xff;
    writeFileSync(file(), bytes);
    try {
      const { head, statuses: read } = readRun(root);
      expect({ seed, run: head.run, steps: Object.keys(head.steps) }).toEqual({
        seed,
        run: RUN,
        steps: ['model.a', 'model.b', 'model.c', 'model.d'],
      });
      for (const [id, status] of read) expect({ seed, id, status }).toEqual({ seed, id, status: statuses[id as keyof typeof statuses] });
      expect(read.size).toBeGreaterThanOrEqual(2);
    } catch (error) {
      expect(error).toBeInstanceOf(EtlxError);
      expect((error as EtlxError).diagnostics[0]?.code).toBe('run.unreadable');
    }
  }
});

test('what was written after half a line is read', async () => {
  await written({ 'model.a': 'success' });
  const text = readFileSync(file(), 'utf8');
  writeFileSync(file(), text.slice(0, -20));
  appendFileSync(file(), `\n${text.split('\n')[1]!.replaceAll('model.a', 'model.x')}\n${text.split('\n')[1]!}\n`);
  expect([...readRun(root).statuses.keys()]).toEqual(['model.a']);
});

test('a folder that takes no files is told before anything runs', async () => {
  writeFileSync(join(root, 'target'), '');
  await expect(written({})).rejects.toThrow(/^`target\/runs\/\S+\/journal\.ndjson` cannot be written: E/);
});
