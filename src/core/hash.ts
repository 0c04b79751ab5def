/**
 * FNV-1a, 64 bits, of the UTF-8 bytes of `text`, as 16 hexadecimal digits: short, stable names, no protection against malice.
 * Computed on two 32-bit halves, because a product of two 64-bit numbers does not fit a double. http://www.isthe.com/chongo/tech/comp/fnv/
 */
export function hashOf(text: string): string {
  let high = 0xcbf29ce4;
  let low = 0x84222325;
  for (const byte of new TextEncoder().encode(text)) {
    low = (low ^ byte) >>> 0;
    // The prime is 2^40 + 0x1b3: shifting by 40 leaves only bits of the lower half, moved by 8 into the upper one.
    const product = low * 0x1b3;
    high = (Math.imul(high, 0x1b3) + Math.floor(product / 0x1_0000_0000) + (low << 8)) >>> 0;
    low = product >>> 0;
  }
  return high.toString(16).padStart(8, '0') + low.toString(16).padStart(8, '0');
}
