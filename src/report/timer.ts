/** Calls `work` every so many milliseconds until the answered function is called. */
export type Every = (milliseconds: number, work: () => void) => () => void;

/** The machine's timer. It never keeps the process alive. */
export const every: Every = (milliseconds, work) => {
  const timer = setInterval(work, milliseconds);
  timer.unref();
  return () => clearInterval(timer);
};
