/**
 * Stands between market-data and the exchange's streams and makes fault on the order book's way: messages that are
 * missing, swapped or doubled, and connections that end. On a connection of its own it keeps the true book of one symbol,
 * as a plain map of everything that the exchange sends, so that what market-data publishes can be held against it.
 */
import { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

export const STREAM_FAULTS = ['missing', 'swapped', 'cut', 'doubled'] as const;
export type StreamFault = (typeof STREAM_FAULTS)[number];

type Level = readonly [price: string, quantity: string];
interface Depth {
  readonly s: string;
  readonly u: number;
  readonly pu: number;
  readonly b: readonly Level[];
  readonly a: readonly Level[];
}
export interface ExactOrderBook {
  readonly bids: readonly Level[];
  readonly asks: readonly Level[];
}

const KEPT = 600;
const DEPTH = /"e":"depthUpdate"/;

export class StreamFaults {
  /** The book after each of the newest updates. */
  private readonly exact = new Map<string, ExactOrderBook>();
  private readonly sides = { bids: new Map<number, Level>(), asks: new Map<number, Level>() };
  private readonly clients = new Set<WebSocket>();
  private pending: StreamFault | undefined;
  private held: string | undefined;
  private lastId = 0;
  /** What came before the true book began. */
  private early: Depth[] | undefined = [];
  /** Ids of the updates that carry the fault, and when the next message after it was sent on, monotonic. */
  private told: ((at: { readonly updateId: number; readonly atMs: number }) => void) | undefined;

  private constructor(
    private readonly server: WebSocketServer,
    private readonly source: WebSocket,
    private readonly exchange: string,
    private readonly symbol: string,
    private readonly levels: number,
  ) {
    server.on('connection', (client, { url = '' }) => this.join(client, url));
    source.on('message', (data: Buffer) => {
      const depth = (JSON.parse(data.toString()) as { data: Depth }).data;
      if (this.early) this.early.push(depth);
      else this.take(depth);
    });
  }

  /** @param levels how deep the true book is kept for comparison */
  static async open(exchange: string, symbol: string, levels: number): Promise<StreamFaults> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await new Promise((resolve) => server.once('listening', resolve));
    const source = new WebSocket(`${exchange}/public/stream?streams=${symbol.toLowerCase()}@depth@100ms`);
    await new Promise((resolve) => source.once('open', resolve));
    return new StreamFaults(server, source, exchange, symbol, levels);
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Begins the true book from a snapshot of the exchange, taken since the proxy was opened. */
  begin({ lastUpdateId, bids, asks }: { readonly lastUpdateId: number } & ExactOrderBook): void {
    this.lastId = lastUpdateId;
    for (const level of bids) this.sides.bids.set(Number(level[0]), level);
    for (const level of asks) this.sides.asks.set(Number(level[0]), level);
    const early = this.early ?? [];
    this.early = undefined;
    early.forEach((depth) => this.take(depth));
  }

  /** The true book after this update, if it is known. */
  orderBookAt(updateId: string): ExactOrderBook | undefined {
    return this.exact.get(updateId);
  }

  /** The fault befalls the next update of the symbol; answers when the message after it has been sent on. */
  make(fault: StreamFault): Promise<{ readonly updateId: number; readonly atMs: number }> {
    this.pending = fault;
    return new Promise((resolve) => (this.told = resolve));
  }

  async close(): Promise<void> {
    this.source.terminate();
    for (const client of this.clients) client.terminate();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: WebSocket, url: string): void {
    this.clients.add(client);
    const upstream = new WebSocket(`${this.exchange}${url}`);
    const early: string[] = [];
    client.on('message', (data: Buffer) => {
      if (upstream.readyState === WebSocket.OPEN) upstream.send(data.toString());
      else early.push(data.toString());
    });
    upstream.on('open', () => early.forEach((text) => upstream.send(text)));
    upstream.on('message', (data: Buffer) => this.pass(data.toString(), client));
    upstream.on('error', () => client.terminate());
    upstream.on('close', () => client.terminate());
    client.on('close', () => {
      this.clients.delete(client);
      upstream.terminate();
    });
    client.on('error', () => undefined);
  }

  private pass(text: string, client: WebSocket): void {
    const depth = DEPTH.test(text) ? (JSON.parse(text) as { data: Depth }).data : undefined;
    if (depth?.s !== this.symbol) return void client.send(text);
    if (this.held !== undefined) {
      // The second of a swapped pair goes first.
      client.send(text);
      client.send(this.held);
      this.held = undefined;
      return this.tell(depth.u);
    }
    const fault = this.pending;
    this.pending = undefined;
    switch (fault) {
      case 'missing':
        this.following = true;
        return;
      case 'swapped':
        this.held = text;
        return;
      case 'doubled':
        client.send(text);
        client.send(text);
        return this.tell(depth.u);
      case 'cut':
        client.terminate();
        return this.tell(depth.u);
      default:
        client.send(text);
        if (!this.following) return;
        this.following = false;
        this.tell(depth.u);
    }
  }

  /** Whether the next message is the first after a missing one. */
  private following = false;

  private tell(updateId: number): void {
    this.told?.({ updateId, atMs: performance.now() });
    this.told = undefined;
  }

  private take({ u, b, a }: Depth): void {
    if (u <= this.lastId) return;
    this.lastId = u;
    put(this.sides.bids, b);
    put(this.sides.asks, a);
    this.exact.set(`${u}`, { bids: this.best(this.sides.bids, -1), asks: this.best(this.sides.asks, 1) });
    const oldest = this.exact.keys().next().value;
    if (this.exact.size > KEPT && oldest !== undefined) this.exact.delete(oldest);
  }

  private best(side: ReadonlyMap<number, Level>, sign: 1 | -1): readonly Level[] {
    return [...side]
      .sort(([one], [other]) => (one - other) * sign)
      .slice(0, this.levels)
      .map(([, level]) => level);
  }
}

function put(side: Map<number, Level>, levels: readonly Level[]): void {
  for (const level of levels)
    if (Number(level[1]) === 0) side.delete(Number(level[0]));
    else side.set(Number(level[0]), level);
}
