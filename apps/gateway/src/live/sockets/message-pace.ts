/** How fast a client may speak on its stream. It has little to say: what it wants to hear, and that it is there. */
const MESSAGES_PER_SECOND = 20;
/** A page that opens says everything at once. */
const AT_ONCE = 50;

export class MessagePace {
  private left = AT_ONCE;

  constructor(private atMs: number) {}

  /** Counts one message; false if it is one too many. */
  allows(nowMs: number): boolean {
    this.left = Math.min(AT_ONCE, this.left + ((nowMs - this.atMs) / 1_000) * MESSAGES_PER_SECOND);
    this.atMs = nowMs;
    if (this.left < 1) return false;
    this.left -= 1;
    return true;
  }
}
