/**
 * What every fill brought, worked out from the rules of docs/figures.md and from nothing of the service: by the
 * account and by its owner's own lots, by average cost and first in, first out.
 */
import { Happened, RandomAccount } from './random-account';
import { amount, product, shareOf } from './amounts';

export type Method = 'average' | 'fifo';
export type Side = 'account' | 'own';

interface Lot {
  readonly owner: string;
  readonly sign: bigint;
  quantity: bigint;
  cost: bigint;
}

export interface Brought {
  readonly realized: bigint;
  readonly closes: boolean;
}

export interface BookedFill extends Happened {
  readonly owner: string;
  readonly atMs: number;
  readonly brought: Readonly<Record<Side, Readonly<Record<Method, Brought>>>>;
  readonly fee: bigint;
  /** Undefined where no price was recorded. */
  readonly feeQuote: bigint | undefined;
  readonly quote: bigint;
}

const MINUTE = 60_000;

export class OwnLots {
  readonly fills: readonly BookedFill[];
  /** What is open, by market, symbol, side and method. */
  private readonly lots = new Map<string, Lot[]>();

  constructor(private readonly account: RandomAccount) {
    this.fills = account.fills.map((happened) => this.resultsOf(happened));
  }

  /** Signed quantity and signed cost of what is open. */
  open(market: string, symbol: string, side: Side, method: Method): { quantity: bigint; cost: bigint } {
    const lots = this.lots.get([market, symbol, side, method].join(' ')) ?? [];
    return lots.reduce(
      (so, { sign, quantity, cost }) => ({
        quantity: so.quantity + sign * quantity,
        cost: so.cost + sign * cost,
      }),
      { quantity: 0n, cost: 0n },
    );
  }

  private resultsOf(happened: Happened): BookedFill {
    const { fill, origin } = happened;
    const owner = fill.botConfigId ?? (origin === 'elvis' ? 'none' : origin);
    const [price, fee] = [amount(fill.price), amount(fill.fee)];
    let [quantity, worth] = [amount(fill.quantity), amount(fill.quoteQuantity)];
    const buys = fill.side === 'BUY';
    if (fill.market === 'spot' && fill.feeAsset === fill.baseAsset) {
      quantity += buys ? -fee : fee;
      worth += buys ? -product(fee, price) : product(fee, price);
    }
    const trade = (side: Side, method: Method): Brought =>
      this.close(
        [fill.market, fill.symbol, side, method].join(' '),
        side,
        method,
        owner,
        buys,
        quantity,
        worth,
      );
    const byLots = {
      account: { average: trade('account', 'average'), fifo: trade('account', 'fifo') },
      own: { average: trade('own', 'average'), fifo: trade('own', 'fifo') },
    };
    const rp = amount(fill.realizedPnl);
    const average =
      fill.market === 'futures'
        ? { realized: rp, closes: byLots.account.average.closes || rp !== 0n }
        : byLots.account.average;
    return {
      ...happened,
      owner,
      atMs: fill.tradedAtMs,
      brought: { account: { ...byLots.account, average }, own: byLots.own },
      fee,
      feeQuote: this.feeQuote(happened, fee, price),
      quote: amount(fill.quoteQuantity),
    };
  }

  private close(
    name: string,
    side: Side,
    method: Method,
    owner: string,
    buys: boolean,
    quantity: bigint,
    worth: bigint,
  ): Brought {
    const lots = this.lots.get(name) ?? [];
    this.lots.set(name, lots);
    const sign = buys ? 1n : -1n;
    const who = side === 'account' ? 'all' : owner;
    const mayCloseOthers = side === 'own' && ['none', 'external', 'liquidation'].includes(owner);
    let [left, cash, realized, closes] = [quantity, worth, 0n, false];
    while (left > 0n) {
      // Lots stand in the order they were opened.
      const against = lots.filter((lot) => lot.sign === -sign);
      const lot = against.find((one) => one.owner === who) ?? (mayCloseOthers ? against[0] : undefined);
      if (!lot) break;
      const part = lot.quantity < left ? lot.quantity : left;
      const [got, cost] = [shareOf(cash, part, left), shareOf(lot.cost, part, lot.quantity)];
      realized += sign > 0n ? cost - got : got - cost;
      closes = true;
      left -= part;
      cash -= got;
      lot.quantity -= part;
      lot.cost -= cost;
      if (lot.quantity === 0n) lots.splice(lots.indexOf(lot), 1);
    }
    if (left > 0n) {
      const same = method === 'average' ? lots.find((lot) => lot.owner === who) : undefined;
      if (same) {
        same.quantity += left;
        same.cost += cash;
      } else lots.push({ owner: who, sign, quantity: left, cost: cash });
    }
    return { realized, closes };
  }

  private feeQuote({ fill }: Happened, fee: bigint, price: bigint): bigint | undefined {
    if (fee === 0n) return 0n;
    if (fill.feeAsset === fill.quoteAsset) return fee;
    if (fill.feeAsset === fill.baseAsset) return product(fee, price);
    const recorded = this.account.prices
      .filter(({ atMs }) => atMs <= fill.tradedAtMs && atMs > fill.tradedAtMs - 10 * MINUTE)
      .sort((one, other) => other.atMs - one.atMs)[0];
    return recorded && product(fee, amount(recorded.price));
  }
}
