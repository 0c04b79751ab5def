/** The names of `known` nearest to `word` (edit distance at most a third of its length, at least 1), nearest first, at most `most`. */
export function closest(word: string, known: Iterable<string>, most = 1): readonly string[] {
  const limit = Math.max(1, Math.round(word.length / 3));
  const lower = word.toLowerCase();
  return [...new Set(known)]
    .map((name) => ({ name, distance: distanceOf(lower, name.toLowerCase(), limit) }))
    .filter((each) => each.distance <= limit)
    .sort((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, most)
    .map((each) => each.name);
}

/** The hint that names the nearest names; `otherwise` where none is near. */
export const didYouMean = (closest: readonly string[] | undefined, otherwise?: string): string | undefined =>
  closest !== undefined && closest.length > 0 ? `did you mean ${closest.map((name) => `\`${name}\``).join(' or ')}?` : otherwise;

/** Optimal string alignment distance (a swap of neighbours counts once); anything above `limit` is reported as `limit + 1`. */
function distanceOf(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, beforeLast[j - 2]! + 1);
      row.push(best);
    }
    if (Math.min(...row) > limit) return limit + 1;
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}
