/** One client's WebSocket: what it listens to, how it wants it wrapped, and whether it still keeps up. */
import { WebSocket } from 'ws';
import { inMicroseconds } from '../json/time-unit';

const MOST_BUFFERED = 32 * 1024 * 1024;

export class ClientSocket {
  readonly streams = new Set<string>();
  openedAt = 0;
  /** The same by the exchange's clock. */
  connectedAt = 0;
  /** When the next ping is due. */
  nextPing = 0;
  /** Pings without an answer, oldest first. */
  private unanswered: { readonly payload: string; readonly at: number }[] = [];
  /** Whether it carries an account's events rather than market data. */
  isUser = false;
  /** Whether times go out in microseconds. */
  inMicroseconds = false;

  constructor(
    readonly socket: WebSocket,
    readonly market: 'futures' | 'spot',
    /** Whether payloads travel as `{"stream":..,"data":..}`. */
    public combined: boolean,
  ) {}

  /** Since when a ping waits for its answer; undefined while none does. */
  get waitsSince(): number | undefined {
    return this.unanswered[0]?.at;
  }

  ping(payload: string, at: number): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    this.unanswered.push({ payload, at });
    this.socket.ping(payload);
  }

  /** A pong answers the ping whose payload it copies, and all before it; one of its own accord answers none. */
  answered(payload: string): void {
    const index = this.unanswered.findIndex((ping) => ping.payload === payload);
    if (index >= 0) this.unanswered.splice(0, index + 1);
  }

  /** Sends a payload under its stream's name; a client that reads too slowly is dropped. */
  deliver(stream: string, payload: string): void {
    this.send(this.combined ? `{"stream":"${stream}","data":${payload}}` : payload);
  }

  send(text: string): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    if (this.socket.bufferedAmount > MOST_BUFFERED) this.socket.terminate();
    else this.socket.send(this.inMicroseconds ? inMicroseconds(text) : text, NO_COMPRESSION);
  }
}

const NO_COMPRESSION = { compress: false } as const;
