/** Spans of time as an author writes them: `90s`, `15m`, `8h`, `2d`. */
const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

export type Duration = `${number}${keyof typeof UNITS}`;

/** In milliseconds. @throws RangeError for anything else than a whole number above zero and s, m, h or d */
export function durationMs(text: string): number {
  const [, count, unit] = /^([1-9]\d{0,5})([smhd])$/.exec(text) ?? [];
  if (count === undefined) throw new RangeError(`"${text}" is not a span of time such as 90s, 15m, 8h or 2d`);
  return Number(count) * UNITS[unit as keyof typeof UNITS];
}
