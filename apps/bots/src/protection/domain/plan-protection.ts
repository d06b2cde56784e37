/**
 * What has to be sent so that a position is protected as its terms say: the difference between what is wanted and what the
 * exchange has. It is asked after each fill, after each change of a protection and by the sweep, always of the state as it
 * then is; asked often enough it comes to rest with exactly what is wanted. Nothing that covers the position is canceled
 * before what replaces it is live, but on spot, where the coin is locked once and the old list has to go first.
 */
import { Decimal, Instrument, OrderView } from '@elvis/trading';
import { MOST_REFUSALS, closes, isLive } from './coverage';
import { planFutures } from './futures-plan';
import { Held, closable, dueAtMs, isLong } from './levels';
import {
  CloseReason,
  ProtectionAction,
  ProtectionGiven,
  ProtectionPlan,
  Refused,
} from './protection-actions';
import { roleOf } from './protection-ids';
import { planSpot } from './spot-plan';

/** Risk's and the exchange's words for a trigger that the market has passed already. */
const PASSED: ReadonlySet<string> = new Set(['TRIGGER_WRONG_SIDE', '-2021']);
/** On spot one number stands for every refusal of an order; the words tell this one from a lack of coin. */
const SPOT_REFUSAL = '-2010';
const PASSED_IN_WORDS = /trigger immediately|immediately match|relationship of the prices/i;

const isPassed = ({ code, reason = '' }: Refused): boolean =>
  PASSED.has(code) || (code === SPOT_REFUSAL && PASSED_IN_WORDS.test(reason));

export function planProtection(given: ProtectionGiven): ProtectionPlan {
  const { held, terms, instrument } = given;
  const protections = given.orders.filter(({ clientOrderId }) => roleOf(clientOrderId) !== undefined);
  if (!held || closable(instrument.market, held, instrument).isZero())
    return { actions: cancels(protections, 'the position is closed'), closing: null };
  const closing = given.close ?? reasonToClose(given, held);
  if (closing) return { actions: closeAtMarket(given, held, protections, closing), closing };
  const wrong = protections.filter((order) => !closes(order, held));
  const right = protections.filter((order) => closes(order, held));
  const planned =
    instrument.market === 'futures'
      ? planFutures(given, held, terms, right)
      : planSpot(given, held, terms, right);
  return {
    actions: [...planned, ...cancels(wrong, 'it was for a position of the other side')],
    closing: null,
  };
}

/** What no resting order can do any more: the time is over, or the market lies beyond the level already. */
function reasonToClose(given: ProtectionGiven, held: Held): CloseReason | null {
  const due = dueAtMs(held, given.terms);
  if (due !== null && given.nowMs >= due) return 'time';
  if (isJumpedOver(given)) return 'stop-passed';
  const stops = given.refused.filter(({ clientOrderId }) => roleOf(clientOrderId) !== 'target');
  if (stops.some(isPassed)) return 'stop-passed';
  if (stops.length >= MOST_REFUSALS) return 'stop-refused';
  return given.refused.some(isPassed) ? 'target-passed' : null;
}

/** A spot stop is a limit once it has triggered; below that limit it fills no more. */
const isJumpedOver = ({ instrument, orders, price }: ProtectionGiven): boolean =>
  instrument.market === 'spot' &&
  price !== null &&
  orders.some(
    (order) =>
      isLive(order) &&
      roleOf(order.clientOrderId) === 'stop' &&
      order.price !== undefined &&
      price.lt(order.price),
  );

/**
 * On futures the exit goes first and the stop stays until it is done; on spot the coin is locked by the list, which has to
 * go first.
 */
function closeAtMarket(
  { step, instrument, botConfigId, orders }: ProtectionGiven,
  held: Held,
  protections: readonly OrderView[],
  closing: CloseReason,
): readonly ProtectionAction[] {
  const { market, symbol } = instrument;
  const quantity = closable(market, held, instrument);
  const because = BECAUSE[closing];
  const isUnderWay = orders.some(
    (order) => order.type === 'MARKET' && closes(order, held) && roleOf(order.clientOrderId) === undefined,
  );
  const exits = isUnderWay
    ? []
    : parts(quantity, instrument).map((part, n): ProtectionAction => ({
        kind: 'place',
        because,
        order: {
          clientOrderId: `${step}.${n.toString(36)}`,
          market,
          symbol,
          side: isLong(held) ? 'SELL' : 'BUY',
          type: 'MARKET',
          quantity: part.toFixed(),
          ...(market === 'futures' && { reduceOnly: true }),
          botConfigId,
        },
      }));
  return market === 'spot' ? [...cancels(protections, because), ...exits] : exits;
}

const BECAUSE: Readonly<Record<CloseReason, string>> = {
  time: 'The position was held as long as it may',
  'stop-refused': 'The stop was refused three times',
  'stop-passed': 'The market is already beyond the stop',
  'target-passed': 'The market is already beyond the target',
  unprotected: 'The position was without its stop for ten seconds',
  flatten: 'The bot is being stopped and closes its position',
};

/** One market order takes no more than the exchange allows. */
function parts(quantity: Decimal, instrument: Pick<Instrument, 'marketMaxQuantity'>): readonly Decimal[] {
  const most = instrument.marketMaxQuantity;
  if (most.lte(0) || quantity.lte(most)) return [quantity];
  return [most, ...parts(quantity.minus(most), instrument)];
}

const cancels = (orders: readonly OrderView[], because: string): readonly ProtectionAction[] =>
  orders
    .filter(({ status }) => status !== 'PENDING_CANCEL')
    .map(({ clientOrderId }) => ({ kind: 'cancel', clientOrderId, because }));
