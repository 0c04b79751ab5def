import { MAX_IDENTIFIER_BYTES } from './relation';

/** An identifier of `head`, as much of `middle` as fits, and `tail`. */
export function joined(head: string, middle: string, tail: string): string {
  return head + clipped(middle, MAX_IDENTIFIER_BYTES - bytesOf(head) - bytesOf(tail)) + tail;
}

/** The longest beginning of `text` that takes at most `bytes` bytes; no character is cut in two. */
export function clipped(text: string, bytes: number): string {
  if (bytesOf(text) <= bytes) return text;
  const encoded = new TextEncoder().encode(text).subarray(0, bytes);
  return new TextDecoder().decode(encoded, { stream: true });
}

/** Bytes of UTF-8; most names are ASCII, and need no encoding to be counted. */
export function bytesOf(text: string): number {
  return /^[\x00-\x7f]*$/.test(text) ? text.length : new TextEncoder().encode(text).length;
}
