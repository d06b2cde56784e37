/**
 * Compares our books with the exchange's, on a timer and on demand: orders, fills, positions, balances, leverage. A
 * difference that two looks see, with nothing happening between them, is an event; the exchange's word is taken over;
 * and one that is worth more than the threshold stops its symbol.
 */
import { DifferenceKind, accountDiffered } from '@elvis/contracts';
import { EventLog, LOG, Log, Metrics, SharedWork } from '@elvis/platform';
import { Decimal, Market } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { setTimeout as pause } from 'node:timers/promises';
import { AccountProjection } from './account-projection';
import { AccountSync } from './account-sync';
import { BalanceComparison } from './balance-comparison';
import { DifferenceWorth } from './difference-worth';
import { AccountReading } from '../domain/known-account';
import { ExecutionConfig } from '../execution.config';
import { ExposureLedger } from '../ledgers/exposure-ledger';
import { LeverageSetter } from '../leverage/leverage-setter';
import { LeverageStore } from '../facts/leverage-store';
import { askedBy } from '../limiter/calls/asker';
import { SpotHoldings } from './spot-holdings';
import { HaltRequester } from '../fleet/halt-requester';
import { FuturesLeverage } from '../venue/futures-leverage';

/** A fill on its way to us explains a difference for this long. */
const SECOND_LOOK_MS = 1_500;

@Injectable()
export class Comparison {
  private readonly differences;
  private readonly suspected = new Map<string, string>();
  private readonly running = new SharedWork<Market>();

  constructor(
    private readonly sync: AccountSync,
    private readonly exposure: ExposureLedger,
    private readonly leverage: LeverageSetter,
    private readonly balances: BalanceComparison,
    private readonly holdings: SpotHoldings,
    private readonly worths: DifferenceWorth,
    private readonly projection: AccountProjection,
    private readonly leverages: LeverageStore,
    private readonly venue: FuturesLeverage,
    private readonly stops: HaltRequester,
    private readonly events: EventLog,
    private readonly config: ExecutionConfig,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.differences = metrics.counter(
      'elvis_account_differences_total',
      'Differences between local and exchange state, by kind',
      ['kind'],
    );
  }

  /** One comparison; one under way is joined. @throws TradingFailure */
  compareAccount(market: Market = 'futures'): Promise<void> {
    return this.running.run(market, () => askedBy('comparison', () => this.compareAll(market)));
  }

  private async compareAll(market: Market): Promise<void> {
    await this.exposure.compareSums();
    const orders = await this.compareOrders(market);
    if (orders > 0)
      await this.publishDifference(
        market,
        'ORDER',
        `${orders} orders`,
        'as the stream told',
        'changed since',
      );
    await this.tellFills(market, await this.sync.fillsOfLive(market));
    const isSuspicious = await this.compareFacts(market);
    if (isSuspicious || this.projection.hasMissed(market)) {
      await pause(SECOND_LOOK_MS);
      // Every fill changes a position or a balance: where they agree there is none to look for.
      await this.tellFills(market, await this.sync.syncFills(market));
      await this.compareFacts(market);
    }
  }

  /** Where nothing can rest there is nothing to compare. */
  private async compareOrders(market: Market): Promise<number> {
    const alive = await this.sync.listLiveOrders(market);
    if (alive.length === 0 && !this.projection.mayRest(market)) return 0;
    const positions = await this.exposure.readPositions(market);
    const held = [...positions].filter(([, quantity]) => !new Decimal(quantity).isZero());
    const symbols = [...(await this.sync.tradedSymbols(market)), ...held.map(([symbol]) => symbol)];
    return this.sync.syncOrders(market, [...new Set(symbols)]);
  }

  private async tellFills(market: Market, fills: number): Promise<void> {
    if (fills > 0)
      await this.publishDifference(market, 'FILL', `${fills} fills`, 'not told by the stream', 'executed');
  }

  /** Balances, positions and leverage; answers whether anything is suspicious. On spot what is held is the position. */
  private async compareFacts(market: Market): Promise<boolean> {
    const ours = await this.exposure.readPositions(market);
    const account = await this.projection.readAccount(market);
    const { isSuspicious: isUnequal, differences } = await this.balances.compareBalances(market, account);
    for (const { asset, ours: known, theirs } of differences)
      await this.publishDifference(market, 'BALANCE', asset, known, theirs);
    if (market === 'spot') {
      return isUnequal || this.spotHoldings(account);
    }
    const isSuspicious = (await this.comparePositions(market, ours, account)) || isUnequal;
    const leverages = await this.venue.leverages();
    await this.leverages.writeLeverages(leverages, account.asOfMs);
    for (const [symbol, confirmed] of await this.leverage.readConfirmed()) {
      const found = leverages.get(symbol);
      if (found === undefined || found === confirmed) continue;
      await this.publishDifference(market, 'LEVERAGE', symbol, `${confirmed}`, `${found}`);
      await this.leverage.checkForDrift(symbol, found);
    }
    return isSuspicious;
  }

  private async spotHoldings(account: AccountReading): Promise<boolean> {
    const { isSuspicious, differences } = await this.holdings.compareHoldings(account);
    for (const { symbol, ours, theirs, worth } of differences) {
      this.stopIfLarge(symbol, worth, ours, theirs);
      await this.publishDifference('spot', 'POSITION', symbol, ours, theirs, worth);
    }
    return isSuspicious;
  }

  private async comparePositions(
    market: Market,
    ours: ReadonlyMap<string, string>,
    { positions }: AccountReading,
  ): Promise<boolean> {
    // An account in hedge mode holds both sides of a symbol: together they are no position of Elvis.
    if (positions.some(({ positionSide }) => positionSide)) return false;
    const theirs = new Map(positions.map((position) => [position.symbol, position]));
    let isSuspicious = false;
    for (const symbol of new Set([...ours.keys(), ...theirs.keys()])) {
      const known = ours.get(symbol);
      const quantity = theirs.get(symbol)?.quantity ?? '0';
      const difference = new Decimal(quantity).minus(known ?? 0);
      const key = `${market}:${symbol}`;
      if (difference.isZero()) {
        this.suspected.delete(key);
        continue;
      }
      const seen = `${known ?? ''}|${quantity}`;
      if (this.suspected.get(key) !== seen) {
        this.suspected.set(key, seen);
        isSuspicious = true;
        continue;
      }
      this.suspected.delete(key);
      const worth = await this.worths.worthOf(market, symbol, difference, theirs.get(symbol)?.markPrice);
      if (!(await this.exposure.setPosition(market, symbol, known, new Decimal(quantity).toFixed())))
        continue;
      this.stopIfLarge(symbol, worth, known ?? '0', quantity);
      await this.publishDifference(market, 'POSITION', symbol, known ?? '0', quantity, worth);
    }
    return isSuspicious;
  }

  /** What cannot be priced counts as more than the threshold. */
  private stopIfLarge(symbol: string, worth: Decimal | undefined, ours: string, theirs: string): void {
    const threshold = this.config.HALT_ON_RECONCILE_DIFF;
    if (threshold === 'off' || worth?.lte(threshold)) return;
    const value = worth
      ? `worth ${worth.toFixed(2)}`
      : `of unknown value (no price available), counted as above ${threshold}`;
    const reason = `Position of ${symbol}: local ${ours}, exchange ${theirs}, difference ${value}`;
    this.stops.requestHalt('reconcile', { type: 'symbol', value: symbol }, reason);
  }

  private async publishDifference(
    market: Market,
    kind: DifferenceKind,
    about: string,
    ours: string,
    theirs: string,
    worth?: Decimal,
  ): Promise<void> {
    this.differences.inc({ kind });
    this.log.warn(
      { kind, about, ours, theirs },
      'The account differs between Elvis and the exchange; the state of the exchange was adopted',
    );
    const noticedAtMs = Date.now();
    await this.events.publish(accountDiffered, {
      market,
      kind,
      about,
      ours,
      theirs,
      noticedAtMs,
      ...(worth && { worth: worth.toFixed() }),
    });
  }
}
