/** Different texts, each with a number by its arrival. */
export interface KeySet {
  /** The number of `text`, from 0: the one it had before, or `size` for a new one. */
  add(text: string): number;
  readonly size: number;
}

const FIRST_SLOTS = 1024;
const FIRST_BYTES = 16 * 1024;
/** A byte that no UTF-8 text has. */
const OTHER_ENCODING = 0xff;
const HALF_CHARACTER = /\p{Surrogate}/u;

/**
 * A set of texts in three flat arrays (their bytes, where each ends, an open hash table): exact, and a third of what a `Set` of strings takes;
 * nothing in it is for the garbage collector to visit.
 */
export function keySet(): KeySet {
  let bytes = Buffer.allocUnsafe(FIRST_BYTES);
  let ends = new Float64Array(FIRST_SLOTS / 2);
  let hashes = new Uint32Array(FIRST_SLOTS / 2);
  /** The number of a text plus one; 0 for none. */
  let slots = new Uint32Array(FIRST_SLOTS);
  let size = 0;

  const beginOf = (number: number): number => (number === 0 ? 0 : ends[number - 1]!);

  /** Writes behind the last text; answers where that ends. */
  const write = (text: string): number => {
    const begin = beginOf(size);
    const most = begin + text.length * 3 + 1;
    if (most > bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(most, bytes.length * 2));
      bytes.copy(larger, 0, 0, begin);
      bytes = larger;
    }
    // UTF-8 has no half characters: texts with one keep their own encoding, so that they stay different
    if (!HALF_CHARACTER.test(text)) return begin + bytes.write(text, begin, 'utf8');
    bytes[begin] = OTHER_ENCODING;
    return begin + 1 + bytes.write(text, begin + 1, 'utf16le');
  };

  const grow = (): void => {
    slots = new Uint32Array(slots.length * 2);
    for (let number = 0; number < size; number += 1) {
      let slot = hashes[number]! & (slots.length - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = number + 1;
    }
    const longerEnds = new Float64Array(slots.length / 2);
    longerEnds.set(ends);
    ends = longerEnds;
    const moreHashes = new Uint32Array(slots.length / 2);
    moreHashes.set(hashes);
    hashes = moreHashes;
  };

  return {
    get size() {
      return size;
    },
    add(text) {
      const begin = beginOf(size);
      const end = write(text);
      const hash = hashOf(bytes, begin, end);
      let slot = hash & (slots.length - 1);
      for (let found = slots[slot]!; found !== 0; found = slots[slot]!) {
        const number = found - 1;
        if (hashes[number] === hash && bytes.compare(bytes, beginOf(number), ends[number], begin, end) === 0) return number;
        slot = (slot + 1) & (slots.length - 1);
      }
      slots[slot] = size + 1;
      ends[size] = end;
      hashes[size] = hash;
      size += 1;
      if (size * 2 >= slots.length) grow();
      return size - 1;
    },
  };
}

/** FNV-1a, 32 bits, its last bits mixed so that they depend on all others. http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashOf(bytes: Uint8Array, begin: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let index = begin; index < end; index += 1) hash = Math.imul(hash ^ bytes[index]!, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
