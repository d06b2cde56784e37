/** Work that is repeated for as long as the service runs, each round a pause after the end of the one before. */
export class Rounds {
  private timer: NodeJS.Timeout | undefined;
  private isRunning = false;
  private nextMs: number | undefined;

  /** `round` answers how many milliseconds to pause, and never throws. */
  constructor(private readonly round: () => Promise<number>) {}

  start(afterMs: number): void {
    this.timer = setTimeout(() => void this.run(), afterMs);
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
