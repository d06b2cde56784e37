/**
 * Which assets a symbol trades, as the exchange says: learned from the fills that tell it, and from execution for those
 * that do not. A name alone tells nothing: BTC is the end of WBTC and T the end of USDT.
 */
import { listInstruments } from '@elvis/contracts';
import { Bus, LOG, Log, Rounds } from '@elvis/platform';
import { Fill, Market } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { PoolClient } from 'pg';
import { Database } from '../database/database';
import { UnnestInsert } from '../database/unnest';
import { lockResults } from './lots-store';

const FIRST_MS = 1_000;
const EVERY_MS = 60_000;

export interface Assets {
  readonly baseAsset: string;
  readonly quoteAsset: string;
}

interface Instrument extends Assets {
  readonly market: string;
  readonly symbol: string;
}

const INSERT = new UnnestInsert<Instrument>(
  'instruments',
  [
    { name: 'market', type: 'text', value: ({ market }) => market },
    { name: 'symbol', type: 'text', value: ({ symbol }) => symbol },
    { name: 'base_asset', type: 'text', value: ({ baseAsset }) => baseAsset },
    { name: 'quote_asset', type: 'text', value: ({ quoteAsset }) => quoteAsset },
  ],
  'ON CONFLICT DO NOTHING',
);

const NAMELESS = `SELECT DISTINCT market, symbol FROM trade_days
  WHERE NOT EXISTS (SELECT 1 FROM instruments AS i WHERE i.market = trade_days.market AND i.symbol = trade_days.symbol)`;

/** Fees that waited for the assets, and those that a version before guessed by the symbol's name. */
const CONVERT = `UPDATE trades SET fee_quote = fee_in_quote(market, symbol, fee, fee_asset, price, created_at)
  WHERE market = $1 AND symbol = $2 AND (fee_quote IS NULL OR (fee_asset <> $3 AND fee <> 0))
    AND fee_quote IS DISTINCT FROM fee_in_quote(market, symbol, fee, fee_asset, price, created_at)
    AND (fee_quote IS NULL OR right(symbol, length(fee_asset)) = fee_asset OR left(symbol, length(fee_asset)) = fee_asset)`;

@Injectable()
export class TradedAssets implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly known = new Map<string, Assets>();
  private readonly rounds = new Rounds(() => this.round());

  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start(FIRST_MS);
  }

  onModuleDestroy(): void {
    this.rounds.stop();
  }

  /** What these fills tell, stored in the transaction that stores them. */
  async learn(client: PoolClient, fills: readonly Fill[]): Promise<void> {
    const told = fills.flatMap(({ market, symbol, baseAsset, quoteAsset }) =>
      baseAsset && quoteAsset && !this.known.has(keyOf(market, symbol))
        ? [{ market, symbol, baseAsset, quoteAsset }]
        : [],
    );
    if (told.length === 0) return;
    const { text, values } = INSERT.of(told);
    await client.query(text, values);
  }

  /** Of those of `symbols` that are known. */
  async of(
    client: Pick<PoolClient, 'query'>,
    market: string,
    symbols: readonly string[],
  ): Promise<Map<string, Assets>> {
    const unread = symbols.filter((symbol) => !this.known.has(keyOf(market, symbol)));
    if (unread.length > 0) {
      const { rows } = await client.query<Instrument>(
        `SELECT symbol, base_asset AS "baseAsset", quote_asset AS "quoteAsset" FROM instruments
          WHERE market = $1 AND symbol = ANY($2::text[])`,
        [market, unread],
      );
      for (const { symbol, baseAsset, quoteAsset } of rows)
        this.known.set(keyOf(market, symbol), { baseAsset, quoteAsset });
    }
    return new Map(
      symbols.flatMap((symbol) => {
        const assets = this.known.get(keyOf(market, symbol));
        return assets ? [[symbol, assets] as const] : [];
      }),
    );
  }

  /**
   * The same, and execution is asked for the others. @throws TradingFailure SERVICE_UNREACHABLE execution is
   * unavailable
   */
  async resolve(market: Market, symbols: readonly string[]): Promise<Map<string, Assets>> {
    const known = await this.of(this.database.pool, market, symbols);
    for (const symbol of symbols) {
      if (known.has(symbol)) continue;
      const { instruments } = await this.bus.request(listInstruments, { market, symbol });
      const found = instruments.find((instrument) => instrument.symbol === symbol);
      if (!found) continue;
      await this.store({ market, symbol, baseAsset: found.baseAsset, quoteAsset: found.quoteAsset });
      known.set(symbol, found);
    }
    return known;
  }

  private async store(instrument: Instrument): Promise<void> {
    const { market, symbol, quoteAsset } = instrument;
    await this.database.transaction(async (client) => {
      await lockResults(client);
      const { text, values } = INSERT.of([instrument]);
      await client.query(text, values);
      await client.query(CONVERT, [market, symbol, quoteAsset]);
    });
  }

  private async round(): Promise<number> {
    try {
      const nameless = await this.database.rows<{ market: Market; symbol: string }>(NAMELESS);
      for (const { market, symbol } of nameless) await this.resolve(market, [symbol]);
    } catch (error) {
      this.log.info(
        { reason: error instanceof Error ? error.message : error },
        'The base and quote assets of some symbols are not known yet; execution is asked again in a minute',
      );
    }
    return EVERY_MS;
  }
}

const keyOf = (market: string, symbol: string): string => `${market} ${symbol}`;
