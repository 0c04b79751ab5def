/** A JSON number with at most two decimals as whole cents; anything finer throws, for it would be rounded unseen. */
export function centsOf(amount: number): bigint {
  const parts = /^(\d+)(?:\.(\d{1,2}))?$/.exec(String(amount));
  if (parts === null) throw new Error(`${amount} is not an amount of whole cents`);
  return BigInt(parts[1]!) * 100n + BigInt((parts[2] ?? '').padEnd(2, '0'));
}

/** Cents as the database writes a DECIMAL(…,2): `1990n` is `19.90`. */
export function moneyOf(cents: bigint): string {
  return `${cents / 100n}.${String(cents % 100n).padStart(2, '0')}`;
}

/** `dividend / divisor`, neither negative, rounded to a whole number, halves away from zero. */
export function rounded(dividend: bigint, divisor: bigint): bigint {
  return (2n * dividend + divisor) / (2n * divisor);
}
