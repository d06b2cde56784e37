/** One WebSocket of a client: pinged, bounded in what waits for it, and ended after a day, as at Binance. */
import { RawData, WebSocket } from 'ws';

const PING_EVERY_MS = 20_000;
const ANSWER_WITHIN_MS = 60_000;
const LIFE_MS = 24 * 3_600_000;
const WAITING_AT_MOST = 4 * 1024 * 1024;

export class FrontSocket {
  private readonly openedAt = performance.now();
  private answeredAt = performance.now();
  private pingedAt = performance.now();
  private readonly endings: (() => void)[] = [];

  constructor(private readonly socket: WebSocket) {
    socket.on('pong', () => (this.answeredAt = performance.now()));
    socket.on('error', () => socket.terminate());
    socket.once('close', () => this.endings.splice(0).forEach((end) => end()));
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  onMessage(handle: (text: string) => void): void {
    this.socket.on('message', (data: RawData) => handle(textOf(data)));
  }

  onEnd(end: () => void): void {
    if (this.isOpen) this.endings.push(end);
    else end();
  }

  /** A client that does not read loses its connection, and no other one waits for it. */
  send(text: string): void {
    if (!this.isOpen) return;
    if (this.socket.bufferedAmount > WAITING_AT_MOST) this.socket.terminate();
    else this.socket.send(text);
  }

  end(code: number, reason: string): void {
    this.socket.close(code, reason.slice(0, 120));
  }

  /** To be called about once a second. */
  tick(): void {
    const now = performance.now();
    if (now - this.openedAt > LIFE_MS) this.end(1008, 'disconnected');
    else if (this.pingedAt - this.answeredAt > ANSWER_WITHIN_MS) this.socket.terminate();
    else if (now - this.pingedAt >= PING_EVERY_MS) {
      this.pingedAt = now;
      this.socket.ping(`${Date.now()}`);
    }
  }
}

const textOf = (data: RawData): string =>
  (Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data)).toString(
    'utf8',
  );
