/**
 * The balances as our own records make them: what the exchange had at one moment, and every fill and booking since,
 * each once by the exchange's id. It is held against the exchange's, and risk judges spot orders by it: a fill is
 * booked before it leaves its order's reservation, so nothing is ever counted as free twice. What Redis loses begins
 * again at the next comparison.
 */
import { BALANCES_KEY, balancesSinceField, movedField, walletField } from '@elvis/contracts';
import { LOG, Log, Redis, RedisScript } from '@elvis/platform';
import { Decimal, Fill, Market } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { balanceChangesOf } from '../domain/balance-changes';
import { SymbolAssets } from '../venue/symbol-assets';

/** Ids of what was booked, by its time; no news comes later than this many others. */
export const BOOKED_KEY = 'ELVIS_BALANCES:booked';
const MOST_REMEMBERED = 50_000;
/** Whole numbers of the exchange's smallest unit: Redis adds those exactly. */
const DECIMALS = 8;

const ADD = RedisScript.read<number>(__dirname, 'add-changes');
const SET = RedisScript.read<number>(__dirname, 'set-wallet');

/** What a script is given to book. */
export interface Booking {
  /** Field of the moment the market's book began at; without it nothing is booked. */
  readonly since: string;
  readonly atMs: number;
  readonly id: string;
  readonly mostRemembered: number;
  /** Field and amount of each change. */
  readonly changes: readonly string[];
  /** Only if the order's reservation still stands: it may have been booked long ago. */
  readonly ifHeld?: boolean;
}

@Injectable()
export class BalanceLedger {
  constructor(
    private readonly redis: Redis,
    private readonly assets: SymbolAssets,
    @Inject(LOG) private readonly log: Log,
  ) {}

  /** Never throws: a fill that could not be booked shows as a difference, and is set right there. */
  async addFill(fill: Fill): Promise<void> {
    const booking = await this.bookingOf(fill);
    if (booking) await this.book(booking).catch((error: unknown) => this.logNotBooked(fill, error));
  }

  /** What books this fill; undefined where the assets of its symbol are not known. Never throws. */
  async bookingOf(fill: Fill): Promise<Booking | undefined> {
    try {
      const market = fill.market as Market;
      const assets = await this.assets.assetsOf(market, fill.symbol);
      if (!assets) return undefined;
      const id = `${market}:${fill.symbol}:${fill.tradeId}:${fill.side}`;
      return bookingOf(market, id, fill.tradedAtMs, balanceChangesOf(fill, assets));
    } catch (error) {
      this.logNotBooked(fill, error);
      return undefined;
    }
  }

  /**
   * Counts from that moment on; what happened before it is in the exchange's own figure. @throws when Redis is
   * unavailable
   */
  async addChanges(
    market: Market,
    id: string,
    atMs: number,
    changes: ReadonlyMap<string, Decimal>,
  ): Promise<void> {
    await this.book(bookingOf(market, id, atMs, changes));
  }

  private logNotBooked({ tradeId }: Fill, error: unknown): void {
    this.log.debug(
      { tradeId, reason: (error as Error).message },
      'A fill was not added to the spot balances; the next synchronization corrects them',
    );
  }

  private async book(booking: Booking): Promise<void> {
    await ADD.run(this.redis, [BALANCES_KEY, BOOKED_KEY], [JSON.stringify(booking)]);
  }

  /** Begins the book of a market with what the exchange had at that moment. @throws when Redis is unavailable */
  async startBalances(market: Market, wallets: ReadonlyMap<string, string>, atMs: number): Promise<void> {
    const fields = Object.fromEntries(
      [...wallets].map(([asset, wallet]) => [walletField(market, asset), toUnits(new Decimal(wallet))]),
    );
    await this.redis.hset(BALANCES_KEY, { ...fields, [balancesSinceField(market)]: Math.floor(atMs) });
  }

  /** By asset; undefined where the book has not begun. @throws when Redis is unavailable */
  async wallets(market: Market): Promise<ReadonlyMap<string, string> | undefined> {
    const all = await this.redis.hgetall(BALANCES_KEY);
    if (all[balancesSinceField(market)] === undefined) return undefined;
    const prefix = walletField(market, '');
    return new Map(
      Object.entries(all).flatMap(([field, units]) =>
        field.startsWith(prefix) ? [[field.slice(prefix.length), fromUnits(units)] as const] : [],
      ),
    );
  }

  /**
   * Takes the exchange's word over, if no other replica booked anything meanwhile. The difference is summed as money
   * that moved: risk counts it as neither profit nor loss. @throws when Redis is unavailable
   */
  async correctBalance(market: Market, asset: string, ours: string, theirs: string): Promise<boolean> {
    const args = [
      ...[walletField(market, asset), toUnits(new Decimal(ours)), toUnits(new Decimal(theirs))],
      ...[movedField(market, asset), toUnits(new Decimal(theirs).minus(ours))],
    ];
    return (await SET.run(this.redis, [BALANCES_KEY], args)) === 1;
  }
}

const bookingOf = (
  market: Market,
  id: string,
  atMs: number,
  changes: ReadonlyMap<string, Decimal>,
): Booking => ({
  since: balancesSinceField(market),
  atMs,
  id,
  mostRemembered: MOST_REMEMBERED,
  changes: [...changes].flatMap(([asset, amount]) => [walletField(market, asset), toUnits(amount)]),
});

const toUnits = (amount: Decimal): string => amount.times(10 ** DECIMALS).toFixed(0);
const fromUnits = (units: string): string => new Decimal(units).div(10 ** DECIMALS).toFixed();
