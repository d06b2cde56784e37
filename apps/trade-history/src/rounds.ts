/** Work that comes round again for as long as the service runs, each round a pause after the end of the one before. */
export class Rounds {
  private timer: NodeJS.Timeout | undefined;

  /** `round` answers how many milliseconds to pause, and never throws. */
  constructor(private readonly round: () => Promise<number>) {}

  begin(afterMs: number): void {
    this.timer = setTimeout(() => void this.goRound(), afterMs);
  }

  end(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private async goRound(): Promise<void> {
    const pauseMs = await this.round();
    if (this.timer) this.begin(pauseMs);
  }
}
