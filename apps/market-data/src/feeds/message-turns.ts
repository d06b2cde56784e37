/**
 * What the connections bring is handled together: the first message begins a turn, in which everything else that has come
 * is read too, and all that is published of it leaves in one write. To wake up, and to wake the readers, costs more than
 * most messages do. What waits here keeps the time at which it came.
 */
import { performance } from 'node:perf_hooks';

/** Between two turns. */
const GAP_MS = 20;

export class MessageTurns<Item> {
  private waiting: Item[] = [];
  private timer: NodeJS.Timeout | undefined;
  private isBegun = false;
  private endedAtMs = -Infinity;

  /**
   * @param readMore lets the connections read what has come for them, until the second `setImmediate` from there
   * @param handle   gets what came since the last turn, in its order
   */
  constructor(
    private readonly readMore: () => void,
    private readonly handle: (items: readonly Item[]) => void,
  ) {}

  add(item: Item): void {
    this.waiting.push(item);
    if (this.isBegun) return;
    this.isBegun = true;
    const waitMs = this.endedAtMs + GAP_MS - performance.now();
    if (waitMs <= 0) this.begin();
    else this.timer = setTimeout(() => this.begin(), waitMs);
  }

  /** Handles what waits before anything else happens. */
  handleNow(): void {
    const items = this.waiting;
    this.waiting = [];
    if (items.length > 0) this.handle(items);
  }

  /** What waits is dropped. */
  stop(): void {
    clearTimeout(this.timer);
    this.waiting = [];
  }

  private begin(): void {
    this.readMore();
    setImmediate(() =>
      setImmediate(() => {
        this.isBegun = false;
        this.endedAtMs = performance.now();
        this.handleNow();
      }),
    );
  }
}
