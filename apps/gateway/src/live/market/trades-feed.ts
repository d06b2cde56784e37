/** The trades of one symbol: each client gets those that it has not had, the newest 200 of them. */
import { MarketTrade } from '@elvis/contracts';
import { TradeTape } from '../domain/trade-tape';
import { Frame } from '../frames/frame';
import { TopicFeed, ageOf, marketFrame } from './topic-feed';

export class TradesFeed implements TopicFeed<MarketTrade> {
  heardAtMs = -Infinity;
  private newest: MarketTrade | undefined;
  private early: MarketTrade[] | undefined;
  private readonly tape = new TradeTape<string>();
  private readonly frames = new Map<number | undefined, Frame>();
  private framesAtMs = NaN;

  constructor(private readonly topic: string) {}

  get version(): number {
    return this.tape.count;
  }

  expectSeed(): void {
    this.early ??= [];
  }

  seed(trades: readonly MarketTrade[], nowMs: number): void {
    const early = this.early ?? [];
    this.early = undefined;
    const first = early[0];
    const before = first ? trades.filter(({ tradeId }) => BigInt(tradeId) < BigInt(first.tradeId)) : trades;
    for (const trade of [...before, ...early]) this.hear(trade, nowMs);
  }

  hear(trade: MarketTrade, nowMs: number): void {
    if (this.early) return void this.early.push(trade);
    const { tradeId, price, quantity, takerSide, eventTimeMs } = trade;
    this.newest = trade;
    this.heardAtMs = nowMs;
    this.tape.add(JSON.stringify({ tradeId, price, quantity, takerSide, atMs: eventTimeMs }));
    this.frames.clear();
  }

  /** The times of the frame are those of its newest trade. */
  frame(known: number | undefined, nowMs: number): Frame {
    if (!this.newest) throw new Error(`Nothing was heard of ${this.topic} yet; this is a bug`);
    if (nowMs !== this.framesAtMs) this.frames.clear();
    this.framesAtMs = nowMs;
    let frame = this.frames.get(known);
    if (!frame) {
      const { trades, dropped } = known === undefined ? this.tape.newest() : this.tape.since(known);
      const ageMs = ageOf(this.newest, this.heardAtMs, nowMs);
      const data = `{"trades":[${trades.join()}],"dropped":${dropped}}`;
      frame = marketFrame(this.topic, this.newest.eventTimeMs, ageMs, data);
      this.frames.set(known, frame);
    }
    return frame;
  }
}
