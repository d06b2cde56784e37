import { ORDER_STATUSES } from '@elvis/trading';
import {
  clientOrderId,
  decimal,
  orderFields,
  remaining,
  signed,
  symbol,
  text,
  time,
  uuid,
} from '../schema-parts';
import { Json, many, mapOf, oneOf, ref, shape, strict } from '../shape';

export const orderSchemas: Readonly<Record<string, Json>> = {
  NewOrder: strict(
    shape(
      {
        clientOrderId,
        ...orderFields,
        overrideToken: text('From POST /api/v1/risk/overrides: lets this order pass one limit.'),
      },
      [
        'clientOrderId',
        'market',
        'price',
        'timeInForce',
        'reduceOnly',
        'closePosition',
        'stopPrice',
        'callbackRate',
        'workingType',
        'botConfigId',
        'overrideToken',
      ],
    ),
  ),
  NewOrders: strict(shape({ orders: { type: 'array', minItems: 1, maxItems: 5, items: ref('NewOrder') } })),
  BatchAnswers: shape({
    items: {
      type: 'array',
      items: shape(
        {
          status: 'whole',
          retryAfter: {
            type: 'integer',
            minimum: 1,
            description: 'With 503: seconds to wait before sending this order again.',
          },
          body: { oneOf: [ref('Order'), ref('RefusedOrder'), ref('Problem')] },
        },
        ['retryAfter'],
      ),
    },
  }),
  Amendment: strict(
    shape(
      {
        quantity: decimal('The new total quantity, including what is filled already.'),
        price: decimal('The new limit.'),
      },
      ['quantity', 'price'],
    ),
  ),
  Order: shape(
    {
      clientOrderId,
      ...orderFields,
      filledQuantity: decimal('The filled quantity.'),
      averagePrice: decimal('Average price of the filled quantity.'),
      status: {
        type: 'string',
        enum: ORDER_STATUSES,
        description: 'DENIED by Elvis, REJECTED by the exchange.',
      },
      code: text('Why it was denied, rejected, or ended early, such as `EXPIRED_IN_MATCH`.'),
      reason: text('The exchange’s message, where it refused.'),
      decisionId: {
        type: ['string', 'null'],
        description: 'See /api/v1/decisions/{id}; null while it is not known.',
      },
      exchangeOrderId: text('The exchange’s own id.'),
      createdAt: time('When Elvis first saw it.'),
      updatedAt: time('When it last changed.'),
    },
    [
      'price',
      'timeInForce',
      'reduceOnly',
      'closePosition',
      'stopPrice',
      'callbackRate',
      'workingType',
      'botConfigId',
      'averagePrice',
      'code',
      'reason',
      'exchangeOrderId',
    ],
  ),
  RefusedOrder: {
    description: 'Denied by Elvis or rejected by the exchange: final.',
    allOf: [ref('Problem'), shape({ order: ref('Order') })],
  },
  CanceledOrders: shape({
    canceled: { ...many(clientOrderId), description: 'Cancels that the exchange confirmed.' },
    remaining: { ...many(remaining), description: 'What is still open, and why.' },
  }),
  Trade: shape(
    {
      id: text('Ours.'),
      clientOrderId: text('As on the exchange; an order that Elvis did not place may have any id, or none.'),
      symbol,
      side: orderFields.side,
      price: decimal('Of this fill.'),
      quantity: decimal('Of this fill.'),
      quoteQuantity: decimal('Price times quantity.'),
      fee: signed('Negative for a rebate.'),
      feeAsset: text('Asset of the fee.'),
      realizedPnl: signed('Before the fee.'),
      botConfigId: uuid,
      origin: {
        type: 'string',
        enum: ['external', 'liquidation'],
        description:
          'Absent for orders of Elvis; otherwise it was made by hand on the exchange, or by a liquidation.',
      },
      createdAt: time('When the exchange traded it.'),
    },
    ['botConfigId', 'origin'],
  ),
  Count: shape({ count: { type: 'integer', minimum: 0 } }),
  Decision: shape(
    {
      decisionId: uuid,
      actor: text('The caller.'),
      order: { type: 'object', additionalProperties: true, description: 'The order as requested.' },
      verdict: oneOf(['APPROVED', 'DENIED']),
      denial: { type: 'object', additionalProperties: true, description: 'Code and numbers, if denied.' },
      inputs: { ...mapOf('text'), description: 'The inputs of the decision.' },
      decidedAt: time('When.'),
    },
    ['denial'],
  ),
};
