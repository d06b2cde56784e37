/**
 * Takes the account's worth every minute, from the exchange by way of execution, and keeps the newest view for the
 * figures that need open positions. Replicas that take it in the same minute write one row.
 */
import { AccountView, getAccount } from '@elvis/contracts';
import { Bus, LOG, Log, Rounds } from '@elvis/platform';
import { Decimal, ZERO } from '@elvis/trading';
import { Inject, Injectable, OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { performance } from 'node:perf_hooks';
import { TradedAssets } from '../results/traded-assets';
import { Database } from '../database/database';

const EVERY_MS = 60_000;
const FIRST_MS = 2_000;
/** An older view is no view of the present. */
const FRESH_MS = 150_000;

const INSERT = {
  name: 'insert-equity',
  text: `INSERT INTO equity_snapshots (market, asset, created_at, wallet, unrealized_pnl, equity, positions)
    VALUES ($1, $2, date_trunc('minute', $3::timestamptz), $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
};

@Injectable()
export class EquityRecorder implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly rounds = new Rounds(() => this.round());
  private newest: { readonly account: AccountView; readonly atMs: number } | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly database: Database,
    private readonly tradedAssets: TradedAssets,
    @Inject(LOG) private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.rounds.start(FIRST_MS);
  }

  onModuleDestroy(): void {
    this.rounds.stop();
  }

  /** The account as of the last minutes; undefined if it is not known. */
  present(): Pick<AccountView, 'positions' | 'asOfMs'> | undefined {
    if (!this.newest || performance.now() - this.newest.atMs > FRESH_MS) return undefined;
    return this.newest.account;
  }

  /** Asks for the account and writes down what each asset is worth. */
  async snapshot(): Promise<void> {
    const account = await this.bus.request(getAccount, { market: 'futures' });
    this.newest = { account, atMs: performance.now() };
    const open = account.positions.filter(({ quantity }) => !new Decimal(quantity).isZero());
    const symbols = open.map(({ symbol }) => symbol);
    const assets = await this.tradedAssets.resolve('futures', symbols);
    const nameless = symbols.filter((symbol) => !assets.has(symbol));
    // Equity without one of the positions would be no equity.
    if (nameless.length > 0)
      throw new Error(
        `The base and quote assets of ${nameless.join(', ')} are not known yet, so the equity was not recorded; it is tried again in the next minute`,
      );
    for (const { asset, wallet } of account.balances) {
      const positions = open.filter(({ symbol }) => assets.get(symbol)?.quoteAsset === asset);
      const unrealized = positions.reduce((sum, { unrealizedPnl }) => sum.plus(unrealizedPnl), ZERO);
      const equity = unrealized.plus(wallet);
      await this.database.rows(INSERT, [
        'futures',
        asset,
        new Date(account.asOfMs).toISOString(),
        wallet,
        unrealized.toFixed(),
        equity.toFixed(),
        JSON.stringify(positions),
      ]);
    }
  }

  private async round(): Promise<number> {
    try {
      await this.snapshot();
    } catch (error) {
      this.log.info(
        { reason: error instanceof Error ? error.message : error },
        'The equity and balances of the account could not be recorded; retrying',
      );
    }
    return this.newest ? EVERY_MS : FIRST_MS * 5;
  }
}
