/** What the market's connections bring, in the order in which it came, for whoever builds on it in this process. */
import { Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { MarketMessage } from '../domain/stream-messages';

export interface MarketListener {
  /** A message of a symbol that is followed, and its text as the exchange sent it. */
  heard?(market: Market, message: MarketMessage, text: string): void;
  /** A message of a stream that is relayed, word for word and without its wrapper. */
  relayed?(market: Market, stream: string, data: string): void;
  /** The exchange's time in any message of the connection that carries trades: what it sent on it before has come. */
  clock?(market: Market, exchangeMs: number): void;
  /** Trades come from a new connection from here on; some may be missing between it and the last one. */
  connected?(market: Market): void;
  /** Candles are made of these symbols and of no others; of those that are watched the one that is going on is shown. */
  followCandles?(market: Market, symbols: ReadonlySet<string>, watched: ReadonlySet<string>): void;
}

@Injectable()
export class MarketTap implements MarketListener {
  private readonly listeners: MarketListener[] = [];

  listen(listener: MarketListener): void {
    this.listeners.push(listener);
  }

  heard(market: Market, message: MarketMessage, text: string): void {
    for (const listener of this.listeners) listener.heard?.(market, message, text);
  }

  relayed(market: Market, stream: string, data: string): void {
    for (const listener of this.listeners) listener.relayed?.(market, stream, data);
  }

  clock(market: Market, exchangeMs: number): void {
    for (const listener of this.listeners) listener.clock?.(market, exchangeMs);
  }

  connected(market: Market): void {
    for (const listener of this.listeners) listener.connected?.(market);
  }

  followCandles(market: Market, symbols: ReadonlySet<string>, watched: ReadonlySet<string>): void {
    for (const listener of this.listeners) listener.followCandles?.(market, symbols, watched);
  }
}
