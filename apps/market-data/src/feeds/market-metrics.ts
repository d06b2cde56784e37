/** What is counted of the markets. */
import { Metrics } from '@elvis/platform';
import { Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';

@Injectable()
export class MarketMetrics {
  readonly resyncs;
  readonly lost;
  private readonly messages;
  private readonly dropped;
  private readonly ages;
  /** What was read since it was last added up: not with each of thousands of messages a second. */
  private readonly read = new Map<string, Map<string, number>>();

  constructor(metrics: Metrics) {
    this.messages = metrics.counter(
      'elvis_market_messages_total',
      'Market messages read',
      ['venue', 'kind'],
      () => this.addUp(),
    );
    this.dropped = metrics.counter('elvis_market_messages_dropped_total', 'Market messages dropped', [
      'venue',
      'stream',
      'reason',
    ]);
    this.resyncs = metrics.counter(
      'elvis_market_book_resyncs_total',
      'Order books loaded again from a snapshot',
      ['market', 'symbol', 'reason'],
    );
    this.lost = metrics.counter('elvis_market_connections_lost_total', 'Stream connections lost', [
      'venue',
      'stream',
      'kind',
    ]);
    this.ages = metrics.gauge('elvis_market_age_seconds', 'Age of the newest data', [
      'market',
      'symbol',
      'kind',
    ]);
  }

  countMessage(venue: string, kind: string): void {
    let kinds = this.read.get(venue);
    if (!kinds) this.read.set(venue, (kinds = new Map<string, number>()));
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }

  private addUp(): void {
    for (const [venue, kinds] of this.read)
      for (const [kind, messages] of kinds) this.messages.inc({ venue, kind }, messages);
    this.read.clear();
  }

  countDropped(venue: string, stream: string, reason: string): void {
    this.dropped.inc({ venue, stream, reason });
  }

  showAges(market: Market, symbol: string, orderBookMs: number, markMs: number): void {
    this.ages.set({ market, symbol, kind: 'book' }, orderBookMs / 1_000);
    if (market === 'futures') this.ages.set({ market, symbol, kind: 'mark' }, markMs / 1_000);
  }

  forget(market: Market, symbol: string): void {
    for (const kind of ['book', 'mark']) this.ages.remove({ market, symbol, kind });
  }
}
