/**
 * The newest mark and book of each symbol, with their age: what it was when published plus the time since it came,
 * on the monotonic clock. An update that cannot be read takes the fact away: no price is better than a wrong one.
 */
import { OrderBookUpdate, MarkUpdate, PriceLevel, orderBookFeed, markFeed } from '@elvis/contracts';
import { Bus, Health, Metrics } from '@elvis/platform';
import { OrderBookFact, OrderBookLevel, MarkFact } from '@elvis/rules';
import { Decimal, OrderSide, parsePositiveDecimal } from '@elvis/trading';
import { Injectable, OnModuleInit } from '@nestjs/common';
import { Clock } from './clock';
import { RiskConfig } from '../risk.config';

interface Received<Update> {
  readonly update: Update;
  readonly atMs: number;
}

interface ReceivedMark extends Received<MarkUpdate> {
  readonly price: Decimal;
}

/** Its sides are read when an order first asks for them, and serve all orders until the next update. */
interface ReceivedOrderBook extends Received<OrderBookUpdate> {
  readonly sides: Map<OrderSide, readonly OrderBookLevel[] | undefined>;
}

@Injectable()
export class MarketFacts implements OnModuleInit {
  private readonly marks = new Map<string, ReceivedMark>();
  private readonly orderBooks = new Map<string, ReceivedOrderBook>();
  private readonly lastMarkAtMs = new Map<string, number>();
  private readonly malformed;

  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
    private readonly config: RiskConfig,
    private readonly health: Health,
    metrics: Metrics,
  ) {
    this.malformed = metrics.counter(
      'elvis_risk_malformed_market_updates_total',
      'Market updates that could not be read and took their fact away',
      ['feed'],
    );
  }

  onModuleInit(): void {
    const unreadable = (feed: string) => () => this.malformed.inc({ feed });
    this.bus.subscribe(markFeed, (update) => this.acceptMark(update), unreadable('mark'));
    this.bus.subscribe(orderBookFeed, (update) => this.acceptOrderBook(update), unreadable('book'));
    const seen = new Set<string>();
    this.health.require('marks', () => {
      for (const symbol of this.marks.keys()) seen.add(symbol);
      const missing = this.config.SYMBOLS.filter((symbol) => !seen.has(symbol));
      return missing.length > 0 ? `no mark price has been received yet for ${missing.join(', ')}` : undefined;
    });
  }

  mark(symbol: string): MarkFact | undefined {
    const received = this.marks.get(symbol);
    return received && { price: received.price, ageMs: this.ageOf(received) };
  }

  /** For how long no good mark has come; undefined if none ever did. */
  silenceMs(symbol: string): number | undefined {
    const at = this.lastMarkAtMs.get(symbol);
    return at === undefined ? undefined : this.clock.monotonicMs() - at;
  }

  /** The side that an order of `side` would take from. */
  book(symbol: string, side: OrderSide): OrderBookFact | undefined {
    const received = this.orderBooks.get(symbol);
    if (!received) return undefined;
    const { sides, update } = received;
    if (!sides.has(side)) sides.set(side, readLevels(side === 'BUY' ? update.asks : update.bids, side));
    const levels = sides.get(side);
    return levels && { levels, ageMs: this.ageOf(received) };
  }

  private acceptMark(update: MarkUpdate): void {
    const price = isAged(update) ? parsePositiveDecimal(update.mark) : undefined;
    if (!price) return this.forget('mark', update, this.marks);
    const atMs = this.clock.monotonicMs();
    this.marks.set(update.symbol, { update, atMs, price });
    this.lastMarkAtMs.set(update.symbol, atMs - update.ageMs);
  }

  private acceptOrderBook(update: OrderBookUpdate): void {
    if (!isAged(update) || !Array.isArray(update.bids) || !Array.isArray(update.asks)) {
      return this.forget('book', update, this.orderBooks);
    }
    this.orderBooks.set(update.symbol, { update, atMs: this.clock.monotonicMs(), sides: new Map() });
  }

  private forget(feed: string, update: { symbol?: unknown } | null, facts: Map<string, unknown>): void {
    this.malformed.inc({ feed });
    if (typeof update?.symbol === 'string') facts.delete(update.symbol);
  }

  private ageOf({ update, atMs }: Received<{ readonly ageMs: number }>): number {
    return Math.ceil(update.ageMs + this.clock.monotonicMs() - atMs);
  }
}

const isAged = (update: { readonly symbol: string; readonly ageMs: number } | null): boolean =>
  typeof update?.symbol === 'string' && Number.isFinite(update.ageMs) && update.ageMs >= 0;

/** The levels as decimals; undefined if any cannot be read or they do not stand best price first. */
export function readLevels(
  levels: readonly PriceLevel[],
  side: OrderSide,
): readonly OrderBookLevel[] | undefined {
  const read: OrderBookLevel[] = [];
  for (const level of levels) {
    const price = parsePositiveDecimal(level?.[0]);
    const quantity = parsePositiveDecimal(level?.[1]);
    if (!price || !quantity) return undefined;
    const before = read.at(-1)?.price;
    if (before && (side === 'BUY' ? price.lt(before) : price.gt(before))) return undefined;
    read.push({ price, quantity });
  }
  return read;
}
