/**
 * The account for the other services: what the fleet knows of it while that is new enough, and a reading where it is not.
 * Between two readings open positions are worth what the newest marks say.
 */
import { AccountView } from '@elvis/contracts';
import { Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { AccountMode } from './account-mode';
import { AccountReader } from './account-reader';
import { AccountStore } from './account-store';
import { KnownAccount, KnownPosition, holdingsOf, markedBy, readAgain } from '../domain/known-account';
import { ExecutionConfig } from '../execution.config';
import { LeverageStore } from './leverage-store';
import { ExchangeClock } from '../limiter/clock/exchange-clock';
import { MarkPrices } from './mark-prices';
import { SymbolAssets } from '../venue/symbol-assets';

/** Proof that it is still so comes each second, and so does a reading where there is no stream. */
const ACCOUNT_FRESH_MS = 2_500;

@Injectable()
export class AccountFacts {
  constructor(
    private readonly store: AccountStore,
    private readonly reader: AccountReader,
    private readonly leverages: LeverageStore,
    private readonly marks: MarkPrices,
    private readonly assets: SymbolAssets,
    private readonly mode: AccountMode,
    private readonly clock: ExchangeClock,
    private readonly config: ExecutionConfig,
  ) {}

  /**
   * Known to hold until `maxAgeMs` ago at least; with 0 read from the exchange after this question.
   *
   * @throws TradingFailure the exchange, or Redis, could not be asked
   */
  async account(market: Market, maxAgeMs = ACCOUNT_FRESH_MS): Promise<AccountView> {
    const sinceMs = this.clock.now();
    const known = async (): Promise<KnownAccount | undefined> => {
      const stored = await this.store.readKnown(market);
      const isEnough =
        maxAgeMs === 0
          ? stored && stored.readAtMs > sinceMs
          : stored && this.clock.now() - stored.knownToMs <= maxAgeMs;
      return isEnough ? stored : undefined;
    };
    return this.viewOf(market, (await known()) ?? (await this.readFresh(market, known)));
  }

  private async readFresh(
    market: Market,
    known: () => Promise<KnownAccount | undefined>,
  ): Promise<KnownAccount> {
    const found = await this.reader.readFromExchange(market, known);
    if ('knownToMs' in found) return found;
    const before = await this.store.readKnown(market);
    const account = await this.leverages.withLeverages(readAgain(before, found, []));
    await this.store.writeKnown(market, account, randomUUID()).catch(() => undefined);
    return account;
  }

  private async viewOf(market: Market, known: KnownAccount): Promise<AccountView> {
    const { balances, readAtMs, knownToMs } = known;
    const isSpot = market === 'spot';
    const positions = isSpot ? await this.holdings(known) : known.positions;
    return {
      balances,
      positions: markedBy(positions, (symbol) => (isSpot ? undefined : this.marks.markOf(symbol))),
      asOfMs: Math.floor(knownToMs),
      ageMs: Math.max(0, Math.ceil(this.clock.now() - knownToMs)),
      readAtMs: Math.floor(readAtMs),
      changedAtMs: Math.floor(known.walletsChangedAtMs),
      ...(!isSpot && { modes: this.mode.current }),
    };
  }

  private async holdings({ balances }: KnownAccount): Promise<readonly KnownPosition[]> {
    const traded = await Promise.all(
      this.config.SYMBOLS.map(async (symbol) => ({
        symbol,
        assets: await this.assets.assetsOf('spot', symbol),
      })),
    );
    return holdingsOf(
      balances,
      traded.flatMap(({ symbol, assets }) => (assets ? [{ symbol, baseAsset: assets.baseAsset }] : [])),
    );
  }
}
