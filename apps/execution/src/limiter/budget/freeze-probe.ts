/** The one request, outside the budget, by which an elected replica finds out whether a freeze is over. */
import { Answer } from '@elvis/binance';
import { Market } from '@elvis/trading';
import { LedgerStore } from './ledger-store';

export class FreezeProbe {
  ask: ((market: Market) => Promise<Answer>) | undefined;
  private readonly probing = new Set<Market>();

  constructor(
    private readonly store: LedgerStore,
    private readonly monitor: { readonly onThawed: (market: Market) => void },
    private readonly onRefused: (market: Market, answer: Answer) => void,
  ) {}

  async runProbe(market: Market, endsAt: number): Promise<void> {
    if (!this.ask || this.probing.has(market)) return;
    this.probing.add(market);
    try {
      const answer = await this.ask(market);
      if (answer.kind === 'OK') {
        await this.store.thaw(market, 'ip', endsAt);
        this.monitor.onThawed(market);
      } else {
        this.onRefused(market, answer);
      }
    } catch {
      // Redis is unavailable: the freeze remains, and the next caller is elected again.
    } finally {
      this.probing.delete(market);
    }
  }
}
