/**
 * Reads a raw WebSocket capture into compact arrays: `<receive time> <JSON>` a line, in the combined-stream wrapper,
 * with the REST depth snapshot among them. What came before the snapshot is folded into it, so the recording starts
 * with a complete book.
 */
import { Instrument } from '../shared/instrument';
import { toUnits } from '../shared/scaled';
import { FlatLevels } from '../matching/symbol-market';
import { Level } from '../matching/symbol-order-book';

interface RecordedDepth {
  readonly kind: 'depth';
  readonly atMs: number;
  /** How the recorded ids were spaced. */
  readonly gap: number;
  readonly span: number;
  readonly bids: FlatLevels;
  readonly asks: FlatLevels;
}

export interface RecordedTrade {
  readonly kind: 'trade';
  readonly atMs: number;
  readonly price: number;
  readonly quantity: number;
  readonly buyerIsMaker: boolean;
}

export interface RecordedMark {
  readonly kind: 'mark';
  readonly atMs: number;
  readonly markPrice: string;
  readonly indexPrice: string;
}

type RecordedEvent = RecordedDepth | RecordedTrade | RecordedMark;

export interface Recording {
  readonly symbol: string;
  readonly market: 'futures' | 'spot';
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
  readonly firstUpdateId: number;
  readonly firstTradeId: number;
  readonly durationMs: number;
  readonly events: readonly RecordedEvent[];
}

interface WireDepth {
  readonly e: 'depthUpdate';
  readonly U: number;
  readonly u: number;
  readonly pu?: number;
  readonly b: readonly (readonly [string, string])[];
  readonly a: readonly (readonly [string, string])[];
}
interface WireTrade {
  readonly e: 'trade';
  readonly t: number;
  readonly p: string;
  readonly q: string;
  readonly X?: string;
  readonly m: boolean;
}
/** Several trades of one price in one; it says how many, not how large each was. */
interface WireAggregate {
  readonly e: 'aggTrade';
  readonly p: string;
  readonly q: string;
  readonly f: number;
  readonly l: number;
  readonly m: boolean;
}
interface WireMark {
  readonly e: 'markPriceUpdate';
  readonly p: string;
  readonly i: string;
}
interface WireSnapshot {
  readonly e?: undefined;
  readonly lastUpdateId: number;
  readonly bids: WireDepth['b'];
  readonly asks: WireDepth['b'];
}
type Wire = WireDepth | WireTrade | WireAggregate | WireMark | WireSnapshot;

/** What a capture is of. */
export interface RecordedOf {
  readonly symbol: string;
  readonly market: 'futures' | 'spot';
}

/** @throws Error for a capture without a snapshot of the order book */
export function readRecording(of: RecordedOf, lines: Iterable<string>, instrument: Instrument): Recording {
  const reader = new RecordingReader(instrument);
  for (const line of lines) if (!line.includes('@bookTicker"')) reader.read(line);
  return { symbol: of.symbol, market: of.market, ...reader.finish(of.symbol) };
}

class RecordingReader {
  private readonly events: RecordedEvent[] = [];
  /** Depth events that came before the snapshot. */
  private early: { readonly receivedMs: number; readonly data: WireDepth }[] = [];
  private orderBook: StartOrderBook | undefined;
  private origin = 0;
  private snapshotId = 0;
  private lastId = 0;
  private firstUpdateId = 0;
  private firstTradeId = 0;
  /** A recording may have trades, aggregates or both, which tell the same: the first that comes counts. */
  private tradesAre: 'trade' | 'aggTrade' | undefined;

  constructor(private readonly instrument: Instrument) {}

  read(line: string): void {
    const blank = line.indexOf(' ');
    const stamp = line.slice(0, blank);
    // Nanoseconds have 19 digits, microseconds 16.
    const receivedMs = Number(stamp.length > 16 ? stamp.slice(0, -3) : stamp) / 1000;
    const parsed = JSON.parse(line.slice(blank + 1)) as { data?: Wire } & WireSnapshot;
    this.readEvent(receivedMs, parsed.data ?? parsed);
  }

  finish(symbol: string): Omit<Recording, 'symbol' | 'market'> {
    if (!this.orderBook)
      throw new Error(`${symbol}: the recording has no depth snapshot; it must contain one to start from`);
    const { events, firstUpdateId, firstTradeId } = this;
    return {
      ...this.orderBook.levels(),
      firstUpdateId,
      firstTradeId,
      durationMs: (events[events.length - 1]?.atMs ?? 0) + 1,
      events,
    };
  }

  private readEvent(receivedMs: number, data: Wire): void {
    if (data.e === undefined) {
      if (!('lastUpdateId' in data) || this.orderBook) return;
      this.orderBook = new StartOrderBook(this.flat(data.bids), this.flat(data.asks));
      this.origin = receivedMs;
      this.snapshotId = this.lastId = data.lastUpdateId;
      for (const early of this.early) this.readDepth(early.receivedMs, early.data);
      this.early = [];
    } else if (data.e === 'depthUpdate') {
      if (this.orderBook) this.readDepth(receivedMs, data);
      else this.early.push({ receivedMs, data });
    } else if (this.orderBook && (data.e === 'trade' || data.e === 'aggTrade')) {
      this.tradesAre ??= data.e;
      if (data.e === this.tradesAre) this.readTrade(receivedMs, data);
    } else if (this.orderBook && data.e === 'markPriceUpdate')
      this.events.push({ kind: 'mark', atMs: this.at(receivedMs), markPrice: data.p, indexPrice: data.i });
  }

  private readTrade(receivedMs: number, data: WireTrade | WireAggregate): void {
    if (data.e === 'trade' && (data.X ?? 'MARKET') !== 'MARKET') return;
    this.firstTradeId ||= data.e === 'trade' ? data.t : data.f;
    const trade = {
      kind: 'trade' as const,
      atMs: this.at(receivedMs),
      price: toUnits(data.p, this.instrument.priceDecimals),
      buyerIsMaker: data.m,
    };
    const quantity = toUnits(data.q, this.instrument.quantityDecimals);
    const count = data.e === 'trade' ? 1 : Math.min(data.l - data.f + 1, quantity);
    // Number and sum are the exchange's; the sizes are as even as they can be.
    const each = Math.floor(quantity / count);
    this.events.push({ ...trade, quantity: quantity - each * (count - 1) });
    for (let left = 1; left < count; left += 1) this.events.push({ ...trade, quantity: each });
  }

  private readDepth(receivedMs: number, data: WireDepth): void {
    if (data.u <= this.snapshotId) return;
    const bids = this.flat(data.b);
    const asks = this.flat(data.a);
    if (this.firstUpdateId === 0) {
      // The event that contains the snapshot's id completes the book: the recording starts right after it.
      this.orderBook!.apply(bids, asks);
      this.firstUpdateId = this.lastId = data.u;
      return;
    }
    const gap = Math.max(data.U - this.lastId, 1);
    this.events.push({ kind: 'depth', atMs: this.at(receivedMs), gap, span: data.u - data.U, bids, asks });
    this.lastId = data.u;
  }

  /** Since the snapshot, never running backwards. */
  private at(receivedMs: number): number {
    return Math.max(receivedMs - this.origin, this.events[this.events.length - 1]?.atMs ?? 0);
  }

  private flat(levels: WireDepth['b']): FlatLevels {
    const flat = new Float64Array(levels.length * 2);
    levels.forEach(([price, quantity], index) => {
      flat[index * 2] = toUnits(price, this.instrument.priceDecimals);
      flat[index * 2 + 1] = toUnits(quantity, this.instrument.quantityDecimals);
    });
    return flat;
  }
}

class StartOrderBook {
  private readonly bids = new Map<number, number>();
  private readonly asks = new Map<number, number>();

  constructor(bids: FlatLevels, asks: FlatLevels) {
    this.apply(bids, asks);
  }

  apply(bids: FlatLevels, asks: FlatLevels): void {
    for (let index = 0; index < bids.length; index += 2) this.bids.set(bids[index]!, bids[index + 1]!);
    for (let index = 0; index < asks.length; index += 2) this.asks.set(asks[index]!, asks[index + 1]!);
  }

  levels(): { bids: Level[]; asks: Level[] } {
    const left = (side: Map<number, number>): Level[] => [...side].filter(([, quantity]) => quantity > 0);
    return { bids: left(this.bids), asks: left(this.asks) };
  }
}
