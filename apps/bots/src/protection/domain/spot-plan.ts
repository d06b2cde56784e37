/**
 * Protections of a spot holding: stop and target rest together as one order list, for the coin is locked once for both; a
 * stop alone is a stop-limit order. The old has to go before the new can lock the coin, so a list is replaced only when its
 * stop lies further from the wanted level than a tenth of its distance; what was added meanwhile gets a list of its own.
 */
import { Decimal, OrderContent, OrderView, ZERO } from '@elvis/trading';
import { areTargetsRefused, isUnclear, leftOf } from './coverage';
import { Held, Level, ProtectionTerms, closable, followingStop, spotStopLimit, targetLevels } from './levels';
import { ListContent, ProtectionAction, ProtectionGiven } from './protection-actions';
import { protectionId, roleOf } from './protection-ids';

const WORTH_MOVING = new Decimal('0.1');

/** One wanted protection of a part of the holding. */
interface Wanted {
  readonly quantity: Decimal;
  readonly target: Decimal | null;
}

export function planSpot(
  given: ProtectionGiven,
  held: Held,
  terms: ProtectionTerms,
  standing: readonly OrderView[],
): readonly ProtectionAction[] {
  const { instrument } = given;
  const stop = followingStop(held, terms, instrument.tickSize);
  if (!stop) return targetsAlone(given, held, terms, standing);
  // What is on its way may lock the coin or free it: what that comes to is known by the next look.
  if (standing.some(isUnclear)) return [];
  const stops = standing.filter(({ clientOrderId }) => roleOf(clientOrderId) === 'stop');
  const distance = held.entryPrice.minus(stop).abs();
  const isOld = ({ stopPrice }: OrderView): boolean =>
    stopPrice === undefined || stop.minus(stopPrice).abs().gt(distance.times(WORTH_MOVING));
  const outdated = stops.filter(isOld);
  const covered = stops
    .filter((order) => !isOld(order))
    .reduce((sum, order) => sum.plus(leftOf(order)), ZERO);
  const lacking = closable('spot', held, instrument).minus(covered);
  const cancels = outdated.map(({ clientOrderId }): ProtectionAction => ({
    kind: 'cancel',
    clientOrderId,
    because: `The stop moves to ${stop.toFixed()}`,
  }));
  if (lacking.lt(instrument.minQuantity) || lacking.isZero()) return cancels;
  const levels = areTargetsRefused(given)
    ? []
    : targetLevels({ ...held, quantity: lacking }, terms, instrument, given.reached);
  const wanted: readonly Wanted[] =
    levels.length === 0 ||
    levels.some(({ quantity, price }) => quantity.times(price).lt(instrument.minNotional))
      ? [{ quantity: lacking, target: levels[0]?.price ?? null }]
      : levels.map(({ quantity, price }) => ({ quantity, target: price }));
  return [...cancels, ...wanted.map((each, place) => placing(given, each, stop, place))];
}

function placing(given: ProtectionGiven, wanted: Wanted, stop: Decimal, place: number): ProtectionAction {
  const { step, instrument, botConfigId } = given;
  const { symbol, tickSize } = instrument;
  const quantity = wanted.quantity.toFixed();
  const legs = {
    clientOrderId: protectionId(step, place, 'stop'),
    stopPrice: stop.toFixed(),
    price: spotStopLimit(stop, tickSize).toFixed(),
  };
  const because = `${quantity} of the holding has no stop at ${stop.toFixed()}`;
  if (!wanted.target) {
    const order: OrderContent = {
      ...legs,
      market: 'spot',
      symbol,
      side: 'SELL',
      type: 'STOP_LOSS_LIMIT',
      quantity,
      timeInForce: 'GTC',
      botConfigId,
    };
    return { kind: 'place', order, because };
  }
  const list: ListContent = {
    orderListId: `${step}.${place.toString(36)}.l`,
    symbol,
    side: 'SELL',
    quantity,
    botConfigId,
    target: { clientOrderId: protectionId(step, place, 'target'), price: wanted.target.toFixed() },
    stop: legs,
  };
  return { kind: 'place-list', list, because };
}

/** Without a stop the targets rest as plain limits. */
function targetsAlone(
  given: ProtectionGiven,
  held: Held,
  terms: ProtectionTerms,
  standing: readonly OrderView[],
): readonly ProtectionAction[] {
  if (standing.some(isUnclear) || areTargetsRefused(given)) return [];
  const covered = standing.reduce((sum, order) => sum.plus(leftOf(order)), ZERO);
  const lacking = closable('spot', held, given.instrument).minus(covered);
  const levels = targetLevels({ ...held, quantity: lacking }, terms, given.instrument, given.reached);
  return levels.map(({ price, quantity }: Level, place): ProtectionAction => ({
    kind: 'place',
    because: `${quantity.toFixed()} of the holding has no target at ${price.toFixed()}`,
    order: {
      clientOrderId: protectionId(given.step, place, 'target'),
      market: 'spot',
      symbol: given.instrument.symbol,
      side: 'SELL',
      type: 'LIMIT_MAKER',
      quantity: quantity.toFixed(),
      price: price.toFixed(),
      botConfigId: given.botConfigId,
    },
  }));
}
