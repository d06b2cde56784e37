/**
 * Reads a raw WebSocket capture into compact arrays: `<receive time> <JSON>` a line, in the combined-stream wrapper,
 * with the REST depth snapshot among them. What came before the snapshot is folded into it, so the recording starts
 * with a complete book.
 */
import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { Instrument } from '../domain/instrument';
import { toUnits } from '../domain/scaled';
import { Level } from '../domain/symbol-market';

export interface RecordedDepth {
  readonly kind: 'depth';
  readonly atMs: number;
  /** How the recorded ids were spaced. */
  readonly gap: number;
  readonly span: number;
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
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

export type RecordedEvent = RecordedDepth | RecordedTrade | RecordedMark;

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
interface Line {
  readonly receivedMs: number;
  readonly data: WireDepth | WireTrade | WireMark | WireSnapshot;
}

/** Which symbol and market a capture is of, from its file and first lines. */
export interface RecordingSource {
  readonly symbol: string;
  readonly market: 'futures' | 'spot';
  readonly lines: readonly string[];
}

export async function openRecording(files: readonly string[]): Promise<RecordingSource> {
  const texts = await Promise.all(
    files.map(async (file) => {
      const bytes = await readFile(file);
      return (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('latin1');
    }),
  );
  const lines = texts.flatMap((text) => text.split('\n')).filter((line) => line.length > 0);
  const depth = lines.find((line) => line.includes('"depthUpdate"'));
  const symbol = depth && /"s":"([A-Z0-9_]+)"/.exec(depth)?.[1];
  if (!depth || !symbol)
    throw new Error(`${files.join(' ')}: no depth event in it, so no recording of this shape`);
  return { symbol, market: depth.includes('"pu":') ? 'futures' : 'spot', lines };
}

export function readRecording(source: RecordingSource, instrument: Instrument): Recording {
  const lines = source.lines.flatMap(parseLine);
  const at = lines.findIndex(({ data }) => 'lastUpdateId' in data);
  if (at < 0) throw new Error(`${source.symbol}: the recording has no depth snapshot to start from`);
  const snapshot = lines[at]!.data as WireSnapshot;
  const origin = lines[at]!.receivedMs;
  const units = new WireUnits(instrument);
  const book = new StartBook(units.levels(snapshot.bids), units.levels(snapshot.asks));
  const events: RecordedEvent[] = [];
  let lastId = snapshot.lastUpdateId;
  let firstUpdateId = 0;
  let firstTradeId = 0;
  lines.forEach(({ receivedMs, data }, index) => {
    const atMs = Math.max(receivedMs - origin, events[events.length - 1]?.atMs ?? 0);
    if (data.e === 'depthUpdate') {
      if (data.u <= snapshot.lastUpdateId) return;
      if (firstUpdateId === 0) {
        // The event that contains the snapshot's id completes the book: the recording starts right after it.
        book.apply(units.levels(data.b), units.levels(data.a));
        firstUpdateId = lastId = data.u;
        return;
      }
      events.push({
        kind: 'depth',
        atMs,
        gap: Math.max(data.U - lastId, 1),
        span: data.u - data.U,
        bids: units.levels(data.b),
        asks: units.levels(data.a),
      });
      lastId = data.u;
    } else if (data.e === 'trade') {
      if (index < at || (data.X !== undefined && data.X !== 'MARKET')) return;
      firstTradeId ||= data.t;
      const [price, quantity] = units.level(data.p, data.q);
      events.push({ kind: 'trade', atMs, price, quantity, buyerIsMaker: data.m });
    } else if (data.e === 'markPriceUpdate' && index > at)
      events.push({ kind: 'mark', atMs, markPrice: data.p, indexPrice: data.i });
  });
  return {
    symbol: source.symbol,
    market: source.market,
    ...book.levels(),
    firstUpdateId,
    firstTradeId,
    durationMs: (events[events.length - 1]?.atMs ?? 0) + 1,
    events,
  };
}

function parseLine(line: string): Line[] {
  if (line.includes('@bookTicker"')) return [];
  const blank = line.indexOf(' ');
  const stamp = line.slice(0, blank);
  const receivedMs = stamp.length > 16 ? Number(stamp.slice(0, -3)) / 1000 : Number(stamp) / 1000;
  const parsed = JSON.parse(line.slice(blank + 1)) as { data?: Line['data'] } & WireSnapshot;
  return [{ receivedMs, data: parsed.data ?? parsed }];
}

class WireUnits {
  constructor(private readonly instrument: Instrument) {}

  level(price: string, quantity: string): Level {
    return [
      toUnits(price, this.instrument.priceDecimals),
      toUnits(quantity, this.instrument.quantityDecimals),
    ];
  }

  levels(levels: WireDepth['b']): Level[] {
    return levels.map(([price, quantity]) => this.level(price, quantity));
  }
}

class StartBook {
  private readonly bids: Map<number, number>;
  private readonly asks: Map<number, number>;

  constructor(bids: readonly Level[], asks: readonly Level[]) {
    this.bids = new Map(bids);
    this.asks = new Map(asks);
  }

  apply(bids: readonly Level[], asks: readonly Level[]): void {
    for (const [price, quantity] of bids) this.bids.set(price, quantity);
    for (const [price, quantity] of asks) this.asks.set(price, quantity);
  }

  levels(): { bids: Level[]; asks: Level[] } {
    const left = (side: Map<number, number>): Level[] => [...side].filter(([, quantity]) => quantity > 0);
    return { bids: left(this.bids), asks: left(this.asks) };
  }
}
