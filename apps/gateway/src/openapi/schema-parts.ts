/** The fields that several schemas and parameters share. */
import {
  CLIENT_ORDER_ID_PATTERN,
  MARKETS,
  ORDER_SIDES,
  ORDER_TYPES,
  SYMBOL_PATTERN,
  TIMES_IN_FORCE,
  WORKING_TYPES,
} from '@elvis/trading';
import { Json, oneOf, shape } from './shape';

export const decimal = (description: string): Json => ({
  type: 'string',
  pattern: '^(0|[1-9][0-9]{0,19})([.][0-9]{1,18})?$',
  description,
});
export const signed = (description: string): Json => ({ type: 'string', description });
export const time = (description: string): Json => ({ type: 'string', format: 'date-time', description });
export const timeOrNull = (description: string): Json => ({
  type: ['string', 'null'],
  format: 'date-time',
  description,
});
export const text = (description: string): Json => ({ type: 'string', description });
export const flag = (description: string): Json => ({ type: 'boolean', description });

export const symbol: Json = { type: 'string', pattern: SYMBOL_PATTERN.source };
export const clientOrderId: Json = {
  type: 'string',
  pattern: CLIENT_ORDER_ID_PATTERN.source.replaceAll('\\/', '/'),
  maxLength: 36,
  description: 'Unique in Elvis until 90 days after the order closed. Sending it twice places one order.',
};
export const uuid: Json = { type: 'string', format: 'uuid' };

export const orderFields = {
  market: { type: 'string', enum: MARKETS, default: 'futures' },
  symbol,
  side: oneOf(ORDER_SIDES),
  type: oneOf(ORDER_TYPES),
  quantity: decimal('In the base asset; a multiple of the symbol’s quantity step.'),
  price: decimal('For limit orders; a multiple of the symbol’s price tick.'),
  timeInForce: oneOf(TIMES_IN_FORCE),
  reduceOnly: flag('It can only reduce the position.'),
  closePosition: flag('It closes the whole position when triggered.'),
  stopPrice: decimal('Trigger price of a conditional order.'),
  callbackRate: decimal('Callback rate of a trailing stop, in percent.'),
  workingType: oneOf(WORKING_TYPES),
  botConfigId: uuid,
} as const;

export const remaining = shape({ clientOrderId, symbol, reason: text('Why it is still open.') });
