/** What single parameters do: told by the inputs that clients found ignored, and by others of their kind. */
import { call, Answer, Parameters } from '../signed-calls';
import { openVenue, PaperVenue } from '../venue';

const SYMBOL = { symbol: 'BTCUSDT' };
const MARKET = { ...SYMBOL, side: 'BUY', type: 'MARKET', quantity: '0.002' };
const LIMIT = {
  ...SYMBOL,
  side: 'BUY',
  type: 'LIMIT',
  timeInForce: 'GTC',
  quantity: '0.002',
  price: '60000',
};
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('a parameter does what Binance says of it', () => {
  let venue: PaperVenue;

  beforeAll(async () => {
    venue = await openVenue({ PAPER_BALANCE: '1000000' });
  });
  afterAll(() => venue.stop());

  const ask = (method: string, path: string, parameters: Parameters = {}): Promise<Answer> =>
    call(venue, method, path, parameters, {
      signed: venue.exchange.securityOf(`${method} ${path}`) === 'SIGNED',
    });
  const refusal = ({ status, body }: Answer) => [status, body.code, body.msg];
  const notRequired = (name: string) => [400, -1106, `Parameter '${name}' sent when not required.`];

  it.each(['POST /fapi/v1/order', 'POST /fapi/v1/order/test'])(
    '%s takes no more than its type of order',
    async (key) => {
      const [method, path] = key.split(' ') as [string, string];
      const refused = async (more: Parameters, order: Parameters = MARKET) =>
        refusal(await ask(method, path, { ...order, ...more }));
      expect(await refused({ timeInForce: 'GTC' })).toEqual(notRequired('timeInForce'));
      expect(await refused({ price: '60000' })).toEqual(notRequired('price'));
      expect(await refused({ priceMatch: 'QUEUE' })).toEqual(notRequired('priceMatch'));
      expect(await refused({ stopPrice: '60000' })).toEqual(notRequired('stopPrice'));
      expect(await refused({ goodTillDate: 2_000_000_000_000 }, LIMIT)).toEqual(notRequired('goodTillDate'));
      expect(await refused({ closePosition: 'true' }, LIMIT)).toEqual(notRequired('closePosition'));
    },
  );

  it('lets nobody say reduceOnly in hedge mode', async () => {
    const hedged = await openVenue({ PAPER_MARKET: 'synthetic', SYMBOLS: 'BTCUSDT' });
    try {
      await call(hedged, 'POST', '/fapi/v1/positionSide/dual', { dualSidePosition: 'true' });
      await call(hedged, 'POST', '/fapi/v1/order', { ...MARKET, positionSide: 'LONG' });
      const closing = { ...MARKET, side: 'SELL', positionSide: 'LONG' };
      const refused = await call(hedged, 'POST', '/fapi/v1/order', { ...closing, reduceOnly: 'true' });
      expect(refusal(refused)).toEqual(notRequired('reduceonly'));
      expect((await call(hedged, 'POST', '/fapi/v1/order', closing)).status).toBe(200);
    } finally {
      await hedged.stop();
    }
  });

  it('cancels a spot order only in the status that the caller names', async () => {
    const { orderId } = (await ask('POST', '/api/v3/order', LIMIT)).body;
    const cancel = (cancelRestrictions: string) =>
      ask('DELETE', '/api/v3/order', { ...SYMBOL, orderId, cancelRestrictions });
    expect(refusal(await cancel('ONLY_PARTIALLY_FILLED'))).toEqual([
      400,
      -2011,
      'Order was not canceled due to cancel restrictions.',
    ]);
    expect(refusal(await cancel('ONLY_OLD'))).toEqual([400, -1145, 'Invalid cancelRestrictions']);
    expect((await ask('GET', '/api/v3/order', { ...SYMBOL, orderId })).body.status).toBe('NEW');
    expect((await cancel('ONLY_NEW')).body.status).toBe('CANCELED');
  });

  it('replaces nothing under the same restriction', async () => {
    const { orderId } = (await ask('POST', '/api/v3/order', LIMIT)).body;
    const answer = await ask('POST', '/api/v3/order/cancelReplace', {
      ...{ ...LIMIT, price: '60010', cancelReplaceMode: 'STOP_ON_FAILURE' },
      ...{ cancelOrderId: orderId, cancelRestrictions: 'ONLY_PARTIALLY_FILLED' },
    });
    expect(answer.body.data).toMatchObject({ cancelResult: 'FAILURE', newOrderResult: 'NOT_ATTEMPTED' });
  });

  it.each`
    method   | path                      | parameters                 | code     | text
    ${'GET'} | ${'/fapi/v1/userTrades'}  | ${{ ...SYMBOL, days: 10 }} | ${-4165} | ${'Maximum time interval is 7 days'}
    ${'GET'} | ${'/fapi/v1/allOrders'}   | ${{ ...SYMBOL, days: 8 }}  | ${-4165} | ${'Maximum time interval is 7 days'}
    ${'GET'} | ${'/fapi/v1/aggTrades'}   | ${{ ...SYMBOL, days: 1 }}  | ${-1127} | ${'More than 1 hours between startTime and endTime.'}
    ${'GET'} | ${'/api/v3/myTrades'}     | ${{ ...SYMBOL, days: 2 }}  | ${-1127} | ${'More than 24 hours between startTime and endTime.'}
    ${'GET'} | ${'/api/v3/allOrders'}    | ${{ ...SYMBOL, days: 2 }}  | ${-1127} | ${'More than 24 hours between startTime and endTime.'}
    ${'GET'} | ${'/api/v3/allOrderList'} | ${{ days: 2 }}             | ${-1127} | ${'More than 24 hours between startTime and endTime.'}
  `('$path looks no further than it may', async ({ method, path, parameters, code, text }) => {
    const { days, ...rest } = parameters as { days: number };
    const endTime = venue.exchange.clock.now();
    const answer = await ask(method as string, path as string, {
      ...rest,
      startTime: endTime - days * DAY,
      endTime,
    });
    expect(refusal(answer)).toEqual([400, code, text]);
  });

  it('finds within a span what lies in it', async () => {
    await ask('POST', '/fapi/v1/order', MARKET);
    const now = venue.exchange.clock.now();
    const trades = async (startTime: number, endTime: number) =>
      (await ask('GET', '/fapi/v1/userTrades', { ...SYMBOL, startTime, endTime })).body.length;
    expect(await trades(now - HOUR, now + 1_000)).toBeGreaterThan(0);
    expect(await trades(now - 3 * DAY, now - DAY)).toBe(0);
  });

  it('has a past, a market that is held, and answers for whoever asks at a start', async () => {
    const body = async (path: string, parameters: Parameters = {}) =>
      (await ask('GET', path, parameters)).body;
    expect(Number((await body('/fapi/v1/openInterest', SYMBOL)).openInterest)).toBeGreaterThan(0);
    const fundings = (await body('/fapi/v1/fundingRate', { ...SYMBOL, limit: 100 })) as {
      readonly fundingTime: number;
      readonly fundingRate: string;
    }[];
    expect(fundings).toHaveLength(100);
    fundings.forEach(({ fundingTime, fundingRate }, index) => {
      expect([fundingTime % (8 * HOUR), Number.isFinite(Number(fundingRate))]).toEqual([0, true]);
      if (index > 0) expect(fundingTime - fundings[index - 1]!.fundingTime).toBe(8 * HOUR);
    });
    for (const path of ['/fapi/v1/klines', '/api/v3/klines'])
      for (const interval of path.startsWith('/api') ? ['1s', '1m', '1d'] : ['1m', '1d']) {
        const newest = (await body(path, { ...SYMBOL, interval, limit: 1_000 })) as number[][];
        const older = (await body(path, {
          ...{ ...SYMBOL, interval, limit: 1_000 },
          endTime: newest[0]![0]! - 1,
        })) as number[][];
        expect([path, interval, newest.length, older.length]).toEqual([path, interval, 1_000, 1_000]);
      }
    expect((await body('/dapi/v1/exchangeInfo')).symbols).toEqual([]);
    expect((await body('/sapi/v1/account/status')).data).toBe('Normal');
    expect(Number((await body('/api/v3/ticker/price', { symbol: 'ETHUSDT' })).price)).toBeGreaterThan(0);
  });

  it('begins days where the caller’s clock says, and makes them of the same hours', async () => {
    const candles = async (interval: string, timeZone: string, limit: number) =>
      (await ask('GET', '/api/v3/klines', { ...SYMBOL, interval, timeZone, limit })).body as string[][];
    const [day] = (await candles('1d', '8', 2)) as [(string | number)[]];
    const openTime = Number(day[0]);
    expect((openTime + 8 * HOUR) % DAY).toBe(0);
    expect(Number(day[6])).toBe(openTime + DAY - 1);
    const hours = (await candles('1h', '0', 50)).filter(
      ([opened]) => Number(opened) >= openTime && Number(opened) < openTime + DAY,
    );
    expect(hours).toHaveLength(24);
    const sum = hours.reduce((total, hour) => total + Number(hour[8]), 0);
    expect([day[1], day[4], day[8]]).toEqual([hours[0]![1], hours[23]![4], sum]);
    expect(Number((await candles('1d', '-01:30', 1))[0]![0]) % DAY).toBe(1.5 * HOUR);
    expect(
      refusal(await ask('GET', '/api/v3/klines', { ...SYMBOL, interval: '1d', timeZone: '15' }))[1],
    ).toBe(-1130);
  });

  it('tells the time in microseconds to who asks for it', async () => {
    const timed = async (path: string, unit = 'MICROSECOND') =>
      (await fetch(`${venue.rest}${path}`, { headers: { 'X-MBX-TIME-UNIT': unit } })).json() as Promise<any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- whatever the exchange answers
    expect(String((await timed('/api/v3/time')).serverTime)).toHaveLength(16);
    const [[opened, , , , , , closed]] = await timed('/api/v3/klines?symbol=BTCUSDT&interval=1m&limit=1');
    expect([opened % 60_000_000, closed - opened]).toEqual([0, 59_999_999]);
    expect(String((await timed('/api/v3/trades?symbol=BTCUSDT&limit=1'))[0].time)).toHaveLength(16);
    expect((await timed('/api/v3/time', 'FORTNIGHT')).code).toBe(-1194);
  });

  it('shows of tickers, windows, permissions and states what is asked for', async () => {
    const full = (await ask('GET', '/api/v3/ticker/24hr', SYMBOL)).body;
    const mini = (await ask('GET', '/api/v3/ticker/24hr', { ...SYMBOL, type: 'MINI' })).body;
    expect([full.priceChange !== undefined, mini.priceChange]).toEqual([true, undefined]);
    const hour = (await ask('GET', '/api/v3/ticker', { ...SYMBOL, windowSize: '1h' })).body;
    expect(Number(hour.volume)).toBeLessThan(Number(full.volume));
    expect(hour.closeTime - hour.openTime).toBeLessThan(HOUR + 60_000);
    const [row] = (await ask('GET', '/api/v3/exchangeInfo', { ...SYMBOL, showPermissionSets: 'false' })).body
      .symbols;
    expect(row.permissionSets).toEqual([]);
    expect((await ask('GET', '/api/v3/exchangeInfo', { permissions: 'LEVERAGED' })).body.symbols).toEqual([]);
    expect((await ask('GET', '/api/v3/ticker/price', { symbolStatus: 'HALT' })).body).toEqual([]);
    expect(refusal(await ask('GET', '/api/v3/depth', { ...SYMBOL, symbolStatus: 'HALT' }))[1]).toBe(-1220);
  });

  it('says back by which strategy a spot order was sent', async () => {
    const labelled = { ...LIMIT, strategyId: 7, strategyType: 1_000_001 };
    expect((await ask('POST', '/api/v3/order', labelled)).body).toMatchObject({
      strategyId: 7,
      strategyType: 1_000_001,
    });
    const low = await ask('POST', '/api/v3/order', { ...labelled, strategyType: 5 });
    expect(low.body.code).toBe(-1134);
  });

  it('cancels, where told to, although no further order may be placed', async () => {
    const limited = await openVenue({
      PAPER_MARKET: 'recording',
      SYMBOLS: 'BTCUSDT',
      PAPER_SPOT_ORDERS_10S: '2',
    });
    try {
      const { orderId } = (await call(limited, 'POST', '/api/v3/order', LIMIT)).body;
      await call(limited, 'POST', '/api/v3/order', LIMIT);
      const replace = (orderRateLimitExceededMode: string) =>
        call(limited, 'POST', '/api/v3/order/cancelReplace', {
          ...{ ...LIMIT, cancelReplaceMode: 'STOP_ON_FAILURE', cancelOrderId: orderId },
          orderRateLimitExceededMode,
        });
      expect((await replace('DO_NOTHING')).body.code).toBe(-1015);
      const canceled = await replace('CANCEL_ONLY');
      expect([canceled.status, canceled.body.data.cancelResult]).toEqual([429, 'SUCCESS']);
      expect(canceled.body.data.newOrderResponse.code).toBe(-1015);
    } finally {
      await limited.stop();
    }
  });
});
