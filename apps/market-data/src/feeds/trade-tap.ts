/** Every aggregate trade that was heard, in the order of its connection, for whoever builds on trades in this process. */
import { Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { TradeMessage } from '../domain/stream-messages';

export type TradeListener = (market: Market, trade: TradeMessage) => void;

@Injectable()
export class TradeTap {
  private readonly listeners: TradeListener[] = [];

  listen(listener: TradeListener): void {
    this.listeners.push(listener);
  }

  publish(market: Market, trade: TradeMessage): void {
    for (const listener of this.listeners) listener(market, trade);
  }
}
