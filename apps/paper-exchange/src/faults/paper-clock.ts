/**
 * The exchange's own clock: steady inside, shiftable outside. Replay runs on steady time; everything the exchange
 * says (stamps, windows, recvWindow) is steady time plus the shift.
 */
export abstract class PaperClock {
  /** Milliseconds by which the exchange's clock is off, for tests of clock drift. */
  shiftMs = 0;

  /** Milliseconds since 1970, never stepping back. */
  abstract steady(): number;

  /** The time the exchange claims, in whole milliseconds. */
  now(): number {
    return Math.floor(this.steady() + this.shiftMs);
  }

  stamp(steady: number): number {
    return Math.floor(steady + this.shiftMs);
  }
}

export class WallClock extends PaperClock {
  private readonly offset = Date.now() - performance.now();

  steady(): number {
    return this.offset + performance.now();
  }
}

/** Moves only when told to: the same orders at the same moments give the same events, byte for byte. */
export class VirtualClock extends PaperClock {
  constructor(private current: number) {
    super();
  }

  steady(): number {
    return this.current;
  }

  advanceTo(time: number): void {
    this.current = Math.max(this.current, time);
  }
}
