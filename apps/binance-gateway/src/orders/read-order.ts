/**
 * An order in Binance's parameters, read into Elvis's. A parameter that has a meaning for the order is carried out or
 * refused by its name, never dropped; what Binance ignores is ignored.
 */
import {
  Market,
  ORDER_SIDES,
  OrderContent,
  OrderSide,
  OrderType,
  TIMES_IN_FORCE,
  TimeInForce,
  isConditional,
} from '@elvis/trading';
import { Parameters, badData } from '../requests/parameters';
import { notRequired } from '../words/domain/sentences';
import { refused } from '../words/domain/words';
import { FrontRefusal } from '../words/front-refusal';

/** What is asked for, still without the ids that Elvis gives. */
export type WantedOrder = Omit<
  OrderContent,
  'clientOrderId' | 'botConfigId' | 'orderListId' | 'positionSide'
>;

const FUTURES_PLAIN: readonly OrderType[] = ['LIMIT', 'MARKET'];
const FUTURES_CONDITIONAL: readonly OrderType[] = [
  ...(['STOP', 'STOP_MARKET', 'TAKE_PROFIT', 'TAKE_PROFIT_MARKET'] as const),
  'TRAILING_STOP_MARKET',
];
const SPOT: readonly OrderType[] = ['LIMIT', 'MARKET', 'LIMIT_MAKER', 'STOP_LOSS_LIMIT', 'TAKE_PROFIT_LIMIT'];

/** Each changes what the order does, and Elvis does not send it. The value that changes nothing is let pass. */
const NOT_TAKEN: Readonly<Record<Market, Readonly<Record<string, string | undefined>>>> = {
  futures: { priceMatch: 'NONE', goodTillDate: undefined, priceProtect: 'FALSE' },
  spot: {
    quoteOrderQty: undefined,
    icebergQty: undefined,
    trailingDelta: undefined,
    pegPriceType: undefined,
    pegOffsetType: undefined,
    pegOffsetValue: undefined,
  },
};
const DECIMAL = /^\d{1,20}(\.\d{1,20})?$/;
/** What Binance does when nothing is said: an order that would meet one of the same account gives way. */
const SELF_TRADE_PREVENTION = ['EXPIRE_MAKER', 'NONE'];

export function readOrder(parameters: Parameters, market: Market): WantedOrder {
  return market === 'futures' ? readPlainFutures(parameters) : readSpot(parameters);
}

function readPlainFutures(parameters: Parameters): WantedOrder {
  const type = typeOf(parameters, [...FUTURES_PLAIN, ...FUTURES_CONDITIONAL]);
  if (isConditional(type))
    throw FrontRefusal.of(
      refused(
        -4120,
        'Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.',
      ),
    );
  refusePresent(parameters, ['stopPrice', 'activationPrice', 'callbackRate', 'closePosition']);
  return readFutures(parameters, type, undefined);
}

/** A conditional order, as the algo endpoint takes it. */
export function readAlgoOrder(parameters: Parameters): WantedOrder {
  if (parameters.required('algoType') !== 'CONDITIONAL') throw FrontRefusal.of(badData('algoType'));
  const type = typeOf(parameters, FUTURES_CONDITIONAL);
  const [own, foreign] =
    type === 'TRAILING_STOP_MARKET'
      ? [['activatePrice', 'activationPrice'], ['triggerPrice']]
      : [['triggerPrice'], ['activatePrice', 'activationPrice', 'callbackRate']];
  refusePresent(parameters, foreign);
  const prices = own.flatMap((name) => decimalOf(parameters, name) ?? []);
  return readFutures(parameters, type, prices[0]);
}

function readFutures(parameters: Parameters, type: OrderType, stopPrice: string | undefined): WantedOrder {
  refuseNotTaken(parameters, 'futures');
  const positionSide = parameters.get('positionSide') ?? 'BOTH';
  if (positionSide !== 'BOTH')
    throw FrontRefusal.of(refused(-4061, "Order's position side does not match user's setting."));
  const closePosition = parameters.boolean('closePosition');
  const reduceOnly = parameters.boolean('reduceOnly');
  const workingType = workingTypeOf(parameters);
  const callbackRate = decimalOf(parameters, 'callbackRate');
  return {
    market: 'futures',
    ...common(parameters, type, closePosition === true),
    ...(stopPrice !== undefined && { stopPrice }),
    ...(reduceOnly !== undefined && { reduceOnly }),
    ...(closePosition !== undefined && { closePosition }),
    ...(callbackRate !== undefined && { callbackRate }),
    ...(workingType !== undefined && isConditional(type) && { workingType }),
  };
}

function readSpot(parameters: Parameters): WantedOrder {
  refuseNotTaken(parameters, 'spot');
  const type = typeOf(parameters, SPOT);
  const stopPrice = decimalOf(parameters, 'stopPrice');
  return {
    market: 'spot',
    ...common(parameters, type, false),
    ...(stopPrice !== undefined && { stopPrice }),
  };
}

function common(parameters: Parameters, type: OrderType, isWholePosition: boolean) {
  const price = decimalOf(parameters, 'price');
  const timeInForce = timeInForceOf(parameters);
  const quantity = decimalOf(parameters, 'quantity');
  // The quantity of an order that closes whatever there is by then is not the sender's to say.
  if (quantity === undefined && !isWholePosition) parameters.required('quantity');
  if (quantity !== undefined && isWholePosition)
    throw FrontRefusal.of(refused(-4137, 'Quantity must be zero with closePosition equals true'));
  if (type === 'LIMIT') for (const name of ['price', 'timeInForce']) parameters.required(name);
  return {
    symbol: parameters.required('symbol'),
    side: sideOf(parameters),
    type,
    quantity: quantity ?? WHOLE_POSITION,
    ...(price !== undefined && { price }),
    ...(timeInForce !== undefined && { timeInForce }),
  };
}

/** Elvis wants a quantity even where the exchange takes none; it sends none for `closePosition`. */
const WHOLE_POSITION = '0.00000001';

function typeOf(parameters: Parameters, types: readonly OrderType[]): OrderType {
  const text = parameters.required('type');
  const type = types.find((known) => known === text);
  if (type === undefined) throw FrontRefusal.of(refused(-1116, 'Invalid orderType.'));
  return type;
}

function sideOf(parameters: Parameters): OrderSide {
  const text = parameters.required('side');
  const side = ORDER_SIDES.find((known) => known === text);
  if (side === undefined) throw FrontRefusal.of(refused(-1117, 'Invalid side.'));
  return side;
}

function timeInForceOf(parameters: Parameters): TimeInForce | undefined {
  const text = parameters.get('timeInForce');
  const known = TIMES_IN_FORCE.find((time) => time === text);
  if (text !== undefined && known === undefined)
    throw FrontRefusal.of(refused(-1115, 'Invalid timeInForce.'));
  return known;
}

function workingTypeOf(parameters: Parameters): 'MARK_PRICE' | 'CONTRACT_PRICE' | undefined {
  const text = parameters.get('workingType');
  if (text === undefined || text === 'MARK_PRICE' || text === 'CONTRACT_PRICE') return text;
  throw FrontRefusal.of(badData('workingType'));
}

/** @throws FrontRefusal -1100 it is no decimal above zero */
function decimalOf(parameters: Parameters, name: string): string | undefined {
  const text = parameters.get(name);
  if (text === undefined) return undefined;
  if (!DECIMAL.test(text) || !/[1-9]/.test(text))
    throw FrontRefusal.of(
      refused(-1100, `Illegal characters found in parameter '${name}'; it must be a decimal above zero.`),
    );
  return text;
}

function refuseNotTaken(parameters: Parameters, market: Market): void {
  for (const [name, harmless] of Object.entries(NOT_TAKEN[market])) {
    const value = parameters.get(name);
    if (value !== undefined && value.toUpperCase() !== harmless) throw FrontRefusal.of(notRequired(name));
  }
  const prevention = parameters.get('selfTradePreventionMode');
  if (prevention !== undefined && !SELF_TRADE_PREVENTION.includes(prevention))
    throw FrontRefusal.of(notRequired('selfTradePreventionMode'));
}

function refusePresent(parameters: Parameters, names: readonly string[]): void {
  for (const name of names) {
    const value = parameters.get(name)?.toLowerCase();
    if (value !== undefined && value !== 'false') throw FrontRefusal.of(notRequired(name));
  }
}
