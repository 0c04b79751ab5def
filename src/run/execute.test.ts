import type { Event } from '../core/event';
import type { NodeId } from '../core/node';
import type { ExtractStep, Plan } from '../core/plan';
import type { Adapter } from '../core/ports';
import { execute, type Execution } from './execute';

const id = (name: string): NodeId => `extract.s.${name}`;
const step = (name: string, ...after: string[]): ExtractStep => ({ kind: 'extract', id: id(name), name, after: after.map(id) });
const plan = (...steps: ExtractStep[]): Plan => ({ prepare: [], steps });

/** No step here touches a database. */
const noDatabase = new Proxy({} as Adapter, {
  get: () => {
    throw new Error('no database in these tests');
  },
});

class Passing extends Error {
  readonly transient = true;
}

interface Ran {
  readonly order: readonly string[];
  readonly status: Readonly<Record<string, string>>;
  readonly events: readonly Event[];
  readonly because: Readonly<Record<string, string | undefined>>;
  readonly messages: Readonly<Record<string, string | undefined>>;
  readonly most: number;
}

/** Runs a plan whose steps do what `behave` says (default: succeed at once); answers what started in which order, and how it ended. */
async function ran(
  steps: Plan,
  behave: (name: string, attempt: number) => Promise<void> | void = () => undefined,
  more: Partial<Execution> = {},
): Promise<Ran> {
  const order: string[] = [];
  const events: Event[] = [];
  const attempts = new Map<string, number>();
  let running = 0;
  let most = 0;
  const result = await execute(steps, {
    run: 'r',
    command: 'build',
    workers: {
      adapter: noDatabase,
      async extract({ name }) {
        order.push(name);
        most = Math.max(most, (running += 1));
        const attempt = (attempts.get(name) ?? 0) + 1;
        attempts.set(name, attempt);
        try {
          await Promise.resolve();
          await behave(name, attempt);
        } finally {
          running -= 1;
        }
        return { records: 1, pages: 1 };
      },
      dataset: () => Promise.reject(new Error('no datasets in these tests')),
      load: () => Promise.reject(new Error('no loads in these tests')),
      seed: () => Promise.reject(new Error('no seeds in these tests')),
      unitTest: () => Promise.reject(new Error('no unit tests in these tests')),
    },
    emit: (event) => events.push(event),
    clock: { now: () => new Date(0), sleep: () => Promise.resolve() },
    signal: new AbortController().signal,
    threads: 2,
    failFast: false,
    random: () => 1,
    retriesOf: () => ({ max: 1, delay: 5, backoff: 2, max_delay: 60 }),
    lockPatience: 0,
    priorityOf: () => 0,
    textOf: () => undefined,
    compiledPathOf: () => undefined,
    ...more,
  });
  const by = <T>(what: (each: (typeof result.results)[number]) => T): Record<string, T> =>
    Object.fromEntries(result.results.map((each) => [each.name, what(each)]));
  return {
    order,
    events,
    most,
    status: by((each) => each.status),
    because: by((each) => each.because),
    messages: by((each) => each.message),
  };
}

describe('execute', () => {
  it('starts a step when all it waits for has succeeded, never more at once than there are threads', async () => {
    const { order, status, most } = await ran(plan(step('a'), step('b'), step('c'), step('d', 'a', 'b'), step('e', 'd')));
    expect(order.indexOf('d')).toBeGreaterThan(Math.max(order.indexOf('a'), order.indexOf('b')));
    expect(order.at(-1)).toBe('e');
    expect(most).toBe(2);
    expect(Object.values(status)).toEqual(Array(5).fill('success'));
  });

  it('takes what has the highest priority first', async () => {
    const weights: Record<string, number> = { [id('low')]: 1, [id('high')]: 9, [id('middle')]: 5 };
    const { order } = await ran(plan(step('low'), step('high'), step('middle')), undefined, {
      threads: 1,
      priorityOf: (each) => weights[each]!,
    });
    expect(order).toEqual(['high', 'middle', 'low']);
  });

  it('skips everything below a failure, names it, and goes on elsewhere', async () => {
    const { status, because } = await ran(
      plan(step('a'), step('b', 'a'), step('c', 'b'), step('other'), step('beside', 'other')),
      (name) => {
        if (name === 'a') throw new Error('broken');
      },
    );
    expect(status).toEqual({ a: 'error', b: 'skipped', c: 'skipped', other: 'success', beside: 'success' });
    expect(because).toMatchObject({ b: id('a'), c: id('a') });
  });

  it('keeps the words of whatever went wrong', async () => {
    const { events } = await ran(plan(step('a')), () => {
      throw new Error('the disk is on fire');
    });
    const finished = events.find((event) => event.type === 'step.finished');
    expect(finished?.type === 'step.finished' && finished.result.diagnostics?.[0]?.message).toContain('the disk is on fire');
  });

  it('tries again what failed for a passing cause, as often as it may, after the delay', async () => {
    const waited: number[] = [];
    const clock = { now: () => new Date(0), sleep: (milliseconds: number) => (waited.push(milliseconds), Promise.resolve()) };
    const cured = await ran(
      plan(step('a')),
      (_name, attempt) => {
        if (attempt === 1) throw new Passing('busy');
      },
      { clock },
    );
    expect(cured.status).toEqual({ a: 'success' });
    expect(waited).toEqual([5000]);
    expect(cured.events.map(({ type }) => type)).toContain('step.retried');

    const hopeless = await ran(plan(step('a')), () => Promise.reject(new Passing('busy')));
    expect(hopeless.order).toEqual(['a', 'a']);
    expect(hopeless.status).toEqual({ a: 'error' });
  });

  it('never tries again what would fail the same way', async () => {
    const { order } = await ran(plan(step('a')), () => Promise.reject(new Error('syntax')));
    expect(order).toEqual(['a']);
  });

  it('stops at the first failure when asked to, and skips the rest', async () => {
    const { status, messages } = await ran(
      plan(step('a'), step('b'), step('c')),
      (name) => {
        if (name === 'a') throw new Error('broken');
      },
      { threads: 1, failFast: true },
    );
    expect(status).toEqual({ a: 'error', b: 'skipped', c: 'skipped' });
    expect(messages['c']).toBe('skipped by --fail-fast');
  });

  it('ends well when interrupted: what runs and what waits is skipped, everything has a result', async () => {
    const interrupt = new AbortController();
    const { status, messages } = await ran(
      plan(step('a'), step('b', 'a'), step('c')),
      () => {
        interrupt.abort('SIGINT');
        throw new Error('the connection was closed');
      },
      { threads: 1, signal: interrupt.signal },
    );
    expect(status).toEqual({ a: 'skipped', b: 'skipped', c: 'skipped' });
    expect(messages['a']).toBe('interrupted');
  });

  it('skips a chain of ten thousand without a deep stack', async () => {
    const steps = Array.from({ length: 10_000 }, (_, index) => (index === 0 ? step('0') : step(String(index), String(index - 1))));
    const { status } = await ran(plan(...steps), () => Promise.reject(new Error('broken')));
    expect(Object.values(status).filter((each) => each === 'skipped')).toHaveLength(9_999);
  });
});
