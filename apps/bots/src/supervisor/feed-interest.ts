/** Says which market data bots need beside those of `SYMBOLS`: what their candles are made of, and what their orders are judged by. */
import { INTEREST_EVERY_MS, InterestTopic, interestFeed } from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { isUnderWay } from '../journal/changes';
import { BotIndex } from './bot-index';

const TOPICS: Readonly<Record<Market, readonly InterestTopic[]>> = {
  futures: ['candles', 'marks', 'books'],
  spot: ['spot-trades', 'spot-books'],
};

@Injectable()
export class FeedInterest {
  private readonly saidAtMs = new Map<string, number>();

  constructor(
    private readonly bus: Bus,
    private readonly index: BotIndex,
  ) {}

  /** At once for a new bot, then as often as has to be. */
  say(): void {
    const nowMs = performance.now();
    const wanted = this.index
      .all()
      .filter(({ standing }) => isUnderWay(standing) || standing.position.entryPrice !== null)
      .flatMap(({ standing: { config } }) =>
        TOPICS[config.market].map((topic) => ({ symbol: config.symbol, topic })),
      );
    const names = new Set<string>();
    for (const { symbol, topic } of wanted) {
      const name = `${symbol}.${topic}`;
      names.add(name);
      if (nowMs - (this.saidAtMs.get(name) ?? -Infinity) < INTEREST_EVERY_MS) continue;
      this.saidAtMs.set(name, nowMs);
      this.bus.publish(interestFeed, name, { symbol, topic, by: 'bots' });
    }
    for (const name of this.saidAtMs.keys()) if (!names.has(name)) this.saidAtMs.delete(name);
  }
}
