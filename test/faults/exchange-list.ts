/**
 * Every order of the account as the exchange itself lists it, in one form for all kinds: plain orders of futures,
 * conditional ones with the orders that they became, and spot orders.
 */
import { FuturesAlgoOrder, SpotTrade } from '@elvis/binance';
import { Decimal, Market } from '@elvis/trading';
import { ExchangeAccount } from './exchange-account';
import { SYMBOLS } from './stage';
import { Witness } from './witness';

export interface TheirOrder {
  readonly id: string;
  /** The exchange's own, as Elvis writes it. */
  readonly number: string;
  readonly market: Market;
  readonly symbol: string;
  readonly side: 'BUY' | 'SELL';
  readonly status: string;
  readonly quantity: string;
  readonly filled: string;
  /** The exchange's numbers of the fills. */
  readonly trades: readonly string[];
}

/** A row of the exchange's own log of futures. */
interface LoggedOrder {
  readonly order: {
    readonly clientOrderId: string;
    readonly orderId: number | string;
    readonly symbol: string;
    readonly side: 'BUY' | 'SELL';
    readonly status: string;
    readonly executedQty: string;
    readonly origQty: string;
  };
  readonly fills: readonly { readonly tradeId: number; readonly quantity: string }[];
}

/** The spot market of the recording has this symbol alone. */
export const SPOT_SYMBOL = 'BTCUSDT';
const PAGE = 1_000;

export class ExchangeList {
  /** What was read of them once is not read again. */
  private readonly spotTrades: SpotTrade[] = [];

  constructor(
    private readonly stage: Witness,
    private readonly account: ExchangeAccount,
  ) {}

  async read(): Promise<{ readonly orders: readonly TheirOrder[]; readonly positions: Positions }> {
    const logged = await this.logged();
    const conditional = (await Promise.all(SYMBOLS.map((symbol) => this.account.algoOrders(symbol)))).flat();
    const spot = this.stage.hasSpot ? await this.spot() : [];
    return { orders: [...futuresOrders(logged, conditional), ...spot], positions: positionsOf(logged) };
  }

  private async logged(): Promise<readonly LoggedOrder[]> {
    return (await this.stage.admin<{ orders: LoggedOrder[] }>('GET', '/log/orders?account=elvis')).orders;
  }

  private async spot(): Promise<TheirOrder[]> {
    const orders = await this.account.spotOrders(SPOT_SYMBOL);
    for (;;) {
      const last = this.spotTrades.at(-1)?.id;
      const from = last === undefined ? 1 : Number(last) + 1;
      const page = await this.account.spotTrades(SPOT_SYMBOL, `${from}`);
      this.spotTrades.push(...page);
      if (page.length < PAGE) break;
    }
    return orders.map(({ clientOrderId: id, orderId, symbol, side, status, origQty, executedQty }) => ({
      id,
      number: `${orderId}`,
      market: 'spot',
      symbol,
      side,
      status,
      quantity: origQty,
      filled: executedQty,
      trades: this.spotTrades.filter((trade) => `${trade.orderId}` === `${orderId}`).map(({ id }) => `${id}`),
    }));
  }
}

/** What the fills of every order make, by symbol. */
export type Positions = ReadonlyMap<string, Decimal>;

function positionsOf(logged: readonly LoggedOrder[]): Positions {
  const positions = new Map<string, Decimal>();
  for (const { order, fills } of logged) {
    for (const { quantity } of fills) {
      const signed = order.side === 'BUY' ? new Decimal(quantity) : new Decimal(quantity).negated();
      positions.set(order.symbol, (positions.get(order.symbol) ?? new Decimal(0)).plus(signed));
    }
  }
  return positions;
}

/** An order that a conditional one became is that one's, and not another. */
function futuresOrders(
  logged: readonly LoggedOrder[],
  conditional: readonly FuturesAlgoOrder[],
): readonly TheirOrder[] {
  // A number is a symbol's own.
  const byNumber = new Map(logged.map((each) => [`${each.order.symbol}:${each.order.orderId}`, each]));
  const became = conditional.map((algo) => {
    const number = `${algo.symbol}:${algo.actualOrderId ?? ''}`;
    const actual = byNumber.get(number);
    byNumber.delete(number);
    const { clientAlgoId: id, algoId, symbol, side, quantity, algoStatus: status } = algo;
    if (actual) return { ...plain(actual), id };
    return {
      id,
      number: `algo:${algoId}`,
      market: 'futures' as const,
      symbol,
      side,
      status,
      quantity,
      filled: '0',
      trades: [],
    };
  });
  return [...became, ...[...byNumber.values()].map(plain)];
}

const plain = ({ order, fills }: LoggedOrder): TheirOrder => ({
  id: order.clientOrderId,
  number: `${order.orderId}`,
  market: 'futures',
  symbol: order.symbol,
  side: order.side,
  status: order.status,
  quantity: order.origQty,
  filled: order.executedQty,
  trades: fills.map(({ tradeId }) => `${tradeId}`),
});
