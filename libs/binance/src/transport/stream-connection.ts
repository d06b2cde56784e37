/**
 * A supervised WebSocket: it comes back by itself with exponential back-off and jitter, notices silence, is succeeded
 * by a fresh connection before the exchange's 24 h limit, and can be stopped. Its user learns of every (re)opening and
 * every loss, because each loss is a gap to fill.
 */
import WebSocket from 'ws';

export interface StreamHandlers {
  /** A connection is open; everything before it may have been missed. */
  readonly onOpen: () => void;
  readonly onMessage: (text: string) => void;
  /** The connection is gone; `reason` holds no address. */
  readonly onLost: (reason: string) => void;
  /**
   * Where it is given the other end is pinged each second, and each answer told with the moment of its ping
   * (`performance.now`): whatever was sent to us before that has come.
   */
  readonly onAlive?: (sinceMs: number) => void;
}

export interface StreamOptions {
  /** Asked before each attempt, so that a fresh key can be put in. */
  readonly url: () => Promise<string>;
  /** No frame at all (ping included) for this long counts as dead. */
  readonly silenceLimitMs: number;
  readonly lifetimeMs?: number;
  /** At the end of its lifetime a connection stays open this long beside its successor. */
  readonly overlapMs?: number;
}

const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 15_000;
/** A successor that did not open is tried again after this. */
const ROTATE_AGAIN_MS = 60_000;
const DAY_WITH_MARGIN_MS = 23 * 3_600_000 + 1_800_000;

export class StreamConnection {
  private socket: WebSocket | undefined;
  private timer: NodeJS.Timeout | undefined;
  private watchdog: NodeJS.Timeout | undefined;
  private attempts = 0;
  private stopped = false;

  constructor(
    private readonly options: StreamOptions,
    private readonly handlers: StreamHandlers,
  ) {}

  start(): void {
    this.stopped = false;
    void this.connect();
  }

  /** Ends the connection; it does not come back. */
  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    clearInterval(this.watchdog);
    this.socket?.removeAllListeners();
    this.socket?.on('error', () => undefined);
    this.socket?.terminate();
  }

  /** Drops the present connection and makes a new one at once. */
  reconnect(reason: string): void {
    this.lost(this.socket, reason, 0);
  }

  send(message: object): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /** `old` stays the present connection until its successor is open. */
  private async connect(old?: WebSocket): Promise<void> {
    if (this.stopped) return;
    let url: string;
    try {
      url = await this.options.url();
    } catch (error) {
      if (!old) this.retry(error instanceof Error ? error.message : 'no address');
      return;
    }
    if (this.stopped || (old && old !== this.socket)) return;
    const socket = new WebSocket(url, { handshakeTimeout: 5_000, maxPayload: 16 * 1024 * 1024 });
    if (!old) this.socket = socket;
    let lastFrameAt = performance.now();
    const alive = (): void => void (lastFrameAt = performance.now());
    socket.on('open', () => {
      this.attempts = 0;
      alive();
      if (old) this.succeed(old, socket);
      this.checkLiveness(socket, () => performance.now() - lastFrameAt);
      this.handlers.onOpen();
    });
    socket.on('ping', alive);
    socket.on('pong', (echo: Buffer) => {
      alive();
      const pingedAt = Number(echo.toString());
      if (socket === this.socket && echo.length > 0 && Number.isFinite(pingedAt))
        this.handlers.onAlive?.(pingedAt);
    });
    socket.on('message', (data: Buffer) => {
      alive();
      this.handlers.onMessage(data.toString('utf8'));
    });
    socket.on('close', (code) => this.lost(socket, `closed with ${code}`));
    socket.on('error', (error: NodeJS.ErrnoException) => this.lost(socket, error.code ?? 'connection error'));
  }

  private succeed(old: WebSocket, socket: WebSocket): void {
    this.socket = socket;
    old.removeAllListeners('close');
    old.removeAllListeners('error');
    old.on('error', () => undefined);
    setTimeout(() => old.terminate(), this.options.overlapMs ?? 0).unref();
  }

  private checkLiveness(socket: WebSocket, silentMs: () => number): void {
    const openedAt = performance.now();
    let rotateAt = openedAt + (this.options.lifetimeMs ?? DAY_WITH_MARGIN_MS);
    clearInterval(this.watchdog);
    this.watchdog = setInterval(() => {
      const now = performance.now();
      if (this.handlers.onAlive && socket.readyState === WebSocket.OPEN) socket.ping(`${now}`);
      if (silentMs() > this.options.silenceLimitMs) this.lost(socket, 'silent for too long');
      else if (now > rotateAt) {
        rotateAt = now + ROTATE_AGAIN_MS;
        void this.connect(socket);
      }
    }, 1_000);
  }

  private lost(socket: WebSocket | undefined, reason: string, delayMs?: number): void {
    if (!socket || socket !== this.socket || this.stopped) return;
    this.socket = undefined;
    socket.removeAllListeners();
    socket.on('error', () => undefined);
    socket.terminate();
    clearInterval(this.watchdog);
    this.retry(reason, delayMs);
  }

  private retry(reason: string, delayMs?: number): void {
    if (this.stopped) return;
    this.handlers.onLost(reason);
    const ceiling = Math.min(FIRST_DELAY_MS * 2 ** this.attempts, MAX_DELAY_MS);
    this.attempts += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.connect(), delayMs ?? ceiling * (0.5 + Math.random() / 2));
  }
}
