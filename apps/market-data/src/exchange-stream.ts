/**
 * One connection to the exchange's market streams that does not stay dead: lost, it comes back with growing waits;
 * silent, it is cut; and before the exchange's 24 hours are over it is replaced by a new one that already delivers.
 */
import { performance } from 'node:perf_hooks';
import { WebSocket } from 'ws';
import { BackOff, backOffMs } from './domain/back-off';

export interface StreamHandlers {
  /** From here on messages come from a new connection; between it and the last one some may be missing. */
  onOpen(): void;
  onText(text: string): void;
  onDown(reason: string): void;
}

export interface StreamTimings {
  readonly handshakeMs: number;
  /** A connection that brings nothing for so long is taken for dead. */
  readonly silentMs: number;
  /** The exchange cuts every connection after 24 hours. */
  readonly rotateMs: number;
  /** A connection that lived so long was a good one: the next wait is the first again. */
  readonly settledMs: number;
  readonly backOff: BackOff;
}

const STREAM_TIMINGS: StreamTimings = {
  handshakeMs: 5_000,
  silentMs: 5_000,
  rotateMs: 23 * 3_600_000,
  settledMs: 30_000,
  backOff: { firstMs: 250, capMs: 15_000 },
};

const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

export class ExchangeStream {
  private active: WebSocket | undefined;
  private successor: WebSocket | undefined;
  private attempt = 0;
  private openedAtMs = 0;
  private lastMessageAtMs = 0;
  private retry: NodeJS.Timeout | undefined;
  private watchdog: NodeJS.Timeout | undefined;
  private stopped = false;

  constructor(
    private readonly url: string,
    private readonly handlers: StreamHandlers,
    private readonly timings: StreamTimings = STREAM_TIMINGS,
  ) {}

  get isOpen(): boolean {
    return this.active?.readyState === WebSocket.OPEN;
  }

  start(): void {
    this.watchdog = setInterval(() => this.checkLiveness(), Math.max(10, this.timings.silentMs / 5));
    this.connect();
  }

  /** Puts a new connection in the place of the present one, which delivers until the new one does. */
  rotate(): void {
    if (this.stopped || this.successor || !this.isOpen) return;
    const socket = this.dial();
    this.successor = socket;
    socket.once('message', (data: Buffer) => {
      if (this.successor !== socket) return;
      this.successor = undefined;
      const old = this.active;
      this.adopt(socket);
      old?.terminate();
      this.receive(data);
    });
    socket.once('close', () => {
      if (this.successor === socket) this.successor = undefined;
    });
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.retry);
    clearInterval(this.watchdog);
    this.successor?.terminate();
    this.active?.terminate();
  }

  private connect(): void {
    const socket = this.dial();
    this.active = socket;
    socket.once('open', () => this.adopt(socket));
    socket.once('close', (code: number) => this.lost(socket, `closed with ${code}`));
  }

  private dial(): WebSocket {
    const socket = new WebSocket(this.url, {
      handshakeTimeout: this.timings.handshakeMs,
      perMessageDeflate: false,
      maxPayload: MAX_MESSAGE_BYTES,
      followRedirects: false,
    });
    // A failed connection also closes; the reason is told there.
    socket.on('error', () => undefined);
    return socket;
  }

  private adopt(socket: WebSocket): void {
    const isSuccession = this.active !== socket;
    this.active = socket;
    this.openedAtMs = performance.now();
    this.lastMessageAtMs = this.openedAtMs;
    this.handlers.onOpen();
    socket.on('message', (data: Buffer) => {
      if (this.active === socket) this.receive(data);
    });
    if (isSuccession) socket.once('close', (code: number) => this.lost(socket, `closed with ${code}`));
  }

  private receive(data: Buffer): void {
    this.lastMessageAtMs = performance.now();
    this.handlers.onText(data.toString());
  }

  private lost(socket: WebSocket, reason: string): void {
    if (this.stopped || this.active !== socket) return;
    this.active = undefined;
    const livedMs = this.openedAtMs > 0 ? performance.now() - this.openedAtMs : 0;
    if (livedMs >= this.timings.settledMs) this.attempt = 0;
    this.openedAtMs = 0;
    this.handlers.onDown(reason);
    const waitMs = backOffMs(this.attempt, Math.random(), this.timings.backOff);
    this.attempt += 1;
    this.retry = setTimeout(() => this.connect(), waitMs);
  }

  private checkLiveness(): void {
    if (!this.isOpen || this.openedAtMs === 0) return;
    const nowMs = performance.now();
    if (nowMs - this.lastMessageAtMs > this.timings.silentMs) {
      const silent = this.active as WebSocket;
      this.lost(silent, `silent for ${this.timings.silentMs} ms`);
      silent.terminate();
    } else if (nowMs - this.openedAtMs > this.timings.rotateMs) {
      this.rotate();
    }
  }
}
