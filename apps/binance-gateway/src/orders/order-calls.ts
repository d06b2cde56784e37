/** The calls about one order, of both markets. Every one of them sees the key's own orders and no other. */
import { Market, TradingFailure, isClosedStatus } from '@elvis/trading';
import { Injectable } from '@nestjs/common';
import { SignedCall, SignedRoute } from '../calls/call';
import { checkedClientId } from '../ids/order-ids';
import { Parameters } from '../requests/parameters';
import { namedIn } from './named-orders';
import { isAlgoOrder, spotCanceled, spotPlaced } from './order-rows';
import { OrderSender } from './order-sender';
import { OwnOrders } from './own-orders';
import { OwnTrades } from './past/own-trades';
import { readOrder } from './read-order';
import { notRequired } from '../words/domain/sentences';
import { FrontRefusal } from '../words/front-refusal';
import { ShownOrders, atExchange } from './shown-orders';

const BASES: readonly (readonly [Market, string])[] = [
  ['futures', '/fapi/v1'],
  ['spot', '/api/v3'],
];

@Injectable()
export class OrderCalls {
  constructor(
    private readonly orders: OwnOrders,
    private readonly trades: OwnTrades,
    private readonly sender: OrderSender,
    private readonly shown: ShownOrders,
  ) {}

  routes(): SignedRoute[] {
    const both = BASES.flatMap(([market, base]): SignedRoute[] => [
      writing('POST', `${base}/order`, market, 'place', (call) => this.place(market, call)),
      writing('POST', `${base}/order/test`, market, 'place', (call) => this.tryOut(market, call)),
      writing('DELETE', `${base}/order`, market, 'cancel', (call) => this.cancel(market, call)),
      reading(`${base}/order`, market, (call) => this.query(market, call)),
      reading(`${base}/openOrders`, market, (call) => this.listOpen(market, call)),
    ]);
    return [
      ...both,
      writing('PUT', '/fapi/v1/order', 'futures', 'amend', (call) => this.amend(call, call.parameters)),
      reading('/fapi/v1/openOrder', 'futures', (call) => this.queryOpen(call)),
    ];
  }

  /** The answer to a new order, alone or as a part of another call. */
  async place(market: Market, call: SignedCall): Promise<string> {
    const { parameters } = call;
    const wanted = readOrder(parameters, market);
    const named = parameters.get('newClientOrderId');
    if (named !== undefined) checkedClientId(named);
    const own = await this.sender.place(call, wanted, named);
    if (market === 'futures') return this.shown.row(own);
    const isFullByItself = wanted.type === 'MARKET' || wanted.type === 'LIMIT';
    const kind = parameters.get('newOrderRespType') ?? (isFullByItself ? 'FULL' : 'ACK');
    const digits = await this.shown.digitsOf(own);
    if (kind === 'ACK' || kind === 'RESULT') return spotPlaced(own, kind, digits);
    const fills = await this.trades.ofOrder(call.holder, own.order);
    return spotPlaced(own, fills ? 'FULL' : 'RESULT', digits, fills);
  }

  /** Risk's judgement of the order as things stand; it is neither placed nor reserved for. */
  private async tryOut(market: Market, call: SignedCall): Promise<string> {
    const { parameters } = call;
    if (parameters.boolean('computeCommissionRates') === true)
      throw FrontRefusal.of(notRequired('computeCommissionRates'));
    const named = parameters.get('newClientOrderId');
    if (named !== undefined) checkedClientId(named);
    await this.sender.tryOut(call, readOrder(parameters, market));
    return '{}';
  }

  async cancel(market: Market, call: SignedCall, prefix: '' | 'cancel' = ''): Promise<string> {
    const { holder, parameters } = call;
    const own = await this.orders.find(holder, namedIn(parameters, market, prefix));
    const canceled = await this.sender.cancel(call, own);
    if (market === 'futures') return this.shown.row(canceled);
    const cancelId = prefix === '' ? parameters.get('newClientOrderId') : undefined;
    return spotCanceled(canceled, cancelId ?? cancelIdOf(call), await this.shown.digitsOf(canceled));
  }

  /** @param parameters of the call, or of one order of a batch */
  async amend(call: SignedCall, parameters: Parameters): Promise<string> {
    const own = await this.orders.find(call.holder, namedIn(parameters, 'futures'));
    const [quantity, price] = [parameters.required('quantity'), parameters.required('price')];
    return this.shown.row(await this.sender.amend(call, own, { quantity, price }));
  }

  private async query(market: Market, { holder, parameters }: SignedCall): Promise<string> {
    return this.shown.row(atExchange(await this.orders.find(holder, namedIn(parameters, market))));
  }

  private async queryOpen({ holder, parameters }: SignedCall): Promise<string> {
    const own = atExchange(await this.orders.find(holder, namedIn(parameters, 'futures')));
    if (isClosedStatus(own.order.status))
      throw new TradingFailure('ORDER_NOT_FOUND', 'The order is no longer open');
    return this.shown.row(own);
  }

  private async listOpen(market: Market, { holder, parameters }: SignedCall): Promise<string> {
    const open = await this.orders.open(holder, market, parameters.get('symbol'));
    return this.shown.rows(open.filter(({ order }) => !isAlgoOrder(order)));
  }
}

/** On spot a cancel has an id of its own; drawn from the signature where the client gave none. */
export const cancelIdOf = ({ signature }: Pick<SignedCall, 'signature'>): string =>
  `e-${signature.replace(/[^A-Za-z0-9]/g, '').slice(0, 20)}`;

export const reading = (
  path: string,
  market: Market,
  answer: SignedRoute['answer'],
  doing: SignedRoute['doing'] = 'query',
): SignedRoute => ({ method: 'GET', path, market, doing, isSigned: true, scope: 'read', answer });

export const writing = (
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
  market: Market,
  doing: SignedRoute['doing'],
  answer: SignedRoute['answer'],
): SignedRoute => ({ method, path, market, doing, isSigned: true, scope: 'trade', answer });
