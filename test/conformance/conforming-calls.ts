/** What each REST call is asked with so that it is answered; some state is made right before. */
import { call, Parameters, takenOf } from './signed-calls';
import { PaperVenue } from './venue';

export const SYMBOL = { symbol: 'BTCUSDT' };
const LIMIT = { ...SYMBOL, side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.002', price: 60_000 };
const BOUGHT = { ...SYMBOL, side: 'BUY', type: 'MARKET', quantity: '0.002' };
const STOP = {
  ...{ ...SYMBOL, algoType: 'CONDITIONAL', side: 'SELL', type: 'STOP', timeInForce: 'GTC' },
  ...{ quantity: '0.002', triggerPrice: 50_000, price: 49_900 },
};
const LIST = { ...SYMBOL, side: 'BUY', quantity: '0.001' };
const OCO = { aboveType: 'STOP_LOSS', aboveStopPrice: 63_500, belowType: 'LIMIT_MAKER', belowPrice: 60_000 };
const WORKING = {
  ...{ ...SYMBOL, workingType: 'LIMIT', workingSide: 'BUY', workingTimeInForce: 'GTC' },
  ...{ workingPrice: 60_000, workingQuantity: '0.001', pendingSide: 'SELL', pendingQuantity: '0.001' },
};

export class ConformingCalls {
  constructor(private readonly venue: PaperVenue) {}

  /** Something to sell, on both markets. */
  async buySome(): Promise<void> {
    await this.write('POST', '/fapi/v1/order', { ...BOUGHT, quantity: '0.02' });
    await this.write('POST', '/api/v3/order', { ...BOUGHT, quantity: '0.02' });
  }

  private readonly write = async (method: string, path: string, parameters: Parameters): Promise<string> => {
    const taken = takenOf(this.venue.exchange.takenBy(`${method} ${path}`)!, parameters);
    const answer = await call(this.venue, method, path, taken);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.text}`);
    return answer.text;
  };
  private readonly idIn = (text: string, name = 'orderId'): string =>
    new RegExp(`"${name}":(\\d+)`).exec(text)![1]!;
  private readonly resting = async (path = '/fapi/v1/order', more: Parameters = {}) => ({
    ...SYMBOL,
    orderId: this.idIn(await this.write('POST', path, { ...LIMIT, ...more })),
  });
  private readonly spotOrder = (more: Parameters = {}) => this.resting('/api/v3/order', more);
  private readonly stopped = async () => ({
    algoId: this.idIn(await this.write('POST', '/fapi/v1/algoOrder', STOP), 'algoId'),
  });
  private readonly listed = async () => ({
    ...SYMBOL,
    orderListId: this.idIn(
      await this.write('POST', '/api/v3/orderList/oco', { ...LIST, ...OCO }),
      'orderListId',
    ),
  });
  private readonly inBatch = (...orders: object[]): Parameters => ({ batchOrders: JSON.stringify(orders) });
  private readonly modified = (order: Parameters): Parameters =>
    takenOf(this.venue.exchange.takenBy('PUT /fapi/v1/order')!, order);
  private readonly strings = ({ price, ...order }: typeof LIMIT) => ({ ...order, price: String(price) });

  /** What a call is asked with; some state is made right before. */
  readonly CALLS: Readonly<Record<string, () => Parameters | Promise<Parameters>>> = {
    'POST /fapi/v1/order': () => ({ ...BOUGHT, newOrderRespType: 'RESULT' }),
    'POST /fapi/v1/order/test': () => BOUGHT,
    'GET /fapi/v1/order': () => this.resting(),
    'GET /fapi/v1/openOrder': () => this.resting(),
    'GET /fapi/v1/openOrders': () => this.resting(),
    'DELETE /fapi/v1/order': () => this.resting(),
    'PUT /fapi/v1/order': async () => ({ ...LIMIT, ...(await this.resting()), price: 59_990 }),
    'POST /fapi/v1/batchOrders': () => this.inBatch(this.strings(LIMIT), this.strings(LIMIT)),
    'PUT /fapi/v1/batchOrders': async () =>
      this.inBatch(this.modified({ ...this.strings(LIMIT), ...(await this.resting()), price: '59990' })),
    'DELETE /fapi/v1/batchOrders': async () => ({
      ...SYMBOL,
      orderIdList: `[${(await this.resting()).orderId}]`,
    }),
    'GET /fapi/v1/orderAmendment': async () => {
      const order = await this.resting();
      await this.write('PUT', '/fapi/v1/order', { ...LIMIT, ...order, price: 59_980 });
      return order;
    },
    'POST /fapi/v1/algoOrder': () => STOP,
    'GET /fapi/v1/algoOrder': this.stopped,
    'DELETE /fapi/v1/algoOrder': this.stopped,
    'GET /fapi/v1/openAlgoOrders': this.stopped,
    'GET /fapi/v1/allAlgoOrders': async () => ({ ...SYMBOL, ...(await this.stopped()) }),
    'POST /fapi/v1/countdownCancelAll': () => ({ ...SYMBOL, countdownTime: 0 }),
    'POST /fapi/v1/leverage': () => ({ ...SYMBOL, leverage: 21 }),
    'POST /fapi/v1/marginType': () => ({ symbol: 'ETHUSDT', marginType: 'ISOLATED' }),
    'POST /fapi/v1/positionMargin': async () => {
      await this.write('POST', '/fapi/v1/order', { ...BOUGHT, symbol: 'ETHUSDT', quantity: '0.1' });
      return { symbol: 'ETHUSDT', amount: 5, type: 1 };
    },
    'POST /fapi/v1/positionSide/dual': () => ({ dualSidePosition: 'true' }),
    'POST /fapi/v1/multiAssetsMargin': () => ({ multiAssetsMargin: 'true' }),
    'GET /fapi/v1/forceOrders': () => {
      const { exchange } = this.venue.exchange.futures;
      const forced = { ...SYMBOL, side: 'SELL', positionSide: 'BOTH', quantity: 2 } as const;
      exchange.force(
        exchange.accounts.get('other')!,
        { ...forced, clientOrderId: 'autoclose-1' },
        this.venue.exchange.clock.now(),
      );
      return SYMBOL;
    },
    'PUT /fapi/v1/listenKey': async () => {
      await this.write('POST', '/fapi/v1/listenKey', {});
      return {};
    },
    'DELETE /fapi/v1/listenKey': () => ({}),
    'GET /api/v3/ticker': () => SYMBOL,
    'GET /fapi/v1/klines': () => ({ ...SYMBOL, interval: '1m' }),
    'GET /fapi/v1/markPriceKlines': () => ({ ...SYMBOL, interval: '1m' }),
    'GET /fapi/v1/premiumIndexKlines': () => ({ ...SYMBOL, interval: '1m' }),
    'GET /fapi/v1/indexPriceKlines': () => ({ pair: 'BTCUSDT', interval: '1m' }),
    'GET /fapi/v1/continuousKlines': () => ({ pair: 'BTCUSDT', contractType: 'PERPETUAL', interval: '1m' }),
    'GET /api/v3/klines': () => ({ ...SYMBOL, interval: '1m' }),
    'GET /api/v3/uiKlines': () => ({ ...SYMBOL, interval: '1m' }),
    'POST /api/v3/order': () => ({ ...BOUGHT, quantity: '0.001' }),
    'POST /api/v3/order/test': () => ({ ...BOUGHT, computeCommissionRates: 'true' }),
    'GET /api/v3/order': () => this.spotOrder(),
    'GET /api/v3/openOrders': () => this.spotOrder(),
    'DELETE /api/v3/order': () => this.spotOrder(),
    'DELETE /api/v3/openOrders': () => this.spotOrder(),
    'PUT /api/v3/order/amend/keepPriority': async () => ({ ...(await this.spotOrder()), newQty: '0.001' }),
    'POST /api/v3/order/cancelReplace': async () => ({
      ...{ ...LIMIT, price: 60_010, cancelReplaceMode: 'STOP_ON_FAILURE' },
      cancelOrderId: (await this.spotOrder()).orderId,
    }),
    'POST /api/v3/orderList/oco': () => ({ ...LIST, ...OCO }),
    'POST /api/v3/order/oco': () => ({
      ...{ ...LIST, price: 60_000, stopPrice: 63_500 },
      ...{ stopLimitPrice: 63_600, stopLimitTimeInForce: 'GTC' },
    }),
    'POST /api/v3/orderList/oto': () => ({ ...WORKING, pendingType: 'MARKET' }),
    'POST /api/v3/orderList/otoco': () => ({
      ...{ ...WORKING, pendingAboveType: 'LIMIT_MAKER', pendingAbovePrice: 64_000 },
      ...{ pendingBelowType: 'STOP_LOSS', pendingBelowStopPrice: 58_000 },
    }),
    'DELETE /api/v3/orderList': this.listed,
    'GET /api/v3/orderList': this.listed,
    'GET /api/v3/openOrderList': this.listed,
    'GET /api/v3/allOrderList': this.listed,
  };
}
