/** One client's WebSocket: what it listens to, how it wants it wrapped, and whether it still keeps up. */
import { WebSocket } from 'ws';

const MOST_BUFFERED = 32 * 1024 * 1024;

export class ClientSocket {
  readonly streams = new Set<string>();
  openedAt = 0;
  /** The same by the exchange's clock. */
  connectedAt = 0;
  lastPong = 0;
  /** Whether it carries an account's events rather than market data. */
  isUser = false;

  constructor(
    readonly socket: WebSocket,
    /** Whether payloads travel as `{"stream":..,"data":..}`. */
    public combined: boolean,
  ) {}

  /** Sends a payload under its stream's name; a client that reads too slowly is dropped. */
  deliver(stream: string, payload: string): void {
    this.send(this.combined ? `{"stream":"${stream}","data":${payload}}` : payload);
  }

  send(text: string): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    if (this.socket.bufferedAmount > MOST_BUFFERED) this.socket.terminate();
    else this.socket.send(text, NO_COMPRESSION);
  }
}

const NO_COMPRESSION = { compress: false } as const;
