/**
 * What a ticket asks for: the fields of each type on each market, as docs/api.md lists them, and the order that a
 * filled-in ticket is. The gateway and risk decide; this only spares a person what cannot be right.
 */
import type { RequestOf } from '../../api/api';
import { typedAmount } from '../../figures/decimal-text';

export type NewOrder = NonNullable<RequestOf<'/api/v1/orders', 'post'>>;
export type Market = NewOrder['market'];
export type OrderType = NewOrder['type'];
export type TicketField =
  'price' | 'stopPrice' | 'callbackRate' | 'timeInForce' | 'reduceOnly' | 'closePosition';

const FUTURES: Readonly<Partial<Record<OrderType, readonly TicketField[]>>> = {
  MARKET: ['reduceOnly'],
  LIMIT: ['price', 'timeInForce', 'reduceOnly'],
  STOP_MARKET: ['stopPrice', 'reduceOnly', 'closePosition'],
  TAKE_PROFIT_MARKET: ['stopPrice', 'reduceOnly', 'closePosition'],
  STOP: ['stopPrice', 'price', 'timeInForce', 'reduceOnly'],
  TAKE_PROFIT: ['stopPrice', 'price', 'timeInForce', 'reduceOnly'],
  TRAILING_STOP_MARKET: ['callbackRate', 'stopPrice', 'reduceOnly'],
};
const SPOT: Readonly<Partial<Record<OrderType, readonly TicketField[]>>> = {
  MARKET: [],
  LIMIT: ['price', 'timeInForce'],
  LIMIT_MAKER: ['price'],
  STOP_LOSS_LIMIT: ['stopPrice', 'price', 'timeInForce'],
  TAKE_PROFIT_LIMIT: ['stopPrice', 'price', 'timeInForce'],
};
/** A trailing stop may start at once. */
const OPTIONAL: ReadonlySet<string> = new Set(['TRAILING_STOP_MARKET.stopPrice']);
const AMOUNTS = ['price', 'stopPrice', 'callbackRate'] as const;

export interface Draft {
  readonly market: Market;
  readonly symbol: string;
  readonly side: NewOrder['side'];
  readonly type: OrderType;
  readonly quantity: string;
  readonly price: string;
  readonly stopPrice: string;
  readonly callbackRate: string;
  readonly timeInForce: NonNullable<NewOrder['timeInForce']>;
  readonly reduceOnly: boolean;
  readonly closePosition: boolean;
}

export const typesOf = (market: Market): OrderType[] =>
  Object.keys(market === 'spot' ? SPOT : FUTURES) as OrderType[];

export const fieldsOf = (market: Market, type: OrderType): readonly TicketField[] =>
  (market === 'spot' ? SPOT : FUTURES)[type] ?? [];

/** The order without its id, or the fields that are missing or no amount above zero. */
export function readDraft(
  draft: Draft,
): { readonly order: NewOrder } | { readonly wrong: readonly string[] } {
  const { market, symbol, side, type } = draft;
  const fields = fieldsOf(market, type);
  const quantity = typedAmount(draft.quantity);
  const amounts = AMOUNTS.filter((name) => fields.includes(name)).map((name) => ({
    name,
    amount: typedAmount(draft[name]),
    isLeftOut: draft[name].trim() === '' && OPTIONAL.has(`${type}.${name}`),
  }));
  const wrong = amounts.filter(({ amount, isLeftOut }) => amount === undefined && !isLeftOut);
  if (quantity === undefined || wrong.length > 0)
    return { wrong: [...(quantity === undefined ? ['quantity'] : []), ...wrong.map(({ name }) => name)] };
  const order: NewOrder = { market, symbol, side, type, quantity };
  for (const { name, amount } of amounts) if (amount !== undefined) order[name] = amount;
  if (fields.includes('timeInForce')) order.timeInForce = draft.timeInForce;
  if (fields.includes('closePosition') && draft.closePosition) order.closePosition = true;
  else if (fields.includes('reduceOnly') && draft.reduceOnly) order.reduceOnly = true;
  return { order };
}
