/** `value` as JSON on one line; integers that JavaScript numbers cannot hold keep their digits, as text. */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => (typeof each === 'bigint' ? String(each) : each));
}
