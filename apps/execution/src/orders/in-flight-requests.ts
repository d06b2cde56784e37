/**
 * What this replica has in flight: from before the send script is asked until the answer, or until the exchange can
 * accept the request no more. A stop is drained only when every replica says that all it had begun has ended.
 */
import { Injectable } from '@nestjs/common';

@Injectable()
export class InFlightRequests {
  private readonly open = new Set<string>();
  private readonly waiting = new Set<{ readonly left: Set<string>; readonly done: () => void }>();

  get count(): number {
    return this.open.size;
  }

  add(approvalId: string): void {
    this.open.add(approvalId);
  }

  remove(approvalId: string): void {
    if (!this.open.delete(approvalId)) return;
    for (const waiter of this.waiting) {
      if (!waiter.left.delete(approvalId) || waiter.left.size > 0) continue;
      this.waiting.delete(waiter);
      waiter.done();
    }
  }

  /** Calls back when all that is in flight at this moment has ended; at once if nothing is. */
  whenAllEnded(done: () => void): void {
    if (this.open.size === 0) return done();
    this.waiting.add({ left: new Set(this.open), done });
  }
}
