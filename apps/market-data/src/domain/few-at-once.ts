/** Work of which only so much is under way at once; the rest waits its turn. */
export class FewAtOnce {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly atMost: number) {}

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.running < this.atMost) this.running += 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      // Whoever waits takes the place over.
      if (next) next();
      else this.running -= 1;
    }
  }
}
