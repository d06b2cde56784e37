/**
 * The page's one stream: it opens with a ticket, follows the topics that somebody looks at, goes on with `since` after
 * a loss, and tells when messages were missed so that REST is read again. It knows neither React nor the DOM.
 */
import { ClockOffset } from './clock-offset';
import { type AccountMessage, type MarketFrame, readMessages } from './messages';

/** What of a WebSocket is used; a browser's is one. */
export interface Socket {
  readonly readyState: number;
  onopen: (() => void) | null;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
  send(text: string): void;
  close(): void;
}

export type LiveState =
  | { readonly name: 'connecting' }
  | { readonly name: 'live'; readonly missedMs?: number }
  /** No connection since then, by the monotonic clock. */
  | { readonly name: 'waiting'; readonly sinceMs: number };

export interface LiveSurroundings {
  /** Opens the stream with a ticket of its own; rejects if there is none to be had. */
  open(since: string | undefined): Promise<Socket>;
  /** The monotonic clock. */
  nowMs(): number;
  state(state: LiveState): void;
  account(message: AccountMessage): void;
  market(frame: MarketFrame, receivedMs: number): void;
  /** Messages were missed: what REST answered before is old. */
  gap(): void;
  refused(topic: string, reason: string): void;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 2_000;
const PING_MS = 10_000;
const OPEN = 1;

export class LiveClient {
  readonly clock = new ClockOffset();
  private readonly wanted = new Map<string, number>();
  private readonly changes = new Map<string, 'subscribe' | 'unsubscribe'>();
  private readonly pings = new Map<number, number>();
  private socket: Socket | undefined;
  private place: string | undefined;
  private life = '';
  private lostMs: number | undefined;
  private failures = 0;
  private pingCount = 0;
  private timers: ReturnType<typeof setTimeout>[] = [];
  private isHidden = false;
  private isStopped = true;

  constructor(private readonly around: LiveSurroundings) {}

  start(): void {
    if (!this.isStopped) return;
    this.isStopped = false;
    this.around.state({ name: 'connecting' });
    void this.connect();
  }

  stop(): void {
    this.isStopped = true;
    this.timers.forEach(clearTimeout);
    this.timers = [];
    this.socket?.close();
    this.socket = undefined;
    this.place = undefined;
  }

  /** Follows it until the answer is called; many may look at one topic. */
  follow(topic: string): () => void {
    const count = this.wanted.get(topic) ?? 0;
    this.wanted.set(topic, count + 1);
    if (count === 0) this.change(topic, 'subscribe');
    let isDone = false;
    return () => {
      if (isDone) return;
      isDone = true;
      const left = (this.wanted.get(topic) ?? 1) - 1;
      if (left > 0) return void this.wanted.set(topic, left);
      this.wanted.delete(topic);
      this.change(topic, 'unsubscribe');
    };
  }

  /** A hidden page gets the account alone, once a second. */
  setHidden(isHidden: boolean): void {
    this.isHidden = isHidden;
    this.say({ hidden: isHidden });
  }

  /** How old a frame is now: its age as it left, its way here, and the time it was held. */
  ageMs({ ageMs, receivedMs }: { readonly ageMs: number; readonly receivedMs: number }): number {
    return ageMs + this.clock.onTheWayMs + (this.around.nowMs() - receivedMs);
  }

  /** Changes of one moment go out together: the gateway bears few messages. */
  private change(topic: string, what: 'subscribe' | 'unsubscribe'): void {
    if (this.changes.size === 0) queueMicrotask(() => this.sendChanges());
    this.changes.set(topic, what);
  }

  private sendChanges(): void {
    const named = (what: string): string[] =>
      [...this.changes].filter(([, change]) => change === what).map(([topic]) => topic);
    const [subscribe, unsubscribe] = [named('subscribe'), named('unsubscribe')];
    this.changes.clear();
    this.say({ subscribe, unsubscribe });
  }

  private async connect(): Promise<void> {
    let socket: Socket;
    try {
      socket = await this.around.open(this.place);
    } catch {
      return this.lost();
    }
    if (this.isStopped) return socket.close();
    this.socket = socket;
    const begin = (): void => {
      this.say({ subscribe: [...this.wanted.keys()], hidden: this.isHidden });
      this.ping();
    };
    if (socket.readyState === OPEN) begin();
    else socket.onopen = begin;
    socket.onmessage = ({ data }) => this.hear(String(data));
    socket.onclose = () => {
      if (this.socket !== socket) return;
      this.socket = undefined;
      this.lost();
    };
  }

  private hear(text: string): void {
    const nowMs = this.around.nowMs();
    for (const read of readMessages(text)) {
      if (read.kind === 'market') this.around.market(read.message, nowMs);
      else if (read.kind === 'account') {
        this.place = `${this.life}-${read.message.seq}`;
        this.around.account(read.message);
      } else if (read.kind === 'welcome') this.welcome(read.message, nowMs);
      else if (read.kind === 'pong') this.pong(read.message, nowMs);
      else if (read.kind === 'refused')
        read.message.topics.forEach((topic) => this.around.refused(topic, read.message.reason));
    }
  }

  private welcome({ life, seq, gap }: { life: string; seq: number; gap: boolean }, nowMs: number): void {
    const isBack = this.lostMs !== undefined;
    const missedMs = this.lostMs === undefined ? undefined : nowMs - this.lostMs;
    this.lostMs = undefined;
    this.failures = 0;
    // What was missed follows with numbers of its own; with a gap, or at first, it begins here.
    if (this.place === undefined || gap) this.place = `${life}-${seq}`;
    this.life = life;
    this.around.state({ name: 'live', missedMs });
    if (isBack && gap) this.around.gap();
  }

  private lost(): void {
    if (this.isStopped) return;
    this.pings.clear();
    this.lostMs ??= this.around.nowMs();
    this.around.state({ name: 'waiting', sinceMs: this.lostMs });
    const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** this.failures);
    this.failures += 1;
    this.later(() => void this.connect(), waitMs);
  }

  private ping(): void {
    this.pingCount += 1;
    this.pings.set(this.pingCount, this.around.nowMs());
    this.say({ ping: this.pingCount });
    const { socket } = this;
    this.later(() => socket === this.socket && this.ping(), PING_MS);
  }

  private pong({ ping, atMs }: { ping: number; atMs: number }, nowMs: number): void {
    const sentMs = this.pings.get(ping);
    this.pings.delete(ping);
    if (sentMs !== undefined) this.clock.answered(sentMs, nowMs, atMs);
  }

  private later(act: () => void, ms: number): void {
    const timer = setTimeout(() => {
      this.timers = this.timers.filter((other) => other !== timer);
      act();
    }, ms);
    this.timers.push(timer);
  }

  private say(words: object): void {
    if (this.socket?.readyState === OPEN) this.socket.send(JSON.stringify(words));
  }
}
