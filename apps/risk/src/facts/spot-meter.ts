/**
 * Measures the result of spot each second on our own records of the balances and the books' prices. While it cannot, the
 * last result stands, and what would open something is refused: a missing price hides no loss and makes none up.
 */
import { LOG, Log } from '@elvis/platform';
import { isSameBasis, LOSS_ASSET, measureSpot, SpotLedger, SpotResult } from '@elvis/rules';
import { Decimal, MissingInput } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { CoinPrices } from './coin-prices';
import { Instruments } from './instruments';
import { RiskConfig } from '../risk.config';

/** An account at rest costs five of the exchange's weight a minute for each coin; after a fill the book is looked at more. */
const ORDER_BOOK_EVERY_MS = 60_000;
const ORDER_BOOK_WHILE_ACTIVE_MS = 5_000;
const ACTIVE_MS = 600_000;
const ONE = new Decimal(1);
const LEDGER_MISSING: MissingInput = {
  code: 'ACCOUNT_MISSING',
  context: { market: 'spot', why: 'the spot balances are not known' },
};

@Injectable()
export class SpotMeter {
  private missing: MissingInput | undefined;
  private activeUntilMs = 0;

  constructor(
    private readonly prices: CoinPrices,
    private readonly instruments: Instruments,
    private readonly config: RiskConfig,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Why the last measurement is not one of this moment. */
  get lacks(): MissingInput | undefined {
    return this.missing;
  }

  /** Undefined where spot is not traded, and while it cannot be measured. */
  measure(
    known: SpotResult | undefined,
    ledger: SpotLedger | undefined,
    atMs: number,
  ): SpotResult | undefined {
    const followed = this.followed();
    if (followed === 'off') return this.lack(undefined);
    if (!followed || !ledger) return this.lack(known && LEDGER_MISSING);
    let old: MissingInput | undefined;
    const priceOf = (asset: string): Decimal | 'unlisted' | undefined => {
      if (asset === LOSS_ASSET) return ONE;
      const found = this.prices.of(
        asset,
        atMs < this.activeUntilMs ? ORDER_BOOK_WHILE_ACTIVE_MS : ORDER_BOOK_EVERY_MS,
      );
      if (!found || found === 'unlisted') return found;
      const { symbol, ageMs, maximumMs } = found;
      if (ageMs > maximumMs) {
        const context = { asset, symbol, ageMs: `${ageMs}`, maximumMs: `${maximumMs}` };
        old ??= { code: 'PRICE_STALE', context };
      }
      return found.price;
    };
    const measured = measureSpot(known, ledger, followed, priceOf, atMs);
    if ('unpriced' in measured) {
      return this.lack({ code: 'PRICE_MISSING', context: { asset: measured.unpriced.join(', ') } });
    }
    this.lack(old);
    if (known && !isSameBasis(known, measured.result)) this.activeUntilMs = atMs + ACTIVE_MS;
    return measured.result;
  }

  /** The assets of the followed symbols; undefined while the exchange's list is not known. */
  private followed(): readonly string[] | 'off' | undefined {
    try {
      const assets = this.config.SYMBOLS.flatMap((symbol) => {
        const listed = this.instruments.find('spot', symbol);
        return listed ? [listed.baseAsset, listed.quoteAsset] : [];
      });
      return this.instruments.isTraded('spot') ? [...new Set(assets)] : 'off';
    } catch {
      return undefined;
    }
  }

  private lack(missing: MissingInput | undefined): undefined {
    if (missing && missing.code !== this.missing?.code) {
      this.log.warn(
        missing,
        'The spot balances cannot be valued: their last known value counts for the loss limits, and orders that add risk are refused',
      );
    }
    this.missing = missing;
    return undefined;
  }
}
