/**
 * What waits for one client of server-sent events, bounded. It is sent once per tick, so that a hundred changes of one order in a tick are
 * one message; a client that does not take what it is sent is given up on instead of remembered without end.
 */
import { LiveMessage } from './topics';
import { WaitingMessages } from './waiting-messages';

const TICK_MS = 50;
const WAITING_AT_MOST = 2_000;
const UNSENT_BYTES_AT_MOST = 256 * 1_024;
const STUCK_MS = 15_000;

export interface Line {
  /** Bytes that were given to the socket and have not left. */
  unsent(): number;
  send(messages: readonly LiveMessage[]): void;
  giveUp(reason: string): void;
}

export class ClientBuffer {
  private readonly waiting = new WaitingMessages();
  private timer: NodeJS.Timeout | undefined;
  private stuckSinceMs: number | undefined;

  constructor(private readonly line: Line) {}

  add(message: LiveMessage): void {
    this.waiting.add(message);
    if (this.waiting.count > WAITING_AT_MOST)
      return this.giveUp('Stream closed: the client reads too slowly and its buffer is full; reconnect');
    this.timer ??= setTimeout(() => this.tick(), TICK_MS);
  }

  close(): void {
    clearTimeout(this.timer);
    this.waiting.takeAll();
  }

  private tick(): void {
    this.timer = undefined;
    if (this.waiting.count === 0) return;
    if (this.line.unsent() > UNSENT_BYTES_AT_MOST) {
      this.stuckSinceMs ??= performance.now();
      if (performance.now() - this.stuckSinceMs > STUCK_MS)
        return this.giveUp('Stream closed: the client has stopped reading; reconnect');
      this.timer = setTimeout(() => this.tick(), TICK_MS);
      return;
    }
    this.stuckSinceMs = undefined;
    this.line.send(this.waiting.takeAll());
  }

  private giveUp(reason: string): void {
    this.close();
    this.line.giveUp(reason);
  }
}
