/**
 * Everything at one moment, made at most once a second for all who ask. Sums are made here in decimals, so that a page
 * shows what it is given. The newest two minutes are kept: who was shown one can ask for the very same again.
 */
import {
  AccountView,
  LimitsView,
  OrderView,
  SymbolLease,
  getAccount,
  getLimits,
  getRateLimits,
  getTradingState,
  listAlerts,
  listOpenOrders,
  listSymbolLeases,
} from '@elvis/contracts';
import { Bus } from '@elvis/platform';
import { Decimal, TradingFailure } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { isoTime, withIsoTimes } from '../rest/iso-time';

const MADE_EVERY_MS = 1_000;
const KEPT = 120;
const TIMEOUT = { timeoutMs: 2_000 } as const;
const ASSET = 'USDT';

export interface Overview {
  /** ISO 8601. */
  readonly at: string;
  readonly equity: object | null;
  readonly day: object | null;
  readonly positions: readonly object[] | null;
  readonly [part: string]: unknown;
}

@Injectable()
export class OverviewMoments {
  private readonly kept: Overview[] = [];
  private making: Promise<Overview> | undefined;
  private madeAtMs = -Infinity;

  constructor(private readonly bus: Bus) {}

  /** Of the moment that was shown before; undefined if it is not kept any more. */
  at(time: string): Overview | undefined {
    return this.kept.find(({ at }) => Date.parse(at) === Date.parse(time));
  }

  newest(): Promise<Overview> {
    if (!this.making || performance.now() - this.madeAtMs >= MADE_EVERY_MS) {
      this.madeAtMs = performance.now();
      this.making = this.make();
    }
    return this.making;
  }

  private async make(): Promise<Overview> {
    const lacks: Record<string, string> = {};
    const part = async <Value>(name: string, asked: Promise<Value>): Promise<Value | undefined> => {
      try {
        return await asked;
      } catch (error) {
        lacks[name] = error instanceof TradingFailure ? error.code : 'INTERNAL_FAULT';
        return undefined;
      }
    };
    const { bus } = this;
    const [state, account, limits, orders, leases, rates, alerts] = await Promise.all([
      part('tradingState', bus.request(getTradingState, {}, TIMEOUT)),
      part('account', bus.request(getAccount, { market: 'futures' }, TIMEOUT)),
      part('limits', bus.request(getLimits, {}, TIMEOUT)),
      part('openOrders', bus.request(listOpenOrders, { status: 'open', limit: 1_000 }, TIMEOUT)),
      part('owners', bus.request(listSymbolLeases, {}, TIMEOUT)),
      part('exchange', bus.request(getRateLimits, {}, TIMEOUT)),
      part('alerts', bus.request(listAlerts, { state: 'open', limit: 200 }, TIMEOUT)),
    ]);
    const overview: Overview = {
      at: isoTime(Date.now()),
      tradingState: state
        ? withIsoTimes({ state: state.state, epoch: state.epoch, scopes: state.scopes })
        : null,
      equity: account ? equityOf(account) : null,
      day: limits ? dayOf(limits) : null,
      positions: account ? positionsOf(account, orders?.items ?? [], leases?.items ?? []) : null,
      openOrders: orders ? { count: orders.items.length, isMore: orders.nextCursor !== null } : null,
      alerts: alerts && {
        open: alerts.items.length,
        critical: alerts.items.filter(({ severity }) => severity === 'critical').length,
        isMore: alerts.nextCursor !== null,
        items: withIsoTimes(alerts.items.slice(0, 5)),
      },
      exchange: rates && withIsoTimes({ meters: rates.meters, freezes: rates.freezes }),
      lacks,
    };
    const whole = { ...overview, alerts: overview.alerts ?? null, exchange: overview.exchange ?? null };
    this.kept.push(whole);
    if (this.kept.length > KEPT) this.kept.shift();
    return whole;
  }
}

const sum = (values: readonly string[]): Decimal =>
  values.reduce((total, value) => total.plus(value), new Decimal(0));

function equityOf({ balances, positions, asOfMs }: AccountView): object {
  const { wallet = '0', free = '0' } = balances.find(({ asset }) => asset === ASSET) ?? {};
  const unrealized = sum(positions.map(({ unrealizedPnl }) => unrealizedPnl));
  return {
    asset: ASSET,
    wallet,
    free,
    unrealizedPnl: unrealized.toFixed(),
    equity: unrealized.plus(wallet).toFixed(),
    asOf: isoTime(asOfMs),
  };
}

function dayOf({ limits, losses }: LimitsView): object | null {
  if (!losses) return null;
  const limit = (name: string): string => limits.find((one) => one.name === name)?.value ?? 'off';
  const { asset, day, today, drawdown, todayByMarket } = losses;
  const [lossLimit, drawdownLimit] = [limit('RISK_MAX_DAILY_LOSS'), limit('RISK_MAX_DRAWDOWN')];
  return {
    asset,
    day,
    pnl: (todayByMarket ? sum(Object.values(todayByMarket)) : new Decimal(today)).negated().plus(0).toFixed(),
    loss: today,
    lossLimit,
    lossUsed: lossLimit === 'off' ? null : new Decimal(today).div(lossLimit).toFixed(4),
    drawdown,
    drawdownLimit,
  };
}

function positionsOf(
  { positions, asOfMs }: AccountView,
  orders: readonly OrderView[],
  leases: readonly SymbolLease[],
): object[] {
  return positions
    .filter(({ quantity }) => !new Decimal(quantity).isZero())
    .map(({ positionSide, leverage, ...position }) => {
      const { symbol, quantity, markPrice } = position;
      return {
        market: 'futures',
        ...position,
        side: quantity.startsWith('-') ? 'SHORT' : 'LONG',
        positionSide: positionSide ?? null,
        leverage: leverage ?? null,
        notional: new Decimal(quantity).abs().times(markPrice).toFixed(),
        holder:
          leases.find(({ market, subject }) => market === 'futures' && subject === symbol)?.holder ?? null,
        protections: orders.filter((order) => order.symbol === symbol && protects(order)).map(toProtection),
        asOf: isoTime(asOfMs),
      };
    });
}

const protects = ({ market, reduceOnly, closePosition, stopPrice, callbackRate }: OrderView): boolean =>
  market === 'futures' &&
  (reduceOnly === true || closePosition === true) &&
  (stopPrice !== undefined || callbackRate !== undefined);

const toProtection = (order: OrderView): object => ({
  type: order.type,
  clientOrderId: order.clientOrderId,
  exchangeOrderId: order.exchangeOrderId ?? null,
  price: order.stopPrice ?? null,
  quantity: order.quantity,
  status: order.status,
});
