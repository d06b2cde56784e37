/** A plain client of the Coinbase-shaped stream, which keeps all that it hears. */
import { WebSocket } from 'ws';

export interface Heard {
  readonly type?: string;
  readonly message?: string;
  readonly channel: string;
  readonly sequence_num: number;
  readonly events: readonly Readonly<Record<string, unknown>>[];
}

export interface HeardOrderBook {
  readonly type: 'snapshot' | 'update';
  readonly product_id: string;
  readonly updates: readonly {
    readonly side: 'bid' | 'offer';
    readonly price_level: string;
    readonly new_quantity: string;
  }[];
}

export class CoinbaseClient {
  readonly heard: Heard[] = [];
  closedWith: number | undefined;
  private readonly socket: WebSocket;

  constructor(port: number) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}/coinbase`, { perMessageDeflate: false });
    this.socket.on('error', () => undefined);
    this.socket.on('message', (data: Buffer) => this.heard.push(JSON.parse(data.toString()) as Heard));
    this.socket.on('close', (code) => (this.closedWith = code));
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  ask(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  subscribe(channel: string, ...products: string[]): void {
    this.ask({ type: 'subscribe', channel, ...(products.length > 0 && { product_ids: products }) });
  }

  /** Reads nothing any more. */
  stall(): void {
    this.socket.pause();
  }

  of(channel: string): readonly Heard[] {
    return this.heard.filter((message) => message.channel === channel);
  }

  get errors(): readonly (string | undefined)[] {
    return this.heard.filter(({ type }) => type === 'error').map(({ message }) => message);
  }

  get sequences(): readonly number[] {
    return this.heard.filter(({ type }) => type === undefined).map(({ sequence_num: number }) => number);
  }

  orderBooks(): readonly HeardOrderBook[] {
    return this.of('l2_data').flatMap(({ events }) => events as unknown as readonly HeardOrderBook[]);
  }

  /** The book that its messages make of a product, each side from price to quantity. */
  orderBookOf(product: string): {
    readonly bids: Record<string, string>;
    readonly asks: Record<string, string>;
  } {
    const sides = { bids: new Map<string, string>(), asks: new Map<string, string>() };
    for (const { type, product_id: of, updates } of this.orderBooks()) {
      if (of !== product) continue;
      if (type === 'snapshot') for (const side of Object.values(sides)) side.clear();
      for (const { side, price_level: price, new_quantity: quantity } of updates) {
        const levels = side === 'bid' ? sides.bids : sides.asks;
        if (quantity === '0') levels.delete(price);
        else levels.set(price, quantity);
      }
    }
    return { bids: Object.fromEntries(sides.bids), asks: Object.fromEntries(sides.asks) };
  }

  close(): void {
    this.socket.terminate();
  }
}
