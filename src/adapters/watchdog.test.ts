import { DatabaseError } from '../core/ports';
import { watchdog, type Watched } from './watchdog';

/** A connection that awaits an answer which does not come. */
function silent(
  pid: number | undefined,
  more: Partial<Watched> = {},
): Watched & { readonly destroyed: Promise<Error>; readonly isDestroyed: () => boolean } {
  let done = false;
  let destroy: (error: Error) => void = () => undefined;
  const destroyed = new Promise<Error>((resolve) => {
    destroy = (error) => {
      done = true;
      resolve(error);
    };
  });
  return { pid, awaits: () => true, received: () => 0, destroy, destroyed, isDestroyed: () => done, ...more };
}

const over = (rounds: number, asked: () => number): Promise<void> =>
  new Promise((resolve) => {
    const look = (): void => void (asked() >= rounds ? resolve() : setTimeout(look, 5));
    look();
  });

test('what no longer works is broken off, what works is not, whatever it is asked', async () => {
  let asked = 0;
  const dog = watchdog({ silence: 20, ask: async () => ((asked += 1), { pids: '7' }) });
  const lost = silent(8);
  const working = silent(7);
  const pooled = silent(undefined);
  let bytes = 0;
  const talking = silent(9, { received: () => (bytes += 1) });
  const idle = silent(10, { awaits: () => false });
  const ends = [lost, working, pooled, talking, idle].map((each) => dog.watch(each));
  expect(await lost.destroyed).toMatchObject({ code: 'ETIMEDOUT', message: expect.stringMatching(/^the connection was lost/) });
  await over(asked + 4, () => asked);
  expect([working, pooled, talking, idle].map((each) => each.isDestroyed())).toEqual([false, false, false, false]);
  for (const end of ends) end();
  dog.close();
});

test('a server that cannot be asked is gone; one that refuses to answer is not', async () => {
  const gone = watchdog({ silence: 20, ask: () => Promise.reject(Object.assign(new Error('no'), { code: 'ETIMEDOUT' })) });
  const lost = silent(undefined);
  const end = gone.watch(lost);
  expect(await lost.destroyed).toMatchObject({ code: 'ETIMEDOUT' });
  end();

  let asked = 0;
  const full = watchdog({
    silence: 20,
    ask: () => ((asked += 1), Promise.reject(new DatabaseError('too many', { code: '53300', transient: true }))),
  });
  const kept = silent(1);
  const stop = full.watch(kept);
  await over(4, () => asked);
  expect(kept.isDestroyed()).toBe(false);
  stop();
});
