/**
 * One queue of one class in one replica: first come, first served, bounded, each caller with a deadline of its own.
 *
 * While nobody waits, callers attempt side by side and pay one round trip. Once one is refused, the rest stand behind
 * it, and only the head asks; the script keeps the heads of all replicas in order. Anyone who would wait past his
 * deadline is told at once and has consumed nothing.
 */

/** `waitMs` absent: a refusal that no waiting will change. */
export interface QueueReply {
  readonly granted: boolean;
  readonly waitMs?: number;
}

interface Waiter<Reply extends QueueReply> {
  readonly place: number;
  readonly giveUpAt: number;
  readonly attempt: (asked: number, leftMs: number) => Promise<Reply>;
  readonly answer: (reply: Reply) => void;
  readonly fail: (error: unknown) => void;
  asked: number;
  last?: Reply;
}

/** More questions than this are not under way at once: a crowd must not look like a Redis that is unavailable. */
const MOST_ASKING = 64;

export class FairQueue<Reply extends QueueReply> {
  private readonly waiting: Waiter<Reply>[] = [];
  private arrivals = 0;
  private asking = 0;
  private wakeAt = 0;
  private isPumping = false;
  private lastRefusal: Reply | undefined;
  private wake: () => void = () => undefined;

  constructor(
    private readonly mostWaiting: number,
    /** A head left without a grant: whatever it left in the fleet's queue can go. */
    private readonly onHeadGone: () => void = () => undefined,
  ) {}

  get length(): number {
    return this.waiting.length;
  }

  /** The grant, or the refusal of somebody who cannot wait long enough; rejects if asking itself failed. */
  async enqueue(attempt: Waiter<Reply>['attempt'], withinMs: number): Promise<Reply> {
    const place = (this.arrivals += 1);
    const giveUpAt = performance.now() + withinMs;
    let last: Reply | undefined;
    if (this.waiting.length === 0 && this.asking < MOST_ASKING) {
      last = await this.attemptNow(attempt, withinMs);
      if (isFinal(last, giveUpAt)) return last;
      this.wakeAt = Math.max(this.wakeAt, performance.now() + (last.waitMs ?? 0));
    } else if (this.lastRefusal && (this.waiting.length >= this.mostWaiting || this.wakeAt > giveUpAt)) {
      return this.refusalNow(this.lastRefusal);
    }
    return new Promise<Reply>((settle, fail) => {
      this.insert({ place, giveUpAt, attempt, answer: settle, fail, asked: last ? 1 : 0, last });
      this.lastRefusal = last ?? this.lastRefusal;
      if (!this.isPumping) void this.pump();
    });
  }

  /** Something changed: the head asks again now. */
  retryNow(): void {
    this.wakeAt = 0;
    this.wake();
  }

  private async attemptNow(attempt: Waiter<Reply>['attempt'], withinMs: number): Promise<Reply> {
    this.asking += 1;
    try {
      return await attempt(0, withinMs);
    } finally {
      this.asking -= 1;
    }
  }

  private insert(waiter: Waiter<Reply>): void {
    let index = this.waiting.length;
    while (index > 0 && (this.waiting[index - 1]?.place ?? 0) > waiter.place) index -= 1;
    this.waiting.splice(index, 0, waiter);
  }

  private async pump(): Promise<void> {
    this.isPumping = true;
    for (;;) {
      await this.sleep();
      this.dismissLate();
      const head = this.waiting[0];
      if (!head) break;
      if (performance.now() < this.wakeAt) continue;
      await this.attemptHead(head);
    }
    this.isPumping = false;
  }

  private async attemptHead(head: Waiter<Reply>): Promise<void> {
    try {
      const reply = await head.attempt(head.asked, head.giveUpAt - performance.now());
      head.asked += 1;
      if (!reply.granted && reply.waitMs !== undefined) {
        this.wakeAt = performance.now() + reply.waitMs;
        this.lastRefusal = reply;
        head.last = reply;
      }
      if (!isFinal(reply, head.giveUpAt)) return;
      this.remove(head);
      head.answer(reply);
    } catch (error) {
      this.remove(head);
      head.fail(error);
    }
  }

  /** Those whose deadline lies before the head's next try leave now, with the wait that they would have had. */
  private dismissLate(): void {
    const now = performance.now();
    for (const waiter of this.waiting.filter(({ giveUpAt }) => giveUpAt < Math.max(now, this.wakeAt))) {
      const refusal = waiter.last ?? this.lastRefusal;
      if (!refusal) continue;
      const wasHead = waiter === this.waiting[0] && waiter.asked > 0;
      this.remove(waiter);
      waiter.answer(this.refusalNow(refusal));
      if (wasHead) this.onHeadGone();
    }
  }

  private refusalNow(refusal: Reply): Reply {
    return { ...refusal, waitMs: Math.max(1, Math.ceil(this.wakeAt - performance.now())) };
  }

  private remove(waiter: Waiter<Reply>): void {
    const index = this.waiting.indexOf(waiter);
    if (index >= 0) this.waiting.splice(index, 1);
  }

  private async sleep(): Promise<void> {
    const waitMs = this.wakeAt - performance.now();
    if (waitMs <= 0 || this.waiting.length === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

const isFinal = ({ granted, waitMs }: QueueReply, giveUpAt: number): boolean =>
  granted || waitMs === undefined || performance.now() + waitMs > giveUpAt;
