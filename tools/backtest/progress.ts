/** A bar for a person who waits: only on a terminal, only after a second, gone at the end. */
const WIDTH = 30;
const PATIENCE_MS = 1_000;

type Terminal = Pick<NodeJS.WriteStream, 'isTTY' | 'write'>;

export class Progress {
  private isShown = false;
  private readonly beganAtMs: number;

  constructor(
    private readonly total: number,
    private readonly terminal: Terminal = process.stderr,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.beganAtMs = now();
  }

  show(done: number, what: string): void {
    if (!this.terminal.isTTY || this.now() - this.beganAtMs < PATIENCE_MS) return;
    const filled = Math.round((Math.min(done, this.total) / this.total) * WIDTH);
    const bar = '#'.repeat(filled).padEnd(WIDTH, '.');
    this.terminal.write(`\r\x1b[K[${bar}] ${done} of ${this.total} runs  ${what}`);
    this.isShown = true;
  }

  end(): void {
    if (this.isShown) this.terminal.write('\r\x1b[K');
  }
}
