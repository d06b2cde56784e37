/** What a run of the second family places: every kind of order, some near enough to trigger, one of them the fault's aim. */
import { SubmitOrder } from '@elvis/contracts';
import { Decimal, OrderType } from '@elvis/trading';
import { SPOT_SYMBOL } from '../exchange-list';
import { Target } from '../fault-list';
import { AMENDMENT, BATCH, CONDITIONAL, DEAD_MAN, SPOT } from './targets';

/** By market and symbol. */
export type Prices = Readonly<Record<string, Decimal>>;

export interface Plan {
  readonly conditional: readonly SubmitOrder[];
  readonly batch: readonly SubmitOrder[];
  readonly spot: readonly SubmitOrder[];
  /** Rests in the book far from the market. */
  readonly plain: SubmitOrder;
  /** What the fault is aimed at. */
  readonly aimed: SubmitOrder;
}

/** The near conditional orders trigger when the market rises by this much. */
export const RISE = '0.008';
const SYMBOL = 'BTCUSDT';
/** Parts in a thousand of the market's price. */
const FAR_BELOW = 970;
const FAR_ABOVE = 1_030;
const A_LITTLE_ABOVE = 1_004;

/** @param next between 0 and 1, from the run's seed; always drawn equally often */
export function planOf(target: Target, prefix: string, prices: Prices, next: () => number): Plan {
  const chances = Array.from({ length: 32 }, next);
  const chance = (): number => chances.pop() ?? 0;
  const oneOf = <Item>(items: readonly Item[]): Item => items[Math.floor(chance() * items.length)] as Item;
  let ids = 0;
  const anOrder = (overrides: Partial<SubmitOrder>): SubmitOrder => ({
    clientOrderId: `${prefix}${(ids += 1)}`,
    actor: 'faults',
    market: 'futures',
    symbol: SYMBOL,
    side: 'BUY',
    type: 'LIMIT',
    quantity: oneOf(['0.01', '0.02', '0.03']),
    ...overrides,
  });
  const at = (thousandths: number, market = 'futures', symbol = SYMBOL): string =>
    (prices[`${market}:${symbol}`] ?? new Decimal(0)).times(thousandths).div(1_000).toFixed(0);

  const nearType = oneOf<OrderType>(['STOP_MARKET', 'STOP', 'TAKE_PROFIT_MARKET', 'TAKE_PROFIT']);
  const isProfit = nearType.startsWith('TAKE_PROFIT');
  const near = anOrder({
    type: nearType,
    side: isProfit ? 'SELL' : 'BUY',
    stopPrice: at(A_LITTLE_ABOVE),
    workingType: oneOf(['MARK_PRICE', 'CONTRACT_PRICE']),
    // Of the two with a price some will rest in the book once they have triggered.
    ...(nearType === 'STOP' && { price: oneOf([at(FAR_ABOVE), at(FAR_BELOW)]), timeInForce: 'GTC' }),
    ...(nearType === 'TAKE_PROFIT' && { price: oneOf([at(FAR_BELOW), at(FAR_ABOVE)]), timeInForce: 'GTC' }),
  });
  const farType = oneOf<OrderType>(['STOP_MARKET', 'TRAILING_STOP_MARKET']);
  const far = anOrder({
    type: farType,
    side: 'SELL',
    stopPrice: at(farType === 'STOP_MARKET' ? FAR_BELOW : FAR_ABOVE),
    ...(farType === 'TRAILING_STOP_MARKET' && { callbackRate: '1' }),
  });

  const batch = Array.from({ length: target === BATCH ? 5 : 3 }, (_, place) => {
    const side = oneOf(['BUY', 'SELL'] as const);
    const isMarket = chance() < 0.4;
    const symbol = oneOf(['BTCUSDT', 'ETHUSDT']);
    return anOrder({
      symbol,
      side,
      type: isMarket ? 'MARKET' : 'LIMIT',
      ...(!isMarket && {
        price: at(side === 'BUY' ? FAR_BELOW : FAR_ABOVE, 'futures', symbol),
        timeInForce: 'GTC',
      }),
      // The exchange refuses one of them now and then.
      ...(place === 2 && chance() < 0.3 && { quantity: '0.0000001' }),
    });
  });

  const spotSide = oneOf(['BUY', 'SELL'] as const);
  const onSpot = (overrides: Partial<SubmitOrder>): SubmitOrder =>
    anOrder({ market: 'spot', symbol: SPOT_SYMBOL, quantity: oneOf(['0.001', '0.002']), ...overrides });
  const spotAt = (thousandths: number): string => at(thousandths, 'spot', SPOT_SYMBOL);
  const taking = onSpot({ type: 'MARKET', side: spotSide });
  const restingType = oneOf<OrderType>(['LIMIT', 'LIMIT_MAKER', 'STOP_LOSS_LIMIT', 'TAKE_PROFIT_LIMIT']);
  const resting = onSpot({
    type: restingType,
    price: spotAt(restingType === 'STOP_LOSS_LIMIT' ? FAR_ABOVE : FAR_BELOW),
    ...(restingType === 'STOP_LOSS_LIMIT' && { stopPrice: spotAt(FAR_ABOVE) }),
    ...(restingType === 'TAKE_PROFIT_LIMIT' && { stopPrice: spotAt(FAR_BELOW) }),
    ...(restingType !== 'LIMIT_MAKER' && { timeInForce: 'GTC' as const }),
  });
  const plain = anOrder({ price: at(FAR_BELOW), timeInForce: 'GTC' });

  return {
    conditional: [near, far],
    batch,
    spot: [taking, resting],
    plain,
    aimed: aimOf(target, { near, far, batch, taking, resting, plain, chance: chance() }),
  };
}

interface Candidates {
  readonly near: SubmitOrder;
  readonly far: SubmitOrder;
  readonly batch: readonly SubmitOrder[];
  readonly taking: SubmitOrder;
  readonly resting: SubmitOrder;
  readonly plain: SubmitOrder;
  readonly chance: number;
}

/** A change or a cancel is about an order that rests; a placement may be about any of its kind. */
function aimOf(
  target: Target,
  { near, far, batch, taking, resting, plain, chance }: Candidates,
): SubmitOrder {
  if (target === BATCH) return batch[Math.floor(chance * batch.length)] ?? plain;
  if (target === CONDITIONAL) return chance < 0.7 ? near : far;
  if (target === SPOT) return chance < 0.5 ? taking : resting;
  if (target === AMENDMENT || target === DEAD_MAN) return plain;
  if (target.path === CONDITIONAL.path) return far;
  return target.path === SPOT.path ? resting : plain;
}
