/** What spot orders cost: sizing them, what is locked for them, and when a stop's price has come. */
import { Instrument, notionalOf } from '../shared/instrument';
import { Side } from '../shared/order';
import { SpotOrder } from './spot-account';
import { spotRefusals } from './spot-refusals';
import { CheckedSpotOrder } from './spot-request';
import { SymbolMarket } from '../matching/symbol-market';

/** A market order for an amount of quote becomes one for the base quantity that the book gives for it now. */
export function sized(market: SymbolMarket, checked: CheckedSpotOrder, account: string): CheckedSpotOrder {
  if (checked.quoteOrderQuantity === 0n) return checked;
  const { instrument } = market;
  let left = checked.quoteOrderQuantity;
  let quantity = 0;
  const selfTradePrevention = checked.selfTradePrevention === 'NONE' ? 'NONE' : 'EXPIRE_MAKER';
  for (const [price, there] of market.reachable({
    ...checked,
    selfTradePrevention,
    account,
    limit: undefined,
  })) {
    const affordable = Number(left / (BigInt(price) * instrument.moneyFactor));
    const taken = Math.min(affordable, there);
    quantity += taken;
    left -= notionalOf(instrument, price, taken);
    if (taken < there) break;
  }
  const rounded = quantity - (quantity % instrument.lot.step);
  if (rounded < instrument.lot.minimum) throw spotRefusals.filter('LOT_SIZE');
  return { ...checked, quantity: rounded };
}

/** What the order may cost its account at most, and in which asset. */
export function costOf(
  market: SymbolMarket,
  order: CheckedSpotOrder,
  account: string,
): { asset: string; amount: bigint } {
  const { instrument } = market;
  if (order.side === 'SELL')
    return { asset: instrument.base, amount: baseAmount(instrument, sized(market, order, account).quantity) };
  const asset = instrument.quote;
  if (order.quoteOrderQuantity > 0n) return { asset, amount: order.quoteOrderQuantity };
  const price = order.price || order.stopPrice;
  if (price > 0) return { asset, amount: notionalOf(instrument, price, order.quantity) };
  let left = order.quantity;
  let amount = 0n;
  for (const [level, there] of market.reachable({ ...order, account, limit: undefined })) {
    const taken = Math.min(left, there);
    amount += notionalOf(instrument, level, taken);
    left -= taken;
    if (left === 0) break;
  }
  return { asset, amount };
}

/** What was locked for so much of the order. */
export function shareOf(instrument: Instrument, order: SpotOrder, quantity: number): bigint {
  const share =
    order.side === 'SELL'
      ? baseAmount(instrument, quantity)
      : notionalOf(instrument, order.price || order.stopPrice, quantity);
  return share < order.reserved ? share : order.reserved;
}

/** A base quantity in 1e-8. */
export const baseAmount = ({ quantityDecimals }: Instrument, quantity: number): bigint =>
  BigInt(quantity) * 10n ** BigInt(8 - quantityDecimals);

const BASIS_POINTS = 10_000;

/**
 * Whether a trade at this price fires the stop. One that trails begins to follow the price where its stop price is
 * reached, and fires when the price comes back by so many basis points from its best.
 */
export function fires(order: SpotOrder, price: number, time: number): boolean {
  const { trailingDelta: delta, side } = order;
  if (delta === 0) return triggered(order, price);
  if (order.trailingTime < 0) {
    if (triggered(order, price)) Object.assign(order, { trailingTime: time, extreme: price });
    return false;
  }
  const selling = side === 'SELL';
  order.extreme = selling ? Math.max(order.extreme, price) : Math.min(order.extreme || price, price);
  return selling
    ? price * BASIS_POINTS <= order.extreme * (BASIS_POINTS - delta)
    : price * BASIS_POINTS >= order.extreme * (BASIS_POINTS + delta);
}

/** A stop loss fires when the market moves against the side it protects, a take profit when it moves for it. */
export function triggered(
  { type, side, stopPrice }: { type: string; side: Side; stopPrice: number },
  price: number,
): boolean {
  if (price === 0 || stopPrice === 0) return false;
  const upward = type.startsWith('STOP_LOSS') ? side === 'BUY' : side === 'SELL';
  return upward ? price >= stopPrice : price <= stopPrice;
}
