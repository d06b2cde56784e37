/**
 * Binance's own public streams as the market: books kept by the documented rules, trades as they come. A gap or a lost
 * connection loads the order book again; until then the last one stays.
 */
import { WebSocket } from 'ws';
import { MarketFeed, SymbolMarket, toUnits } from '@elvis/simulation';
import { setTimeout as pause } from 'node:timers/promises';

interface LiveOrigins {
  /** `https://fapi.binance.com` */
  readonly rest: string;
  /** `wss://fstream.binance.com` */
  readonly streams: string;
}

interface DepthEvent {
  readonly e: 'depthUpdate';
  readonly U: number;
  readonly u: number;
  readonly pu: number;
  readonly b: readonly [string, string][];
  readonly a: readonly [string, string][];
}
interface TradeEvent {
  readonly e: 'trade';
  readonly p: string;
  readonly q: string;
  readonly m: boolean;
  readonly X?: string;
}
interface Snapshot {
  readonly lastUpdateId: number;
  readonly bids: readonly [string, string][];
  readonly asks: readonly [string, string][];
}

const RECONNECT_MS = 1_000;
const LONGEST_RECONNECT_MS = 30_000;
const SILENCE_MS = 30_000;

export class LiveFeed implements MarketFeed {
  /** Events come when they come: nothing is ever due by the clock. */
  readonly nextDue = Infinity;
  private socket: WebSocket | undefined;
  private waiting: DepthEvent[] = [];
  /** The update id of the order book; undefined while it is loading. */
  private orderBookId: number | undefined;
  private failures = 0;
  private stopped = false;
  private lastHeard = 0;
  private readonly watchdog: NodeJS.Timeout;

  constructor(
    private readonly market: SymbolMarket,
    private readonly origins: LiveOrigins,
    private readonly now: () => number,
    private readonly say: (message: string) => void,
  ) {
    this.watchdog = setInterval(() => {
      if (this.socket && this.now() - this.lastHeard > SILENCE_MS) this.socket.terminate();
    }, SILENCE_MS / 3);
  }

  /** Resolves when the first order book is loaded. @throws if that takes over a minute */
  async open(): Promise<void> {
    this.connect();
    const deadline = this.now() + 60_000;
    while (this.orderBookId === undefined) {
      if (this.now() > deadline) {
        this.close();
        throw new Error(
          `No order book of ${this.market.instrument.symbol} within a minute from ${this.origins.rest} and ${this.origins.streams}; check the network, PAPER_LIVE_REST_URL and PAPER_LIVE_WS_URL`,
        );
      }
      await pause(50);
    }
  }

  playOne(): void {
    // Nothing is due by the clock.
  }

  movePrice(): void {
    throw new Error('The price of a live market cannot be moved; use a recording or the synthetic market');
  }

  close(): void {
    this.stopped = true;
    clearInterval(this.watchdog);
    this.socket?.terminate();
  }

  private connect(): void {
    if (this.stopped) return;
    const name = this.market.instrument.symbol.toLowerCase();
    this.orderBookId = undefined;
    this.waiting = [];
    const socket = new WebSocket(
      `${this.origins.streams}/public/stream?streams=${name}@depth@100ms/${name}@trade`,
    );
    this.socket = socket;
    this.lastHeard = this.now();
    socket.on('message', (data: Buffer) => {
      this.lastHeard = this.now();
      const { data: event } = JSON.parse(data.toString()) as { data?: DepthEvent | TradeEvent };
      if (event?.e === 'depthUpdate') this.depth(event);
      else if (event?.e === 'trade' && (event.X ?? 'MARKET') === 'MARKET') this.trade(event);
    });
    socket.on('open', () => void this.fetchOrderBook(socket));
    socket.on('error', (error) => this.say(`Live market stream failed; reconnecting: ${error.message}`));
    socket.on('close', () => {
      if (this.stopped) return;
      this.failures += 1;
      setTimeout(() => this.connect(), Math.min(RECONNECT_MS * 2 ** this.failures, LONGEST_RECONNECT_MS));
    });
  }

  private async fetchOrderBook(socket: WebSocket): Promise<void> {
    try {
      const { symbol } = this.market.instrument;
      const response = await fetch(`${this.origins.rest}/fapi/v1/depth?symbol=${symbol}&limit=1000`);
      if (!response.ok)
        throw new Error(
          `GET ${this.origins.rest}/fapi/v1/depth was answered with HTTP ${response.status}, without an order book; retrying`,
        );
      const snapshot = (await response.json()) as Snapshot;
      if (socket !== this.socket) return;
      this.market.replaceOrderBook(this.levels(snapshot.bids), this.levels(snapshot.asks), this.now());
      this.orderBookId = snapshot.lastUpdateId;
      this.failures = 0;
      const early = this.waiting.filter(({ u }) => u >= snapshot.lastUpdateId);
      this.waiting = [];
      early.forEach((event, index) => this.apply(event, index === 0));
    } catch (error) {
      this.say(
        `Live order book could not be loaded; reconnecting: ${error instanceof Error ? error.message : 'unknown error'}`,
      );
      socket.terminate();
    }
  }

  private depth(event: DepthEvent): void {
    if (this.orderBookId === undefined) this.waiting.push(event);
    else if (event.u >= this.orderBookId) this.apply(event, event.U <= this.orderBookId);
  }

  /** @param joins whether this is the first event over the snapshot, which need not follow another */
  private apply(event: DepthEvent, joins: boolean): void {
    if (!joins && event.pu !== this.orderBookId) {
      this.socket?.terminate();
      return;
    }
    this.market.recordDepth(this.flat(event.b), this.flat(event.a), 1, 0, this.now());
    this.orderBookId = event.u;
  }

  private trade({ p, q, m }: TradeEvent): void {
    const { priceDecimals, quantityDecimals } = this.market.instrument;
    this.market.recordTrade(toUnits(p, priceDecimals), toUnits(q, quantityDecimals), m, this.now());
  }

  private levels(levels: readonly [string, string][]): [number, number][] {
    const { priceDecimals, quantityDecimals } = this.market.instrument;
    return levels.map(([price, quantity]) => [
      toUnits(price, priceDecimals),
      toUnits(quantity, quantityDecimals),
    ]);
  }

  private flat(levels: readonly [string, string][]): Float64Array {
    return Float64Array.from(this.levels(levels).flat());
  }
}
