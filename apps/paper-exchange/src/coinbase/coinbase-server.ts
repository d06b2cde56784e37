/**
 * A stream shaped as Coinbase's Advanced Trade market data, at `/coinbase`: `level2`, `market_trades`, `ticker`,
 * `heartbeats` and `status` of the futures that are played here, as products in USD. No key is asked.
 */
import { WebSocket } from 'ws';
import { PaperClock } from '../faults/paper-clock';
import { Faults } from '../faults/faults';
import { textOf } from '../streams/stream-server';
import { CoinbaseConnection } from './connection';
import { DerivedMarket } from './derived-market';
import { orderBookEvent, heartbeatEvent, statusEvent, tickerEvent, tradesEvent } from './payloads';

const ORDER_BOOK_EVERY_MS = 100;
const HEARTBEAT_EVERY_MS = 1_000;
const STATUS_EVERY_MS = 5_000;
const TRADES_SHOWN = 50;
const OF_PRODUCTS = ['level2', 'market_trades', 'ticker', 'status'];
const CHANNELS: readonly string[] = [...OF_PRODUCTS, 'heartbeats'];

interface Asked {
  readonly type?: unknown;
  readonly channel?: unknown;
  readonly product_ids?: unknown;
}

export class CoinbaseServer {
  private readonly connections = new Set<CoinbaseConnection>();
  /** All on the steady clock. */
  private silentUntil = 0;
  private orderBookDue = 0;
  private heartbeatDue = 0;
  private statusDue = 0;

  constructor(
    /** By product, `BTC-USD` say. */
    readonly markets: ReadonlyMap<string, DerivedMarket>,
    private readonly faults: Faults,
    private readonly clock: PaperClock,
  ) {}

  opened(socket: WebSocket): void {
    const connection = new CoinbaseConnection(socket, this.faults, this.clock);
    this.connections.add(connection);
    socket.on('close', () => this.connections.delete(connection));
    socket.on('message', (data) => {
      const isHeard = this.clock.steady() >= this.silentUntil;
      if (isHeard && connection.mayAsk()) this.control(connection, textOf(data));
    });
  }

  /** For so long nothing is sent to anybody, heartbeats included, and nobody is heard. */
  silence(durationMs: number): void {
    this.silentUntil = this.clock.steady() + durationMs;
  }

  /** Sends what has become due, and ends the connections that Coinbase would end. */
  tick(): void {
    if (this.connections.size === 0) return;
    for (const connection of this.connections) connection.checkAge();
    const at = this.clock.steady();
    if (at < this.silentUntil) return;
    const now = this.clock.now();
    if (at >= this.heartbeatDue) {
      this.heartbeatDue = at + HEARTBEAT_EVERY_MS;
      for (const connection of this.connections)
        if (connection.channels.has('heartbeats'))
          connection.send('heartbeats', heartbeatEvent(connection.nextHeartbeat(), now));
    }
    if (at >= this.statusDue) {
      this.statusDue = at + STATUS_EVERY_MS;
      for (const connection of this.connections) this.sendStatus(connection, 'update');
    }
    if (at < this.orderBookDue) return;
    this.orderBookDue = at + ORDER_BOOK_EVERY_MS;
    for (const [product, market] of this.markets)
      if (this.isHeard(product)) this.sendMarket(product, market, now);
  }

  /** Of what nobody hears nothing is made. */
  private isHeard(product: string): boolean {
    return [...this.connections].some((connection) =>
      OF_PRODUCTS.some((channel) => connection.hears(channel, product)),
    );
  }

  private sendMarket(product: string, market: DerivedMarket, now: number): void {
    const changes = market.takeChanges(now);
    const trades = market.takeTrades();
    const book =
      changes.bids.length + changes.asks.length > 0 && orderBookEvent(product, 'update', changes, now);
    const traded = trades.length > 0 && tradesEvent(product, 'update', trades);
    const ticker = trades.length > 0 && tickerEvent(product, 'update', market, now);
    for (const connection of this.connections) {
      if (book && connection.hears('level2', product)) connection.send('l2_data', book, product);
      if (traded && connection.hears('market_trades', product))
        connection.send('market_trades', traded, product);
      if (ticker && connection.hears('ticker', product)) connection.send('ticker', ticker, product);
    }
  }

  private control(connection: CoinbaseConnection, text: string): void {
    const asked = parsed(text);
    const channel = String(asked?.channel);
    const named = Array.isArray(asked?.product_ids) ? asked.product_ids.map(String) : [];
    const products = named.map(answeredAs);
    if (!asked || (asked.type !== 'subscribe' && asked.type !== 'unsubscribe'))
      return connection.refuse('type must be subscribe or unsubscribe');
    if (!CHANNELS.includes(channel)) return connection.refuse(`channel ${channel} is not a valid channel`);
    if (asked.type === 'unsubscribe') return this.unsubscribe(connection, channel, products);
    if (this.faults.strike(['coinbase-refused'], { symbol: products[0] }))
      return connection.refuse('failure to subscribe');
    const unknown = products.findIndex((product) => !this.markets.has(product));
    if (unknown >= 0) return connection.refuse(`${named[unknown]} is not a valid product`);
    if (OF_PRODUCTS.includes(channel) && products.length === 0)
      return connection.refuse(`channel ${channel} needs product_ids`);
    const unheard = products.filter((product) => OF_PRODUCTS.includes(channel) && !this.isHeard(product));
    connection.channels.set(channel, new Set([...(connection.channels.get(channel) ?? []), ...products]));
    for (const market of unheard.map((product) => this.markets.get(product))) market?.skip(this.clock.now());
    this.tellSubscriptions(connection);
    this.sendSnapshots(connection, channel, products);
  }

  private unsubscribe(connection: CoinbaseConnection, channel: string, products: readonly string[]): void {
    const subscribed = connection.channels.get(channel);
    for (const product of products) subscribed?.delete(product);
    if (products.length === 0 || subscribed?.size === 0) connection.channels.delete(channel);
    this.tellSubscriptions(connection);
  }

  private tellSubscriptions(connection: CoinbaseConnection): void {
    const subscriptions = Object.fromEntries(
      [...connection.channels].map(([channel, products]) => [
        channel,
        // Heartbeats are of the connection and of no product.
        channel === 'heartbeats' ? ['heartbeats'] : [...products],
      ]),
    );
    connection.send('subscriptions', { subscriptions });
  }

  private sendSnapshots(connection: CoinbaseConnection, channel: string, products: readonly string[]): void {
    const now = this.clock.now();
    if (channel === 'status') this.sendStatus(connection, 'snapshot');
    for (const product of new Set(products)) {
      const market = this.markets.get(product)!;
      // A snapshot is the book as everybody has been told it, and so what the next changes continue.
      if (channel === 'level2')
        connection.send('l2_data', orderBookEvent(product, 'snapshot', market.book, now), product);
      if (channel === 'market_trades') {
        const trades = market.latestTrades(TRADES_SHOWN);
        connection.send('market_trades', tradesEvent(product, 'snapshot', trades), product);
      }
      if (channel === 'ticker')
        connection.send('ticker', tickerEvent(product, 'snapshot', market, now), product);
    }
  }

  private sendStatus(connection: CoinbaseConnection, type: 'snapshot' | 'update'): void {
    const subscribed = [...this.markets].filter(([product]) => connection.hears('status', product));
    if (subscribed.length > 0) connection.send('status', statusEvent(type, subscribed));
  }
}

/** Market data of a product in USDC is that of the one in USD, and named so. */
const answeredAs = (product: string): string => product.replace(/-USDC$/, '-USD');

function parsed(text: string): Asked | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
