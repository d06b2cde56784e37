/** What actors have sent lately: how many orders within a second, and which order is the last one of its likeness. */
const SECOND_MS = 1_000;
const LEAST_REMEMBERED_MS = 60_000;

interface Repeated {
  readonly id: string;
  readonly atMs: number;
  /** Denied because of it. */
  readonly count: number;
  readonly forgottenAtMs: number;
}

export class Charges {
  /** By actor: when its latest orders were reserved, newest first. */
  private readonly paces = new Map<string, readonly number[]>();
  /** By likeness, the first to be forgotten first. */
  private readonly repeated = new Map<string, Repeated>();

  /** Orders of the last second, no more of them than `most`. */
  lastSecond(actor: string, most: number, nowMs: number): number {
    const latest = this.paces.get(actor) ?? [];
    return latest.slice(0, most).filter((atMs) => atMs > nowMs - SECOND_MS).length;
  }

  pace(actor: string, most: number, nowMs: number): void {
    this.paces.set(actor, [nowMs, ...(this.paces.get(actor) ?? [])].slice(0, most));
  }

  /** The order of this likeness that was reserved within the window. */
  lately(
    likeness: string,
    windowMs: number,
    nowMs: number,
  ): { readonly id: string; readonly count: number } | undefined {
    const last = this.find(likeness, nowMs);
    return last && nowMs - last.atMs < windowMs ? last : undefined;
  }

  remember(likeness: string, id: string, windowMs: number, nowMs: number): void {
    // It goes on: who repeats an order each time the window is over is no better, and is stopped as well.
    const count = this.find(likeness, nowMs)?.count ?? 0;
    const forgottenAtMs = nowMs + Math.max(LEAST_REMEMBERED_MS, windowMs);
    this.repeated.delete(likeness);
    this.repeated.set(likeness, { id, atMs: nowMs, count, forgottenAtMs });
    for (const [old, { forgottenAtMs: goneMs }] of this.repeated) {
      if (goneMs > nowMs) break;
      this.repeated.delete(old);
    }
  }

  /** An order was denied as a repeat of `id`: how many there were. */
  countRepeat(likeness: string, id: string): number {
    const last = this.repeated.get(likeness);
    if (last?.id !== id) return 0;
    this.repeated.set(likeness, { ...last, count: last.count + 1 });
    return last.count + 1;
  }

  /** Takes back what an order charged when it was reserved. */
  takeBack(actor: string, likeness: string, id: string, atMs: number): void {
    const latest = this.paces.get(actor) ?? [];
    const at = latest.indexOf(atMs);
    if (at >= 0) this.paces.set(actor, latest.toSpliced(at, 1));
    const last = this.repeated.get(likeness);
    if (last?.id === id && last.atMs === atMs) this.repeated.delete(likeness);
  }

  private find(likeness: string, nowMs: number): Repeated | undefined {
    const last = this.repeated.get(likeness);
    return last && last.forgottenAtMs > nowMs ? last : undefined;
  }
}
