/** Work that comes round again for as long as the service runs, each round a pause after the end of the one before. */
export class Rounds {
  private timer: NodeJS.Timeout | undefined;
  private isUnderWay = false;
  private wishedMs: number | undefined;

  /** `round` answers how many milliseconds to pause, and never throws. */
  constructor(private readonly round: () => Promise<number>) {}

  begin(afterMs: number): void {
    this.timer = setTimeout(() => void this.goRound(), afterMs);
  }

  /** The next round comes that soon, whatever the pause; nothing after the end. */
  hurry(afterMs: number): void {
    if (!this.timer) return;
    if (this.isUnderWay) {
      this.wishedMs = afterMs;
      return;
    }
    clearTimeout(this.timer);
    this.begin(afterMs);
  }

  end(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private async goRound(): Promise<void> {
    this.isUnderWay = true;
    const pauseMs = await this.round();
    this.isUnderWay = false;
    const nextMs = this.wishedMs ?? pauseMs;
    this.wishedMs = undefined;
    if (this.timer) this.begin(nextMs);
  }
}
