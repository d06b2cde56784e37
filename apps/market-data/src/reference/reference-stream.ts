/** The connection to Coinbase: supervised as every stream, and ended by the rules of its own session. */
import {
  BreakKind,
  CoinbaseEvent,
  CoinbaseSession,
  SESSION_LIMITS,
  SessionLimits,
  confirmedBy,
  readCoinbaseMessage,
  subscribeFrames,
  subscriptionsOf,
} from '@elvis/coinbase';
import { LossKind, MARKET_RULES, SessionRules, VenueStream } from '@elvis/platform';
import { LagMeter } from '../domain/lag-meter';
import { MalformedMonitor } from '../domain/malformed';
import { Arrival } from './domain/product-quote';

export interface ReferenceHandlers {
  /** Everything known is void: a new connection begins, or the present one is gone. */
  readonly onVoid: () => void;
  /** Answers false where the book of the product is worth nothing after it. */
  readonly onEvent: (event: CoinbaseEvent, arrival: Arrival) => boolean;
  readonly onLive: () => void;
  /** Each break of the session, and each end of a connection that the session did not ask for. */
  readonly onBreak: (kind: ReferenceBreak, why: string) => void;
  readonly onMalformed: (text: string, isSample: boolean) => void;
  readonly onAlert: (failedTries: number) => void;
}

type ReferenceBreak = BreakKind | LossKind | 'crossed';

/** How patient it is. Heartbeats come each second; no end after a day is told of, and one that is cut is replaced. */
export class ReferenceRules {
  readonly stream: SessionRules = { ...MARKET_RULES, rotateMs: Infinity };
  readonly session: SessionLimits = SESSION_LIMITS;
}

/** What a break is to the stream. */
const LOSS_OF: Readonly<Record<BreakKind | 'crossed', LossKind>> = {
  gap: 'gap',
  'out-of-order': 'gap',
  misnamed: 'gap',
  crossed: 'gap',
  refused: 'refused',
  slow: 'slow',
  unanswered: 'slow',
  silent: 'silent',
};

export class ReferenceStream {
  readonly stream: VenueStream;
  private readonly names: readonly string[];
  private readonly session: CoinbaseSession;
  private readonly lag = new LagMeter();
  private malformed = new MalformedMonitor();
  private isAsked = false;

  constructor(
    url: string,
    products: readonly string[],
    private readonly handlers: ReferenceHandlers,
    { stream, session }: ReferenceRules,
  ) {
    this.names = subscriptionsOf(products);
    this.session = new CoinbaseSession(products, session);
    this.stream = new VenueStream(
      {
        address: () => ({ url, carried: [] }),
        subscribe: (names) => subscribeFrames('subscribe', names),
        unsubscribe: (names) => subscribeFrames('unsubscribe', names),
        control: (text) => this.control(text),
      },
      {
        onConnected: () => this.begin(),
        onLive: handlers.onLive,
        onText: (text) => this.hear(text),
        onLost: (kind, reason) => this.lost(kind, reason),
        onAlert: handlers.onAlert,
      },
      stream,
    );
  }

  start(): void {
    this.stream.want(this.names);
  }

  /** Asked each moment: whether something that had to come did not. */
  look(): void {
    if (this.stream.state !== 'LIVE') return;
    const overdue = this.session.overdue(performance.now());
    if (overdue) this.end(overdue.kind, overdue.why);
  }

  stop(): void {
    this.stream.stop();
  }

  private begin(): void {
    this.session.opened(performance.now());
    this.malformed = new MalformedMonitor();
    this.handlers.onVoid();
  }

  /** A confirmation counts in the row of messages like any other. */
  private control(text: string): { readonly confirmed: readonly string[] } | undefined {
    const confirmed = confirmedBy(text, this.names);
    if (!confirmed) return undefined;
    this.hear(text);
    return { confirmed };
  }

  private hear(text: string): void {
    const nowMs = performance.now();
    const message = readCoinbaseMessage(text);
    if (!message) return this.countMalformed(text, nowMs);
    const broken = this.session.heard(message, nowMs);
    if (broken) return this.end(broken.kind, broken.why);
    if (message.kind === 'error') return;
    const { sequence, timeMs, events } = message;
    const excessMs = this.lag.excessMs(nowMs, timeMs);
    for (const event of events) {
      if (this.handlers.onEvent(event, { sequence, timeMs, receivedAtMs: nowMs, excessMs })) continue;
      return this.end('crossed', `the best bid of ${event.product} is not below its best ask`);
    }
  }

  private countMalformed(text: string, nowMs: number): void {
    const { isSample, areMany } = this.malformed.count(nowMs);
    this.handlers.onMalformed(text, isSample);
    if (areMany) this.stream.replace('malformed', 'ten unreadable messages in ten seconds');
  }

  private end(kind: BreakKind | 'crossed', why: string): void {
    this.isAsked = true;
    this.handlers.onBreak(kind, why);
    this.stream.replace(LOSS_OF[kind], why);
    this.isAsked = false;
  }

  private lost(kind: LossKind, reason: string): void {
    this.handlers.onVoid();
    if (!this.isAsked) this.handlers.onBreak(kind, reason);
  }
}
