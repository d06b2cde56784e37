/** What was measured, each figure with its line of the design and the bound that was asked. */
export interface Measured {
  readonly line: string;
  readonly what: string;
  readonly figure: number;
  readonly unit: string;
  /** At most so much; absent where the figure is only told. */
  readonly bound?: number;
}

export const isHeld = ({ figure, bound }: Measured): boolean => bound === undefined || figure <= bound;

/** The value below which so great a share of the others lies: nearest rank. NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

export function print(rows: readonly Measured[]): void {
  for (const row of rows) {
    const { line, what, figure, unit, bound } = row;
    const told = bound === undefined ? '' : `${isHeld(row) ? 'held' : 'NOT held'}: at most ${bound}`;
    console.log(
      `${line.padEnd(9)} ${what.padEnd(58)} ${figure.toFixed(1).padStart(9)} ${unit.padEnd(8)} ${told}`,
    );
  }
}
