/** Every REST call that we serve and the oracle knows, reads and writes alike. */
import { call, Parameters } from '../signed-calls';
import { KEYS, openVenue, PaperVenue } from '../venue';
import { Oracle, samplesOf } from './oracle';
import { NOT_SERVED, REST_EXCEPTIONS } from './rest-exceptions';

interface Sample {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly response: unknown;
}

const SAMPLES = samplesOf<Sample>('binance_net_rest.jsonl');
const SYMBOL = { symbol: 'BTCUSDT' };
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

describe('the paper exchange answers in the shapes of the recorded samples', () => {
  const oracle = new Oracle(REST_EXCEPTIONS);
  let venue: PaperVenue;
  let served: Set<string>;
  /** The account whose modes may be changed: it holds nothing. */
  let idle: PaperVenue;

  const write = async (method: string, path: string, parameters: Parameters): Promise<string> => {
    const answer = await call(venue, method, path, parameters);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.text}`);
    return answer.text;
  };
  const idIn = (text: string, name = 'orderId'): string => new RegExp(`"${name}":(\\d+)`).exec(text)![1]!;
  const resting = async (path = '/fapi/v1/order', more: Parameters = {}) => ({
    ...SYMBOL,
    orderId: idIn(await write('POST', path, { ...LIMIT, ...more })),
  });
  const spotOrder = (more: Parameters = {}) => resting('/api/v3/order', more);
  const stopped = async () => ({ algoId: idIn(await write('POST', '/fapi/v1/algoOrder', STOP), 'algoId') });
  const listed = async () => ({
    ...SYMBOL,
    orderListId: idIn(await write('POST', '/api/v3/orderList/oco', { ...LIST, ...OCO }), 'orderListId'),
  });
  const inBatch = (...orders: object[]): Parameters => ({ batchOrders: JSON.stringify(orders) });
  const strings = ({ price, ...order }: typeof LIMIT) => ({ ...order, price: String(price) });

  /** What a call is asked with; some state is made right before. */
  const CALLS: Readonly<Record<string, () => Parameters | Promise<Parameters>>> = {
    'POST /fapi/v1/order': () => ({ ...BOUGHT, newOrderRespType: 'RESULT' }),
    'GET /fapi/v1/order': () => resting(),
    'GET /fapi/v1/openOrder': () => resting(),
    'GET /fapi/v1/openOrders': () => resting(),
    'DELETE /fapi/v1/order': () => resting(),
    'PUT /fapi/v1/order': async () => ({ ...LIMIT, ...(await resting()), price: 59_990 }),
    'POST /fapi/v1/batchOrders': () => inBatch(strings(LIMIT), strings(LIMIT)),
    'PUT /fapi/v1/batchOrders': async () =>
      inBatch({ ...strings(LIMIT), ...(await resting()), price: '59990' }),
    'DELETE /fapi/v1/batchOrders': async () => ({
      ...SYMBOL,
      orderIdList: `[${(await resting()).orderId}]`,
    }),
    'GET /fapi/v1/orderAmendment': async () => {
      const order = await resting();
      await write('PUT', '/fapi/v1/order', { ...LIMIT, ...order, price: 59_980 });
      return order;
    },
    'POST /fapi/v1/algoOrder': () => STOP,
    'GET /fapi/v1/algoOrder': stopped,
    'DELETE /fapi/v1/algoOrder': stopped,
    'GET /fapi/v1/openAlgoOrders': stopped,
    'GET /fapi/v1/allAlgoOrders': async () => ({ ...SYMBOL, ...(await stopped()) }),
    'POST /fapi/v1/countdownCancelAll': () => ({ ...SYMBOL, countdownTime: 0 }),
    'POST /fapi/v1/leverage': () => ({ ...SYMBOL, leverage: 21 }),
    'POST /fapi/v1/marginType': () => ({ symbol: 'ETHUSDT', marginType: 'ISOLATED' }),
    'POST /fapi/v1/positionMargin': async () => {
      await write('POST', '/fapi/v1/order', { ...BOUGHT, symbol: 'ETHUSDT', quantity: '0.1' });
      return { symbol: 'ETHUSDT', amount: 5, type: 1 };
    },
    'POST /fapi/v1/positionSide/dual': () => ({ dualSidePosition: 'true' }),
    'POST /fapi/v1/multiAssetsMargin': () => ({ multiAssetsMargin: 'true' }),
    'GET /fapi/v1/forceOrders': () => {
      const { exchange } = venue.exchange.futures;
      const forced = { ...SYMBOL, side: 'SELL', positionSide: 'BOTH', quantity: 2 } as const;
      exchange.force(
        exchange.accounts.get('other')!,
        { ...forced, clientOrderId: 'autoclose-1' },
        venue.exchange.clock.now(),
      );
      return SYMBOL;
    },
    'PUT /fapi/v1/listenKey': async () => {
      await write('POST', '/fapi/v1/listenKey', {});
      return {};
    },
    'GET /fapi/v1/klines': () => ({ ...SYMBOL, interval: '1m' }),
    'GET /fapi/v1/markPriceKlines': () => ({ ...SYMBOL, interval: '1m' }),
    'GET /fapi/v1/premiumIndexKlines': () => ({ ...SYMBOL, interval: '1m' }),
    'GET /fapi/v1/indexPriceKlines': () => ({ pair: 'BTCUSDT', interval: '1m' }),
    'GET /fapi/v1/continuousKlines': () => ({ pair: 'BTCUSDT', contractType: 'PERPETUAL', interval: '1m' }),
    'GET /api/v3/klines': () => ({ ...SYMBOL, interval: '1m' }),
    'GET /api/v3/uiKlines': () => ({ ...SYMBOL, interval: '1m' }),
    'POST /api/v3/order': () => ({ ...BOUGHT, quantity: '0.001' }),
    'POST /api/v3/order/test': () => ({ ...BOUGHT, computeCommissionRates: 'true' }),
    'GET /api/v3/order': () => spotOrder(),
    'GET /api/v3/openOrders': () => spotOrder(),
    'DELETE /api/v3/order': () => spotOrder(),
    'DELETE /api/v3/openOrders': () => spotOrder(),
    'PUT /api/v3/order/amend/keepPriority': async () => ({ ...(await spotOrder()), newQty: '0.001' }),
    'POST /api/v3/order/cancelReplace': async () => ({
      ...{ ...LIMIT, price: 60_010, cancelReplaceMode: 'STOP_ON_FAILURE' },
      cancelOrderId: (await spotOrder()).orderId,
    }),
    'POST /api/v3/orderList/oco': () => ({ ...LIST, ...OCO }),
    'POST /api/v3/orderList/oto': () => ({ ...WORKING, pendingType: 'MARKET' }),
    'POST /api/v3/orderList/otoco': () => ({
      ...{ ...WORKING, pendingAboveType: 'LIMIT_MAKER', pendingAbovePrice: 64_000 },
      ...{ pendingBelowType: 'STOP_LOSS', pendingBelowStopPrice: 58_000 },
    }),
    'DELETE /api/v3/orderList': listed,
    'GET /api/v3/orderList': listed,
    'GET /api/v3/openOrderList': listed,
    'GET /api/v3/allOrderList': listed,
  };

  beforeAll(async () => {
    venue = await openVenue({ PAPER_BALANCE: '1000000' });
    idle = { ...venue, apiKey: KEYS.BINANCE_API_KEY, apiSecret: KEYS.BINANCE_API_SECRET };
    served = new Set(venue.exchange.served());
    await write('POST', '/fapi/v1/order', { ...BOUGHT, quantity: '0.02' });
    await write('POST', '/api/v3/order', { ...BOUGHT, quantity: '0.02' });
  });
  afterAll(() => venue.stop());

  it('serves every call of the samples but the listed ones', () => {
    const missing = SAMPLES.filter(({ method, path }) => !served.has(`${method} ${path}`));
    expect(missing.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(
      Object.values(NOT_SERVED).flat().sort(),
    );
  });

  it.each(
    SAMPLES.filter(({ method, path }) => !Object.values(NOT_SERVED).flat().includes(`${method} ${path}`)).map(
      (sample) => [sample.name, sample] as const,
    ),
  )('%s', async (name, { method, path, response }) => {
    const key = `${method} ${path}`;
    const parameters = (await CALLS[key]?.()) ?? SYMBOL;
    const signed = venue.exchange.securityOf(key) === 'SIGNED';
    const changesModes = /POST .*(dual|multiAssetsMargin)$/.test(key);
    const answer = await call(changesModes ? idle : venue, method, path, parameters, { signed });
    expect(answer.text.slice(0, 300)).not.toContain('"code":-');
    expect(oracle.compare(name, response, answer.body)).toEqual([]);
  });

  it('needs every exception it lists', () => {
    expect(oracle.idle()).toEqual([]);
  });
});
