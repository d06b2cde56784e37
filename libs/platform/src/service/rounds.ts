/**
 * Work that is repeated for as long as the service runs. A process has dozens of such rounds, each with a question to
 * Redis or NATS; they come on common beats, so that what falls due together is asked, and answered, together: waking a
 * process costs more than most of what it is woken for.
 */
const BEAT_MS = 50;
/** Where the pause is a multiple of it, so that seconds and halves of them fall together. */
const LONG_BEAT_MS = 250;

/** The pause, shortened so that it ends on a beat; a pause below one stays what it is. */
export function untilBeat(pauseMs: number): number {
  if (pauseMs < BEAT_MS) return pauseMs;
  const now = performance.now();
  const beatMs = pauseMs % LONG_BEAT_MS === 0 ? LONG_BEAT_MS : BEAT_MS;
  return Math.max(1, Math.ceil(Math.floor((now + pauseMs) / beatMs) * beatMs - now));
}

/** Calls `work` every so often, whether or not the call before has ended; answers what ends it. */
export function everyBeat(periodMs: number, work: () => void): () => void {
  let timer: NodeJS.Timeout;
  const schedule = (): void => {
    timer = setTimeout(() => {
      schedule();
      work();
    }, untilBeat(periodMs));
  };
  schedule();
  return () => clearTimeout(timer);
}

/** Each round comes a pause after the end of the one before. */
export class Rounds {
  private timer: NodeJS.Timeout | undefined;
  private isRunning = false;
  private nextMs: number | undefined;

  /** `round` answers how many milliseconds to pause, and never throws. */
  constructor(private readonly round: () => Promise<number>) {}

  start(afterMs: number): void {
    this.timer = setTimeout(() => void this.run(), untilBeat(afterMs));
  }

  /** The next round comes that soon, whatever the pause; none comes after `stop`. */
  runWithin(afterMs: number): void {
    if (!this.timer) return;
    if (this.isRunning) {
      this.nextMs = afterMs;
      return;
    }
    clearTimeout(this.timer);
    this.start(afterMs);
  }

  /** No further round begins; one that is running is not waited for. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    const pauseMs = await this.round();
    this.isRunning = false;
    const nextMs = this.nextMs ?? pauseMs;
    this.nextMs = undefined;
    if (this.timer) this.start(nextMs);
  }
}
