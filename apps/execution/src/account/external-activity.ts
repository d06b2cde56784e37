/**
 * Orders and fills that Elvis did not make: a person in the app, a liquidation, deleveraging. They are recorded as
 * events under ids that derive from the exchange's, and counted; what they do to positions the comparison takes over.
 */
import { externalFillSeen, externalOrderSeen } from '@elvis/contracts';
import { EventLog, LOG, Log, Metrics } from '@elvis/platform';
import { Fill, Market } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { BalanceLedger } from '../ledgers/balance-ledger';
import { SymbolAssets } from '../venue/symbol-assets';
import { OrderUpdate } from '../venue/user-stream';

/** Told again after a restart the id makes it one event; this only saves the telling. */
const MAX_REMEMBERED = 10_000;

@Injectable()
export class ExternalActivity {
  private readonly published = new Set<string>();
  private readonly seen;

  constructor(
    private readonly events: EventLog,
    private readonly balances: BalanceLedger,
    private readonly assets: SymbolAssets,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.seen = metrics.counter('elvis_external_total', 'Orders and fills that Elvis did not make', ['kind']);
  }

  async recordOrder({
    market,
    symbol,
    clientOrderId,
    side,
    report,
  }: Omit<OrderUpdate, 'type'>): Promise<void> {
    const { exchangeOrderId, status, filledQuantity, quantity, price } = report;
    await this.publishOnce(
      'order',
      `external:${market}:${symbol}:${exchangeOrderId}:${status}:${filledQuantity}`,
      (id) =>
        this.events.publish(
          externalOrderSeen,
          { market, symbol, exchangeOrderId, clientOrderId, side, status, quantity, price, filledQuantity },
          { id, actor: 'exchange' },
        ),
    );
  }

  async recordFill(market: Market, seen: Fill): Promise<void> {
    const fill = await this.assets.named(seen);
    await this.balances.addFill(fill);
    await this.publishOnce(
      'fill',
      `external-fill:${market}:${fill.symbol}:${fill.tradeId}:${fill.side}`,
      (id) =>
        this.events.publish(externalFillSeen, { fill }, { id, actor: 'exchange', timeMs: fill.tradedAtMs }),
    );
  }

  private async publishOnce(
    kind: 'order' | 'fill',
    id: string,
    publish: (id: string) => Promise<string>,
  ): Promise<void> {
    if (this.published.has(id)) return;
    await publish(id);
    if (this.published.size >= MAX_REMEMBERED) this.published.clear();
    this.published.add(id);
    this.seen.inc({ kind });
    this.log.warn(
      { kind, id },
      'An order or fill on the account was not made by Elvis; if it was not made by hand, check who uses the API key',
    );
  }
}
