/** The calls about orders, of both markets. Every one of them sees the key's own orders and no other. */
import { Market } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { checkedClientId } from '../ids/order-ids';
import { Parameters } from '../requests/parameters';
import { Route, SignedCall } from '../calls/call';
import { FrontRefusal } from '../words/front-refusal';
import { OUTCOME_UNKNOWN, missing } from '../words/domain/sentences';
import { OwnOrder, isAlgoOrder, orderRow, spotCanceled, spotPlaced } from './order-rows';
import { OrderSender } from './order-sender';
import { Named, OwnOrders } from './own-orders';
import { readOrder } from './read-order';

const BASES: readonly (readonly [Market, string])[] = [
  ['futures', '/fapi/v1'],
  ['spot', '/api/v3'],
];

@Injectable()
export class OrderCalls {
  constructor(
    private readonly orders: OwnOrders,
    private readonly sender: OrderSender,
  ) {}

  routes(): Route[] {
    return BASES.flatMap(([market, base]): Route[] => [
      {
        ...signed('POST', `${base}/order`, market, 'place'),
        scope: 'trade',
        answer: (call: SignedCall) => this.place(market, call),
      },
      {
        ...signed('DELETE', `${base}/order`, market, 'cancel'),
        scope: 'trade',
        answer: (call: SignedCall) => this.cancel(market, call),
      },
      {
        ...signed('GET', `${base}/order`, market, 'query'),
        scope: 'read',
        answer: (call: SignedCall) => this.query(market, call),
      },
      {
        ...signed('GET', `${base}/openOrders`, market, 'query'),
        scope: 'read',
        answer: (call: SignedCall) => this.listOpen(market, call),
      },
    ]);
  }

  private async place(market: Market, call: SignedCall): Promise<string> {
    const { parameters } = call;
    const wanted = readOrder(parameters, market);
    const named = parameters.get('newClientOrderId');
    if (named !== undefined) checkedClientId(named);
    const own = await this.sender.place(call, wanted, named);
    const isAck = parameters.get('newOrderRespType') === 'ACK';
    return market === 'spot' ? spotPlaced(own, !isAck) : orderRow(own);
  }

  private async query(market: Market, { holder, parameters }: SignedCall): Promise<string> {
    return orderRow(atExchange(await this.orders.find(holder, namedIn(parameters, market))));
  }

  private async cancel(market: Market, call: SignedCall): Promise<string> {
    const { holder, parameters } = call;
    const own = await this.orders.find(holder, namedIn(parameters, market));
    const canceled = await this.sender.cancel(call, own);
    if (market === 'futures') return orderRow(canceled);
    return spotCanceled(canceled, parameters.get('newClientOrderId') ?? `e-${call.signature.slice(0, 20)}`);
  }

  /** @throws FrontRefusal -1007 one of them is not known to be at the exchange: a list without it would say it is not there */
  private async listOpen(market: Market, { holder, parameters }: SignedCall): Promise<string> {
    const open = await this.orders.open(holder, market, parameters.get('symbol'));
    const rows = open.filter(({ order }) => !isAlgoOrder(order)).map((own) => orderRow(atExchange(own)));
    return `[${rows.join(',')}]`;
  }
}

const signed = <Doing extends Route['doing']>(
  method: Route['method'],
  path: string,
  market: Market,
  doing: Doing,
) => ({ method, path, market, doing, isSigned: true }) as const;

/** The order as the exchange has it. @throws FrontRefusal -1007 it is not known whether it has it */
function atExchange(own: OwnOrder): OwnOrder {
  const { status, exchangeOrderId } = own.order;
  if (status === 'UNKNOWN' || exchangeOrderId === undefined)
    throw FrontRefusal.of(OUTCOME_UNKNOWN, 'UNKNOWN');
  return own;
}

/** The exchange's number counts before the bot's id, as at Binance. @throws FrontRefusal -1102 it names neither */
function namedIn(parameters: Parameters, market: Market): Named {
  const symbol = parameters.required('symbol');
  const exchangeOrderId = parameters.integer('orderId');
  const clientId = parameters.get('origClientOrderId');
  if (exchangeOrderId !== undefined) return { market, symbol, exchangeOrderId };
  if (clientId !== undefined) return { market, symbol, clientId };
  throw FrontRefusal.of(missing('orderId'));
}
