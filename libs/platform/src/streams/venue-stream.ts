/**
 * A stream of a venue that does not stay dead: the WebSocket and the timer behind a `VenueSession`.
 *
 * The session decides; this does what it says and reads the venue's words with the help of its owner. Nothing here
 * knows which venue it is.
 */
import { performance } from 'node:perf_hooks';
import WebSocket from 'ws';
import { untilBeat } from '../service/rounds';
import { HeldReading } from './held-reading';
import { openQuickSocket } from './quick-socket';
import { SessionRules } from './session-rules';
import { ControlMessage, LossKind, SessionAction, SessionState, VenueSession } from './venue-session';

/** How one venue is spoken to. */
export interface VenueDialect {
  /**
   * Where to connect, asked before each try so that a fresh key can be put in; `carried` are the names that the
   * address itself subscribes to. A rejection counts as a refused connection.
   */
  readonly address: (wanted: readonly string[]) => Promise<StreamAddress> | StreamAddress;
  /** The frames that ask for these names, or no longer want them; `request` numbers them for the confirmation. */
  readonly subscribe?: (names: readonly string[], request: number) => readonly string[];
  readonly unsubscribe?: (names: readonly string[], request: number) => readonly string[];
  /** What a message says about the connection itself; undefined if it is data. Asked of every message: be quick. */
  readonly control?: (text: string) => ControlMessage | undefined;
}

export interface StreamAddress {
  readonly url: string;
  readonly carried: readonly string[];
}

export interface VenueStreamHandlers {
  /** A message of the present connection that is not about the connection itself. It must not throw. */
  readonly onText: (text: string) => void;
  /** Messages come from a new connection from now on: between it and the one before some may be missing. */
  readonly onConnected?: () => void;
  /** All that was wanted is confirmed on it. */
  readonly onLive?: () => void;
  /** The connection is gone and another is tried; `reason` holds no address. */
  readonly onLost?: (kind: LossKind, reason: string, retryInMs: number) => void;
  /** The venue refuses these subscriptions; they are asked for again in a minute. */
  readonly onRefused?: (names: readonly string[], reason: string) => void;
  /** The tries failed so often in a row that from now on there is one a minute. */
  readonly onAlert?: (failedTries: number) => void;
  /**
   * Where it is given the other end is pinged each second, and each answer told with the moment of its ping
   * (`performance.now`): whatever was sent to us before that has come.
   */
  readonly onAlive?: (sinceMs: number) => void;
}

export interface VenueStreamStatus {
  readonly state: SessionState;
  readonly wanted: number;
  readonly confirmed: number;
  /** Connections that were opened so far. */
  readonly connections: number;
  readonly losses: Readonly<Partial<Record<LossKind, number>>>;
  readonly failedTries: number;
  /** Since the last message; undefined before the first. */
  readonly ageMs?: number;
}

const TICK_MS = 100;
/** While it is live, unless somebody waits for its pings: there is little to notice. */
const LIVE_TICK_MS = 500;
/** While something is to be said, which may have to wait its turn. */
const ASKING_TICK_MS = 25;
const PING_EVERY_MS = 1_000;
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

export class VenueStream {
  private readonly session: VenueSession;
  private readonly sockets = new Map<number, WebSocket>();
  private readonly held = new Map<number, HeldReading>();
  private readonly losses: Partial<Record<LossKind, number>> = {};
  private connections = 0;
  private heardAtMs: number | undefined;
  private timer: NodeJS.Timeout | undefined;
  private pingAtMs = 0;

  constructor(
    private readonly dialect: VenueDialect,
    private readonly handlers: VenueStreamHandlers,
    private readonly rules: SessionRules,
    chance: () => number = Math.random,
  ) {
    this.session = new VenueSession(rules, chance);
  }

  /** Makes the wanted subscriptions equal to `names`. The first name opens the connection, without any there is none. */
  want(names: Iterable<string>): void {
    this.perform(this.session.want(names, performance.now()));
    if (this.session.state === 'IDLE') return this.stopTicking();
    if (!this.timer || this.session.hasToAsk) this.planTick();
  }

  /** Ends the connection; `want` begins again. */
  stop(): void {
    this.stopTicking();
    this.perform(this.session.end());
  }

  /** Gives the present connection up and makes another, at once if it had settled. */
  replace(kind: LossKind, reason: string): void {
    this.perform(this.session.replace(kind, reason, performance.now()));
  }

  /** Puts a new connection in the place of the present one, which delivers until the new one does. */
  rotate(): void {
    this.perform(this.session.rotate(performance.now()));
  }

  /** Reads what has come, where the rules let it wait for that: it is there before the second `setImmediate` from here. */
  readNow(): void {
    for (const held of this.held.values()) held.read();
  }

  get state(): SessionState {
    return this.session.state;
  }

  status(): VenueStreamStatus {
    return {
      state: this.session.state,
      wanted: this.session.wantedNames.size,
      confirmed: this.session.confirmedNames.size,
      connections: this.connections,
      losses: { ...this.losses },
      failedTries: this.session.failedTries,
      ...(this.heardAtMs !== undefined && { ageMs: performance.now() - this.heardAtMs }),
    };
  }

  private stopTicking(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }

  private planTick(): void {
    clearTimeout(this.timer);
    const tickMs = Math.min(this.tickMs(), this.rules.silentMs / 5);
    this.timer = setTimeout(
      () => {
        this.tick();
        if (this.timer) this.planTick();
      },
      untilBeat(Math.max(5, tickMs)),
    );
  }

  private tickMs(): number {
    if (this.session.hasToAsk) return ASKING_TICK_MS;
    return this.session.state === 'LIVE' && !this.handlers.onAlive ? LIVE_TICK_MS : TICK_MS;
  }

  private tick(): void {
    const nowMs = performance.now();
    this.perform(this.session.tick(nowMs));
    if (!this.handlers.onAlive || nowMs < this.pingAtMs) return;
    this.pingAtMs = nowMs + PING_EVERY_MS;
    for (const [link, socket] of this.sockets)
      if (this.session.isCurrent(link) && socket.readyState === WebSocket.OPEN) socket.ping(`${nowMs}`);
  }

  private perform(actions: readonly SessionAction[]): void {
    for (const action of actions) this.performOne(action);
    // What has just happened may have to be followed up soon.
    if (actions.length > 0 && this.timer) this.planTick();
  }

  private performOne(action: SessionAction): void {
    const { handlers } = this;
    switch (action.do) {
      case 'dial':
        return void this.dial(action.link);
      case 'close':
        return this.close(action.link);
      case 'probe':
        return this.sockets.get(action.link)?.ping();
      case 'subscribe':
      case 'unsubscribe':
        return this.ask(action);
      case 'adopt':
        return handlers.onConnected?.();
      case 'live':
        return handlers.onLive?.();
      case 'refused':
        return handlers.onRefused?.(action.names, action.reason);
      case 'alert':
        return handlers.onAlert?.(action.failed);
      case 'lost':
        this.losses[action.kind] = (this.losses[action.kind] ?? 0) + 1;
        return handlers.onLost?.(action.kind, action.reason, action.retryInMs);
    }
  }

  private async dial(link: number): Promise<void> {
    let address: StreamAddress;
    try {
      address = await this.dialect.address([...this.session.wantedNames]);
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'no address';
      return this.perform(this.session.closed(link, reason, performance.now()));
    }
    if (!this.session.isExpected(link)) return;
    const socket = openQuickSocket(address.url, MAX_MESSAGE_BYTES, (text) => this.receive(link, text));
    this.sockets.set(link, socket);
    let reason: string | undefined;
    socket.on('upgrade', ({ socket: connection }) => {
      const { readEveryMs } = this.rules;
      if (readEveryMs !== undefined) this.held.set(link, new HeldReading(connection, readEveryMs));
    });
    socket.on('open', () => {
      this.connections += 1;
      this.perform(this.session.opened(link, address.carried, performance.now()));
    });
    // What came in fragments.
    socket.on('message', (data: Buffer) => this.receive(link, data.toString()));
    socket.on('ping', () => this.session.heardFrame(link, performance.now()));
    socket.on('pong', (echo: Buffer) => this.receivePong(link, echo));
    // A failed connection also closes; an address may be in the error's text, and is not told.
    socket.on('error', (error: NodeJS.ErrnoException) => (reason = error.code ?? 'connection error'));
    socket.on('close', (code: number) => {
      this.sockets.delete(link);
      this.held.delete(link);
      this.perform(this.session.closed(link, reason ?? `closed with ${code}`, performance.now()));
    });
  }

  private receive(link: number, text: string): void {
    const nowMs = performance.now();
    const control = this.dialect.control?.(text);
    if (control !== undefined) return this.perform(this.session.heardControl(link, control, nowMs));
    this.perform(this.session.heardData(link, nowMs));
    if (!this.session.isCurrent(link)) return;
    this.heardAtMs = nowMs;
    this.handlers.onText(text);
  }

  private receivePong(link: number, echo: Buffer): void {
    this.session.heardFrame(link, performance.now());
    const pingedAtMs = Number(echo.toString());
    if (this.session.isCurrent(link) && echo.length > 0 && Number.isFinite(pingedAtMs))
      this.handlers.onAlive?.(pingedAtMs);
  }

  private ask(action: Extract<SessionAction, { readonly do: 'subscribe' | 'unsubscribe' }>): void {
    const socket = this.sockets.get(action.link);
    if (!socket) return;
    try {
      for (const frame of this.dialect[action.do]?.(action.names, action.request) ?? []) say(socket, frame);
    } catch (error) {
      this.replace('asked', (error as Error).message);
    }
  }

  private close(link: number): void {
    const socket = this.sockets.get(link);
    this.sockets.delete(link);
    if (!socket) return;
    socket.removeAllListeners();
    socket.on('error', () => undefined);
    socket.terminate();
  }
}

function say(socket: WebSocket, text: string): void {
  if (socket.readyState === WebSocket.OPEN) socket.send(text);
}
