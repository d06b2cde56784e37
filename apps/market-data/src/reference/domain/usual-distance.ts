/**
 * How far two venues are apart where nothing is wrong: the median of the readings of the last 24 hours, of which one in ten
 * seconds is kept, 8,640 at most. A single jump does not move it; what lasts for twelve hours becomes it. Everything is in
 * billionths of the reference's price, whole numbers.
 */
const EVERY_MS = 10_000;
const WINDOW_MS = 86_400_000;

interface Reading {
  readonly atMs: number;
  readonly ppb: number;
}

export class UsualDistance {
  private readonly readings: Reading[] = [];
  private readonly ranked: number[] = [];
  private readonly enough: number;

  /** @param warmUpMs readings for so long are needed before there is a median; one at least */
  constructor(warmUpMs: number) {
    this.enough = Math.max(1, Math.ceil(warmUpMs / EVERY_MS));
  }

  /** How many readings there are. */
  get samples(): number {
    return this.readings.length;
  }

  /** How many have to come before there is a median. */
  get missing(): number {
    return Math.max(0, this.enough - this.samples);
  }

  /** Keeps this reading if ten seconds have passed since the last. */
  read(ppb: number, nowMs: number): void {
    const last = this.readings.at(-1);
    if (last && nowMs - last.atMs < EVERY_MS) return;
    while (this.readings[0] && nowMs - this.readings[0].atMs >= WINDOW_MS) {
      this.ranked.splice(this.rankOf(this.readings.shift()!.ppb), 1);
    }
    this.readings.push({ atMs: nowMs, ppb });
    this.ranked.splice(this.rankOf(ppb), 0, ppb);
  }

  /** Undefined until there are enough readings. */
  get median(): number | undefined {
    if (this.missing > 0) return undefined;
    const middle = (this.ranked.length - 1) / 2;
    return Math.round((this.ranked[Math.floor(middle)]! + this.ranked[Math.ceil(middle)]!) / 2);
  }

  /** Where it stands, or belongs. */
  private rankOf(ppb: number): number {
    let low = 0;
    let high = this.ranked.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.ranked[middle]! < ppb) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
