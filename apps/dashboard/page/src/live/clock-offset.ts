/**
 * What the gateway's clock shows, by a browser whose own may be wrong: from pings, each of which says when the gateway
 * answered. The quickest of the newest pings is believed, as its way there and back leaves the least to guess.
 */
const KEPT = 8;

interface Sample {
  readonly roundTripMs: number;
  readonly offsetMs: number;
}

export class ClockOffset {
  private readonly samples: Sample[] = [];

  /**
   * @param sentMs     when the ping left, by the monotonic clock
   * @param receivedMs when its answer came, by the same
   * @param atMs       what the gateway's clock showed in between
   */
  answered(sentMs: number, receivedMs: number, atMs: number): void {
    const roundTripMs = Math.max(0, receivedMs - sentMs);
    this.samples.push({ roundTripMs, offsetMs: atMs - (sentMs + roundTripMs / 2) });
    if (this.samples.length > KEPT) this.samples.shift();
  }

  /** How long a frame is on its way here, about. */
  get onTheWayMs(): number {
    return (this.best?.roundTripMs ?? 0) / 2;
  }

  /** The gateway's time at a moment of the monotonic clock; undefined before the first ping. */
  gatewayTime(monotonicMs: number): number | undefined {
    return this.best && monotonicMs + this.best.offsetMs;
  }

  private get best(): Sample | undefined {
    return this.samples.reduce<Sample | undefined>(
      (best, sample) => (best && best.roundTripMs <= sample.roundTripMs ? best : sample),
      undefined,
    );
  }
}
