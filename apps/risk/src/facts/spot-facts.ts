/**
 * What a spot order is judged by: the middle and the levels of the spot book, and what the account holds back for orders
 * that rest. Both are asked of execution when an order comes, for nothing streams them and the exchange's weight is spent
 * on nobody's account who does not trade spot. What was asked a moment ago serves the next order too; an answer that does
 * not come leaves the older one, whose age is judged, and one that cannot be read leaves none.
 */
import { AccountView, DepthSnapshot, PriceLevel, getAccount, getDepth } from '@elvis/contracts';
import { Bus, LOG, Log, Metrics, SharedWork } from '@elvis/platform';
import { OrderBookFact, OrderBookLevel, FundsFact, MarkFact } from '@elvis/rules';
import { OrderSide, ZERO, maxDecimal } from '@elvis/trading';
import { Inject, Injectable } from '@nestjs/common';
import { AccountState, readAccount } from './read-account';
import { Clock } from './clock';
import { readLevels } from './market-facts';

const ORDER_BOOK_SERVES_MS = 300;
const ACCOUNT_SERVES_MS = 1_000;
/** Anyone who was refused for want of funds is judged once more on an answer as new as this. */
const NEW_ACCOUNT_MS = 100;
/** The caller waits no longer; what comes later serves the next order. */
const WAIT_MS = 1_500;
const LEVELS = 100;

interface Asked<Fact> {
  readonly fact: Fact;
  readonly atMs: number;
}

interface SpotOrderBook {
  readonly bids: readonly OrderBookLevel[];
  readonly asks: readonly OrderBookLevel[];
}

@Injectable()
export class SpotFacts {
  private account: Asked<AccountState> | undefined;
  private readonly orderBooks = new Map<string, Asked<SpotOrderBook>>();
  private readonly underWay = new SharedWork();
  private readonly malformed;

  constructor(
    private readonly bus: Bus,
    private readonly clock: Clock,
    metrics: Metrics,
    @Inject(LOG) private readonly log: Log,
  ) {
    this.malformed = metrics.counter(
      'elvis_risk_malformed_spot_facts_total',
      'Answers about the spot market or account that could not be read and took their fact away',
      ['fact'],
    );
  }

  /** Brings what is too old up to date, as far as that is possible in time. Never throws. */
  async look(symbol: string, isAnew = false): Promise<void> {
    const asked: Promise<void>[] = [];
    const accountMs = isAnew ? NEW_ACCOUNT_MS : ACCOUNT_SERVES_MS;
    if (this.ageMs(this.account) > accountMs)
      asked.push(this.once('account', () => this.askAccount(accountMs)));
    if (this.ageMs(this.orderBooks.get(symbol)) > ORDER_BOOK_SERVES_MS)
      asked.push(this.readOrderBook(symbol));
    if (asked.length === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, WAIT_MS)));
    await Promise.race([Promise.all(asked), patience]).finally(() => clearTimeout(timer));
  }

  /** Asks for the book alone; returns once it came or could not be had. Never throws. */
  readOrderBook(symbol: string): Promise<void> {
    return this.once(`book:${symbol}`, () => this.requestOrderBook(symbol));
  }

  /** The middle of the book; undefined unless both sides are known and do not cross. */
  price(symbol: string): MarkFact | undefined {
    const asked = this.orderBooks.get(symbol);
    const [bid] = asked?.fact.bids ?? [];
    const [ask] = asked?.fact.asks ?? [];
    if (!asked || !bid || !ask || bid.price.gt(ask.price)) return undefined;
    return { price: bid.price.plus(ask.price).div(2), ageMs: this.ageMs(asked) };
  }

  /** The side that an order of `side` would take from. */
  book(symbol: string, side: OrderSide): OrderBookFact | undefined {
    const asked = this.orderBooks.get(symbol);
    return asked && { levels: side === 'BUY' ? asked.fact.asks : asked.fact.bids, ageMs: this.ageMs(asked) };
  }

  /** Undefined while nothing is known of the account; an asset it does not name is one it has none of. */
  funds(asset: string | undefined): FundsFact | undefined {
    if (asset === undefined || !this.account) return undefined;
    const balance = this.account.fact.balances.get(asset);
    const locked = balance ? maxDecimal(balance.wallet.minus(balance.free), ZERO) : ZERO;
    return { asset, locked, ageMs: this.ageMs(this.account) };
  }

  private async askAccount(maxAgeMs: number): Promise<void> {
    const atMs = this.clock.monotonicMs();
    const view: AccountView = await this.bus.request(getAccount, { market: 'spot', maxAgeMs });
    const account = readAccount(view, () => undefined);
    if (!account) {
      this.account = undefined;
      return this.cannotRead('account');
    }
    const isOld = this.account !== undefined && account.asOfMs <= this.account.fact.asOfMs;
    const knownAtMs = atMs - (account.ageMs ?? 0);
    this.account = { fact: account, atMs: isOld && this.account ? this.account.atMs : knownAtMs };
  }

  private async requestOrderBook(symbol: string): Promise<void> {
    const atMs = this.clock.monotonicMs();
    const { bids, asks } = await this.bus.request(getDepth, { market: 'spot', symbol, limit: LEVELS });
    const book = parseOrderBook({ bids, asks });
    if (book) this.orderBooks.set(symbol, { fact: book, atMs });
    else {
      this.orderBooks.delete(symbol);
      this.cannotRead('book');
    }
  }

  private cannotRead(fact: string): void {
    this.malformed.inc({ fact });
    this.log.error(
      { fact },
      'The spot data that execution sent is malformed; spot orders are refused until it is readable. Check that all replicas run the same build',
    );
  }

  /** Anyone who asks while the question is under way waits for the same answer. */
  private once(name: string, ask: () => Promise<void>): Promise<void> {
    return this.underWay.run(name, () =>
      ask().catch((error: Error) =>
        this.log.debug(
          { err: error, name },
          'Spot data could not be read from execution; the last known data is used until it is too old',
        ),
      ),
    );
  }

  private ageMs(asked: Asked<unknown> | undefined): number {
    return asked ? Math.ceil(this.clock.monotonicMs() - asked.atMs) : Infinity;
  }
}

function parseOrderBook({ bids, asks }: Pick<DepthSnapshot, 'bids' | 'asks'>): SpotOrderBook | undefined {
  const read = (levels: readonly PriceLevel[], side: OrderSide): readonly OrderBookLevel[] | undefined =>
    Array.isArray(levels) ? readLevels(levels, side) : undefined;
  const [buys, sells] = [read(bids, 'SELL'), read(asks, 'BUY')];
  return buys && sells && { bids: buys, asks: sells };
}
