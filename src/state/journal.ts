import { appendFileSync, closeSync, fsync, fsyncSync, mkdirSync, openSync, renameSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { failure } from '../core/diagnostic';
import type { Emit, Event } from '../core/event';
import type { Clock } from '../core/ports';
import { JOURNAL, LATEST, RUNS, type RunHead } from './runHead';
import { sealed } from './sealed';

/** A subscriber that writes down what happens, so that the run can be gone on with whatever becomes of this process. */
export interface Journal {
  readonly emit: Emit;
  /** Resolves when everything is on the disk; never rejects. */
  close(): Promise<void>;
}

export interface JournalSetting {
  /** The project folder. */
  readonly root: string;
  readonly clock: Clock;
  /** Told once when the journal can no longer be written; the run goes on without it. */
  readonly onLost: (problem: string) => void;
}

/**
 * Begins the journal of a run with its head, on the disk before this returns, and lets `target/runs/latest` name the run. Each event becomes
 * one line, in the file (and so safe from the death of the process) before `emit` returns; a finished step is flushed to the disk (and so
 * safe from the death of the machine) in the background, several in one flush when they come fast. Throws EtlxError `artifact.write`.
 */
export function openJournal(head: Omit<RunHead, 'pid' | 'host'>, { root, clock, onLost }: JournalSetting): Journal {
  const path = `${RUNS}/${head.run}/${JOURNAL}`;
  const file = begun(root, path, sealed({ type: 'run', at: clock.now().toISOString(), ...head, pid: process.pid, host: hostname() }));
  pointTo(root, head.run);
  const state: { lost: boolean; torn: boolean; flushing?: Promise<void>; again: boolean } = { lost: false, torn: false, again: false };

  const lose = (error: unknown): void => {
    if (!state.lost) onLost(`\`${path}\` cannot be written: ${problemOf(error)}`);
    state.lost = true;
  };
  const write = (line: string): void => {
    try {
      // what a full disk cut off must not swallow the line after it
      appendFileSync(file, state.torn ? `\n${line}` : line);
      state.torn = false;
    } catch (error) {
      state.torn = true;
      lose(error);
    }
  };
  const flush = (): void => {
    if (state.flushing !== undefined) {
      state.again = true;
      return;
    }
    state.flushing = flushed(file)
      .catch(lose)
      .finally(() => {
        state.flushing = undefined;
        if (!state.again) return;
        state.again = false;
        flush();
      });
  };

  return {
    emit(event) {
      const facts = factsOf(event);
      if (facts === undefined) return;
      write(sealed({ type: event.type, at: clock.now().toISOString(), ...facts }));
      if (event.type === 'step.finished') flush();
    },
    async close() {
      while (state.flushing !== undefined) await state.flushing;
      await flushed(file).catch(lose);
      closeSync(file);
    },
  };
}

/** What a line says of an event; undefined for progress, of which there is much and nothing to go on with, and for what the head has said. */
function factsOf(event: Event): object | undefined {
  if (event.type === 'step.progress' || event.type === 'run.started') return undefined;
  if (event.type !== 'run.finished') return event;
  const { results: _, ...run } = event.result;
  return run;
}

/** Makes the file at `path` with its first line, on the disk with the folders that lead to it; answers its descriptor. */
function begun(root: string, path: string, line: string): number {
  const file = join(root, path);
  try {
    mkdirSync(dirname(file), { recursive: true });
    const descriptor = openSync(file, 'wx');
    appendFileSync(descriptor, line);
    fsyncSync(descriptor);
    for (const folder of [dirname(file), dirname(dirname(file))]) flushFolder(folder);
    return descriptor;
  } catch (error) {
    throw notWritten(path, error);
  }
}

/** A new name is on the disk when its folder is; not every system can flush one. */
function flushFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, 'r');
    fsyncSync(descriptor);
    closeSync(descriptor);
  } catch {
    // then the name gets there with the system's next own flush
  }
}

/** A file and not a link, because a link is not to be had on every file system. */
function pointTo(root: string, run: string): void {
  const file = join(root, LATEST);
  const beside = `${file}.${process.pid}.tmp`;
  try {
    writeFileSync(beside, `${run}\n`);
    renameSync(beside, file);
  } catch (error) {
    throw notWritten(LATEST, error);
  }
}

const flushed = (descriptor: number): Promise<void> =>
  new Promise((resolve, reject) => fsync(descriptor, (error) => (error === null ? resolve() : reject(error))));

const notWritten = (path: string, error: unknown): Error =>
  failure('artifact.write', { path, problem: problemOf(error) }, undefined, { cause: error });

const problemOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
