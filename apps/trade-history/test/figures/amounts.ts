/** Exact arithmetic of the specs' own: whole numbers of 10^-16. */
const ONE = 10n ** 16n;

export function amount(text: string): bigint {
  const [whole = '0', behind = ''] = text.replace('-', '').split('.');
  const size = BigInt(whole) * ONE + BigInt(behind.padEnd(16, '0'));
  return text.startsWith('-') ? -size : size;
}

export function told(value: bigint): string {
  const size = value < 0n ? -value : value;
  const behind = (size % ONE).toString().padStart(16, '0').replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${size / ONE}${behind && `.${behind}`}`;
}

/** Exact where both have at most eight digits behind the point. */
export const product = (one: bigint, other: bigint): bigint => (one * other) / ONE;

/** `value` x `part` / `whole`, half even. All are above zero, or the value is zero. */
export function shareOf(value: bigint, part: bigint, whole: bigint): bigint {
  const above = value * part;
  const down = above / whole;
  const rest = (above - down * whole) * 2n;
  return rest > whole || (rest === whole && down % 2n === 1n) ? down + 1n : down;
}

export const sumOf = (values: Iterable<bigint>): bigint => {
  let sum = 0n;
  for (const value of values) sum += value;
  return sum;
};
