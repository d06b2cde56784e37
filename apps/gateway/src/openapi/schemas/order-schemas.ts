import { ORDER_STATUSES } from '@elvis/trading';
import { Json, ref } from '../describe';
import {
  botConfigId,
  clientOrderId,
  decimal,
  object,
  orderFields,
  signed,
  strict,
  symbol,
  text,
  time,
  remaining,
} from '../schema-parts';

export const orderSchemas: Readonly<Record<string, Json>> = {
  NewOrder: strict(
    object(
      {
        clientOrderId,
        ...orderFields,
        overrideToken: text('From POST /api/v1/risk/overrides: lets this order pass one limit.'),
      },
      ['symbol', 'side', 'type', 'quantity'],
    ),
  ),
  NewOrders: strict(
    object({ orders: { type: 'array', minItems: 1, maxItems: 5, items: ref('NewOrder') } }, ['orders']),
  ),
  BatchAnswers: object(
    {
      items: {
        type: 'array',
        items: object(
          {
            status: { type: 'integer' },
            retryAfter: {
              type: 'integer',
              minimum: 1,
              description: 'With 503: seconds to wait before sending this order again.',
            },
            body: { oneOf: [ref('Order'), ref('RefusedOrder'), ref('Problem')] },
          },
          ['status', 'body'],
        ),
      },
    },
    ['items'],
  ),
  Amendment: strict(
    object(
      {
        quantity: decimal('The new total quantity, including what is filled already.'),
        price: decimal('The new limit.'),
      },
      [],
    ),
  ),
  Order: object(
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
      'clientOrderId',
      'market',
      'symbol',
      'side',
      'type',
      'quantity',
      'filledQuantity',
      'status',
      'decisionId',
      'createdAt',
      'updatedAt',
    ],
  ),
  RefusedOrder: {
    description: 'Denied by Elvis or rejected by the exchange: final.',
    allOf: [ref('Problem'), object({ order: ref('Order') }, ['order'])],
  },
  CanceledOrders: object(
    {
      canceled: { type: 'array', items: clientOrderId, description: 'Cancels that the exchange confirmed.' },
      remaining: { type: 'array', items: remaining, description: 'What is still open, and why.' },
    },
    ['canceled', 'remaining'],
  ),
  Trade: object(
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
      botConfigId,
      origin: {
        type: 'string',
        enum: ['external', 'liquidation'],
        description:
          'Absent for orders of Elvis; otherwise it was made by hand on the exchange, or by a liquidation.',
      },
      createdAt: time('When the exchange traded it.'),
    },
    [
      'id',
      'clientOrderId',
      'symbol',
      'side',
      'price',
      'quantity',
      'quoteQuantity',
      'fee',
      'feeAsset',
      'realizedPnl',
      'createdAt',
    ],
  ),
  Count: object({ count: { type: 'integer', minimum: 0 } }, ['count']),
  Decision: object(
    {
      decisionId: { type: 'string', format: 'uuid' },
      actor: text('The caller.'),
      order: { type: 'object', additionalProperties: true, description: 'The order as requested.' },
      verdict: { type: 'string', enum: ['APPROVED', 'DENIED'] },
      denial: { type: 'object', additionalProperties: true, description: 'Code and numbers, if denied.' },
      inputs: {
        type: 'object',
        additionalProperties: { type: 'string' },
        description: 'The inputs of the decision.',
      },
      decidedAt: time('When.'),
    },
    ['decisionId', 'actor', 'order', 'verdict', 'inputs', 'decidedAt'],
  ),
};
