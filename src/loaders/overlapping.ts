/** Works that go on while others begin. */
export interface Overlapping {
  /** Takes on `work`, and resolves when there is room for another. Throws what an earlier one failed with. */
  begin(work: Promise<unknown>): Promise<void>;
  /** Resolves when all have ended. Throws what the first of them failed with. */
  end(): Promise<void>;
  /** Resolves when all have ended, however. */
  settle(): Promise<void>;
}

/** At most `most` works at once. */
export function overlapping(most: number): Overlapping {
  const underWay: Promise<unknown>[] = [];
  return {
    async begin(work) {
      underWay.push(work);
      // it is told by the one who waits for it
      work.catch(() => undefined);
      while (underWay.length >= most) await underWay.shift();
    },
    async end() {
      while (underWay.length > 0) await underWay.shift();
    },
    async settle() {
      await Promise.allSettled(underWay);
    },
  };
}
