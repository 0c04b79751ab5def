import { pile } from './pile';

/** Different texts, each with a number by its arrival. */
export interface KeySet {
  /** The number of `text`, from 0: the one it had before, or `size` for a new one. */
  add(text: string): number;
  readonly size: number;
  close(): void;
}

const FIRST_SLOTS = 1024;
/** A slot is a hash, and the number of its text plus one; 0 for none. */
const FIELDS = 2;
/** A byte that no UTF-8 text has. */
const OTHER_ENCODING = Buffer.from([0xff]);
const HALF_CHARACTER = /\p{Surrogate}/u;

/**
 * A set of texts: a hash table of eight bytes a slot in memory, at most three quarters full, however long the texts are; these are in a pile,
 * and looked at where hashes are equal, so that the set is exact. Throws `scratch`.
 */
export function keySet(): KeySet {
  const texts = pile();
  let slots = new Uint32Array(FIRST_SLOTS * FIELDS);

  /** Where `hash` belongs: the first free slot, or the first one before it that `isIt` takes for its own. */
  const slotOf = (hash: number, isIt: (number: number) => boolean): number => {
    const last = slots.length / FIELDS - 1;
    for (let slot = hash & last; ; slot = (slot + 1) & last) {
      const number = slots[slot * FIELDS + 1]!;
      if (number === 0 || (slots[slot * FIELDS] === hash && isIt(number - 1))) return slot * FIELDS;
    }
  };

  const grow = (): void => {
    const before = slots;
    slots = new Uint32Array(before.length * 2);
    for (let at = 0; at < before.length; at += FIELDS) {
      if (before[at + 1] !== 0)
        slots.set(
          before.subarray(at, at + FIELDS),
          slotOf(before[at]!, () => false),
        );
    }
  };

  return {
    get size() {
      return texts.size;
    },
    add(text) {
      const bytes = bytesOf(text);
      const hash = hashOf(bytes);
      const at = slotOf(hash, (number) => texts.at(number).equals(bytes));
      const found = slots[at + 1]!;
      if (found !== 0) return found - 1;
      texts.add(bytes);
      slots[at] = hash;
      slots[at + 1] = texts.size;
      if (texts.size * FIELDS * 4 > slots.length * 3) grow();
      return texts.size - 1;
    },
    close: () => texts.close(),
  };
}

/** UTF-8 has no half characters: texts with one keep their own encoding, so that they stay different. */
function bytesOf(text: string): Buffer {
  return HALF_CHARACTER.test(text) ? Buffer.concat([OTHER_ENCODING, Buffer.from(text, 'utf16le')]) : Buffer.from(text, 'utf8');
}

/** FNV-1a, 32 bits, its last bits mixed so that they depend on all others. http://www.isthe.com/chongo/tech/comp/fnv/ */
function hashOf(bytes: Uint8Array): number {
  let hash = 0x811c9dc5;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
