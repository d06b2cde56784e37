/** Spot orders that hang together, and stops that follow the price: what `exchangeInfo` promises, done. */
import { until } from '@elvis/testing';
import { call, Answer, Parameters } from './signed-calls';
import { openVenue, PaperVenue } from './venue';

const SYMBOL = { symbol: 'BTCUSDT' };
const QUANTITY = '0.001';

describe('spot order lists and trailing stops', () => {
  let venue: PaperVenue;
  let price: number;

  beforeAll(async () => {
    venue = await openVenue({ PAPER_MARKET: 'synthetic', SYMBOLS: 'BTCUSDT', PAPER_BALANCE: '1000000' });
    const bought = { ...SYMBOL, side: 'BUY', type: 'MARKET', quantity: '0.5' };
    expect((await ask('POST', '/api/v3/order', bought)).status).toBe(200);
  });
  beforeEach(() => {
    price = Math.round(venue.exchange.spot.exchange.market('BTCUSDT').lastPrice / 100);
  });
  afterAll(() => venue.stop());

  const ask = (method: string, path: string, parameters: Parameters = {}): Promise<Answer> =>
    call(venue, method, path, parameters);
  const order = async (orderId: number): Promise<Record<string, unknown>> =>
    (await ask('GET', '/api/v3/order', { ...SYMBOL, orderId })).body;
  const statusIs = (orderId: number, status: string): Promise<void> =>
    until(async () => (await order(orderId)).status === status, `order ${orderId} to be ${status}`);
  const idsOf = ({ body }: Answer): number[] =>
    body.orders.map(({ orderId }: { orderId: number }) => orderId);
  const locked = async (asset: string): Promise<number> => {
    const { balances } = (await ask('GET', '/api/v3/account')).body;
    return Number(balances.find((held: { asset: string }) => held.asset === asset)?.locked ?? 0);
  };
  /** Moves the whole market by so many dollars. */
  const move = (by: number): void =>
    venue.exchange.feeds.get('futures:BTCUSDT')!.movePrice(by * 100, venue.exchange.clock.now());

  const oco = (more: Parameters = {}): Promise<Answer> =>
    ask('POST', '/api/v3/orderList/oco', {
      ...{ ...SYMBOL, side: 'SELL', quantity: QUANTITY, aboveType: 'LIMIT_MAKER', abovePrice: price + 300 },
      ...{ belowType: 'STOP_LOSS', belowStopPrice: price - 300 },
      ...more,
    });
  const working = (workingPrice: number): Parameters => ({
    ...{ ...SYMBOL, workingType: 'LIMIT', workingSide: 'BUY', workingTimeInForce: 'GTC' },
    ...{ workingPrice, workingQuantity: QUANTITY, pendingSide: 'SELL', pendingQuantity: QUANTITY },
  });

  it('sells once: the leg that trades ends the other', async () => {
    const placed = await oco();
    expect(placed.body).toMatchObject({ contingencyType: 'OCO', listOrderStatus: 'EXECUTING' });
    const [below, above] = idsOf(placed) as [number, number];
    move(400);
    await statusIs(above, 'FILLED');
    await statusIs(below, 'EXPIRED');
    const list = (await ask('GET', '/api/v3/orderList', { orderListId: placed.body.orderListId })).body;
    expect([list.listOrderStatus, await locked('BTC')]).toEqual(['ALL_DONE', 0]);
  });

  it('sells once: the stop that fires ends the limit', async () => {
    const [below, above] = idsOf(await oco()) as [number, number];
    move(-400);
    await statusIs(below, 'FILLED');
    await statusIs(above, 'EXPIRED');
    expect(await locked('BTC')).toBe(0);
  });

  it('goes whole when one leg is canceled', async () => {
    const [below, above] = idsOf(await oco()) as [number, number];
    await ask('DELETE', '/api/v3/order', { ...SYMBOL, orderId: above });
    expect([(await order(above)).status, (await order(below)).status]).toEqual(['CANCELED', 'CANCELED']);
    expect(await locked('BTC')).toBe(0);
  });

  it.each`
    side      | above            | below            | code
    ${'BUY'}  | ${'LIMIT_MAKER'} | ${'STOP_LOSS'}   | ${-1165}
    ${'SELL'} | ${'STOP_LOSS'}   | ${'LIMIT_MAKER'} | ${-1166}
    ${'SELL'} | ${'LIMIT_MAKER'} | ${'LIMIT_MAKER'} | ${-1168}
    ${'SELL'} | ${'MARKET'}      | ${'STOP_LOSS'}   | ${-1158}
    ${'BUY'}  | ${'STOP_LOSS'}   | ${'STOP_LOSS'}   | ${-1196}
    ${'SELL'} | ${'STOP_LOSS'}   | ${'STOP_LOSS'}   | ${-1197}
  `('takes no pair of $above above $below for a $side', async ({ side, above, below, code }) => {
    const refused = await oco({ side, aboveType: above, belowType: below });
    expect(refused.body.code).toBe(code);
  });

  it('places what waits when the working order is filled whole, and not before', async () => {
    const placed = await ask('POST', '/api/v3/orderList/oto', {
      ...working(price - 300),
      ...{ pendingType: 'LIMIT', pendingTimeInForce: 'GTC', pendingPrice: price + 2_000 },
    });
    const [first, second] = idsOf(placed) as [number, number];
    expect(placed.body.contingencyType).toBe('OTO');
    expect((await order(second)).status).toBe('PENDING_NEW');
    expect(await locked('BTC')).toBe(0);
    move(-400);
    await statusIs(first, 'FILLED');
    await statusIs(second, 'NEW');
    expect(await locked('BTC')).toBe(0.001);
    await ask('DELETE', '/api/v3/order', { ...SYMBOL, orderId: second });
    expect(await locked('BTC')).toBe(0);
    move(400);
  });

  it('answers with the waiting order still waiting when the working one is filled at once', async () => {
    const placed = await ask('POST', '/api/v3/orderList/oto', {
      ...working(price + 100),
      pendingType: 'MARKET',
    });
    expect(placed.body.orderReports.map(({ status }: { status: string }) => status)).toEqual([
      'FILLED',
      'PENDING_NEW',
    ]);
    await statusIs(idsOf(placed)[1]!, 'FILLED');
  });

  it('lets what waits go with the working order', async () => {
    const placed = await ask('POST', '/api/v3/orderList/oto', {
      ...working(price - 300),
      pendingType: 'MARKET',
    });
    const [first, second] = idsOf(placed) as [number, number];
    await ask('DELETE', '/api/v3/order', { ...SYMBOL, orderId: first });
    expect((await order(second)).status).toBe('CANCELED');
    expect(await locked('USDT')).toBe(0);
  });

  it('makes a pair of what waits: one of the two trades', async () => {
    const placed = await ask('POST', '/api/v3/orderList/otoco', {
      ...working(price + 100),
      ...{ pendingAboveType: 'LIMIT_MAKER', pendingAbovePrice: price + 400 },
      ...{ pendingBelowType: 'STOP_LOSS', pendingBelowStopPrice: price - 400 },
    });
    const [first, below, above] = idsOf(placed) as [number, number, number];
    await statusIs(first, 'FILLED');
    await statusIs(above, 'NEW');
    expect(await locked('BTC')).toBe(0.001);
    move(500);
    await statusIs(above, 'FILLED');
    await statusIs(below, 'EXPIRED');
    expect(await locked('BTC')).toBe(0);
  });

  it('fires a trailing stop when the price comes back from its best', async () => {
    const placed = await ask('POST', '/api/v3/order', {
      ...{ ...SYMBOL, side: 'SELL', type: 'STOP_LOSS', quantity: QUANTITY, trailingDelta: 100 },
      newOrderRespType: 'RESULT',
    });
    expect(placed.body).toMatchObject({ status: 'NEW', trailingDelta: 100 });
    const { orderId } = placed.body;
    move(2_000);
    await until(() => venue.exchange.spot.exchange.market('BTCUSDT').lastPrice > (price + 1_500) * 100);
    move(-400);
    await until(() => venue.exchange.spot.exchange.market('BTCUSDT').lastPrice < (price + 1_800) * 100);
    expect((await order(orderId)).status).toBe('NEW');
    move(-600);
    await statusIs(orderId, 'FILLED');
    move(-1_000);
  });

  it.each([
    ['trailingDelta', 5, 'Filter failure: TRAILING_DELTA'],
    ['pegPriceType', 'PRIMARY_PEG', 'Pegged orders are not supported for this symbol.'],
    ['icebergQty', '0.0005', 'Iceberg orders are not supported for this symbol.'],
  ])('refuses %s=%s', async (name, value, text) => {
    const refused = await ask('POST', '/api/v3/order', {
      ...{ ...SYMBOL, side: 'SELL', type: 'STOP_LOSS_LIMIT', timeInForce: 'GTC', quantity: QUANTITY },
      ...{ price: price - 100, stopPrice: price - 50, [name]: value },
    });
    expect(refused.body.msg).toBe(text);
  });

  it('says in its rules what it does, and of what it does not that it does not', async () => {
    const [row] = (await call(venue, 'GET', '/api/v3/exchangeInfo', SYMBOL, { signed: false })).body.symbols;
    expect(row).toMatchObject({
      ...{ ocoAllowed: true, otoAllowed: true, allowTrailingStop: true },
      ...{ opoAllowed: false, pegInstructionsAllowed: false, icebergAllowed: false },
    });
  });
});
