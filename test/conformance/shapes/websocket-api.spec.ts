/** Every method of the WebSocket APIs that we serve and the oracle knows, envelope and result. */
import { FUTURES_METHODS, SPOT_METHODS } from '../../../apps/paper-exchange/src/streams/websocket-api';
import { Parameters, takenOf } from '../signed-calls';
import { openVenue, PaperVenue } from '../venue';
import { Oracle, samplesOf } from './oracle';
import { Message, Socket } from './socket';
import { METHODS_NOT_SERVED, WEBSOCKET_API_EXCEPTIONS } from './websocket-api-exceptions';

interface Sample {
  readonly name: string;
  readonly kind: 'stream' | 'ws-api';
  readonly client_sends: readonly string[];
  readonly server_sends: readonly Message[];
}

const SAMPLES = samplesOf<Sample>('binance_net_ws.jsonl').filter(({ kind }) => kind === 'ws-api');
const methodOf = ({ client_sends: [sent] }: Sample): string => /"method": "([^"]+)"/.exec(sent!)![1]!;
const isSpot = ({ name }: Sample): boolean => name.startsWith('Spot');
const isServed = (sample: Sample): boolean =>
  methodOf(sample) in (isSpot(sample) ? SPOT_METHODS : FUTURES_METHODS);

const SYMBOL = { symbol: 'BTCUSDT' };
const LIMIT = {
  ...SYMBOL,
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '0.002',
  price: '60000',
};
const BOUGHT = { ...SYMBOL, side: 'BUY', type: 'MARKET', quantity: '0.002' };
const OCO = {
  ...{ ...SYMBOL, side: 'BUY', quantity: '0.001', aboveType: 'STOP_LOSS', aboveStopPrice: '63500' },
  ...{ belowType: 'LIMIT_MAKER', belowPrice: '60000' },
};
const STOP = {
  ...{ ...SYMBOL, algoType: 'CONDITIONAL', side: 'SELL', type: 'STOP', timeInForce: 'GTC' },
  ...{ quantity: '0.002', triggerPrice: '50000', price: '49900' },
};

describe('the WebSocket APIs answer in the shapes of the recorded samples', () => {
  const oracle = new Oracle(WEBSOCKET_API_EXCEPTIONS);
  let venue: PaperVenue;
  let apis: { readonly spot: Socket; readonly futures: Socket };

  const made = async (
    api: Socket,
    method: string,
    parameters: Parameters,
    id: string,
  ): Promise<Record<string, number>> => {
    const answer = await api.call(method, parameters, true);
    if (answer.status !== 200) throw new Error(`${method}: ${JSON.stringify(answer)}`);
    return { [id]: (answer.result as Record<string, number>)[id]! };
  };

  /** What a method is asked with, where a symbol will not do; some state is made right before. */
  async function parametersOf(api: Socket, sample: Sample): Promise<Parameters> {
    const resting = async () => ({ ...SYMBOL, ...(await made(api, 'order.place', LIMIT, 'orderId')) });
    const listed = () => made(api, 'orderList.place.oco', OCO, 'orderListId');
    switch (methodOf(sample)) {
      case 'klines':
      case 'uiKlines':
        return { ...SYMBOL, interval: '1m' };
      case 'order.place':
        return isSpot(sample) ? BOUGHT : LIMIT;
      case 'order.test':
        return { ...LIMIT, computeCommissionRates: 'true' };
      case 'order.status':
      case 'order.cancel':
      case 'openOrders.status':
      case 'openOrders.cancelAll':
        return resting();
      case 'order.modify':
        return { ...LIMIT, ...(await resting()), price: '59990' };
      case 'ticker':
        return { symbols: '["BTCUSDT"]' };
      case 'order.amend.keepPriority':
        return { ...(await resting()), newQty: '0.001' };
      case 'order.cancelReplace':
        return {
          ...{ ...LIMIT, price: '60010', cancelReplaceMode: 'STOP_ON_FAILURE' },
          cancelOrderId: (await made(api, 'order.place', LIMIT, 'orderId')).orderId!,
        };
      case 'orderList.place.oco':
        return OCO;
      case 'orderList.status':
      case 'orderList.cancel':
      case 'openOrderLists.status':
        return { ...SYMBOL, ...(await listed()) };
      case 'algoOrder.place':
        return STOP;
      case 'algoOrder.cancel':
        return made(api, 'algoOrder.place', STOP, 'algoId');
      case 'myTrades':
      case 'v2/account.position':
      case 'v2/account.status':
        await made(api, 'order.place', BOUGHT, 'orderId');
        return SYMBOL;
      default:
        return /Prices|Tickers/.test(sample.name) ? {} : SYMBOL;
    }
  }

  beforeAll(async () => {
    venue = await openVenue({ SYMBOLS: 'BTCUSDT', PAPER_BALANCE: '1000000' });
    apis = {
      spot: await Socket.open(venue, '/ws-api/v3'),
      futures: await Socket.open(venue, '/ws-fapi/v1'),
    };
  });
  afterAll(async () => {
    apis.spot.close();
    apis.futures.close();
    await venue.stop();
  });

  it('serves every method of the samples but the listed ones', () => {
    const missing = SAMPLES.filter((sample) => !isServed(sample)).map(methodOf);
    expect(missing.sort()).toEqual(Object.values(METHODS_NOT_SERVED).flat().sort());
  });

  it.each(SAMPLES.filter(isServed).map((sample) => [`${sample.name}: ${methodOf(sample)}`, sample] as const))(
    '%s',
    async (_name, sample) => {
      const api = isSpot(sample) ? apis.spot : apis.futures;
      const method = methodOf(sample);
      const call = (isSpot(sample) ? SPOT_METHODS : FUTURES_METHODS)[method]!;
      const signed = venue.exchange.securityOf(call) === 'SIGNED';
      const parameters = takenOf(venue.exchange.takenBy(call)!, await parametersOf(api, sample));
      const answer = await api.call(method, parameters, signed);
      expect(oracle.compare(sample.name, sample.server_sends[0], answer)).toEqual([]);
    },
  );

  it('tells of a connection that no session was opened on, and opens none with an HMAC key', async () => {
    for (const api of [apis.spot, apis.futures]) {
      const status = await api.call('session.status', {}, false);
      expect(status).toMatchObject({
        status: 200,
        result: { apiKey: null, authorizedSince: null, connectedSince: expect.any(Number) },
      });
      expect((await api.call('session.logout', {}, false)).result).toMatchObject({ apiKey: null });
      expect(await api.call('session.logon', {}, true)).toMatchObject({
        status: 400,
        error: { code: -4056 },
      });
    }
  });

  it('needs every exception it lists', () => {
    expect(oracle.idle()).toEqual([]);
  });
});
