/**
 * The shape oracle: answers recorded by another project (Binance.Net, MIT) against what we answer to the same call.
 * Same keys, same JSON types; what differs on purpose is listed with its reason.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { call, Parameters } from './signed-calls';
import { openVenue, PaperVenue } from './venue';

interface Sample {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly response: unknown;
}

const SAMPLES = readFileSync(join(__dirname, '..', 'fixtures', 'binance_net_rest.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Sample);

/** Differences on purpose: `name` of the sample, place in it, and why. `*` stands for every sample or key. */
const EXCEPTIONS: readonly (readonly [sample: string, place: RegExp, reason: string])[] = [
  [
    '*',
    /activatePrice|priceRate/,
    'the sample is a trailing stop on the plain endpoint, which takes no such orders since 2025-12-09',
  ],
  [
    '*',
    /avgPrice|cumQuote|cumQty|cumBase|\bpair\b/,
    'differ from call to call and were dropped from the newest answers; ours carry what any client reads',
  ],
  [
    'UsdFutures/Account/GetSymbolConfiguration',
    /isAutoAddMargin/,
    'a boolean on the live exchange, a string in the sample',
  ],
  ['UsdFutures/Account/GetBrackets', /notionalCoef/, 'only sent to accounts whose brackets were adjusted'],
  [
    'UsdFutures/Account/GetPositionAdlQuantileEstimation',
    /adlQuantile/,
    'the keys depend on the position mode',
  ],
  [
    'UsdFutures/Account/GetAccountInfo*',
    /positions|bidNotional|askNotional|updateTime|maxWithdraw|marginAvailable/,
    'versions of the call differ; ours lists what the SDK of 2026 names',
  ],
  ['UsdFutures/Account/GetIncomeHistory', /tranId|tradeId/, 'numbers or strings in one and the same sample'],
  [
    'UsdFutures/ExchangeData/GetExchangeInfo',
    /symbols|assets|timezone|futuresType/,
    'the rows are the live ones of 2026, the sample is of 2020',
  ],
  ['UsdFutures/ExchangeData/GetAggregatedTradeHistory', /nq/, 'added 2025-12'],
  [
    'UsdFutures/Trading/GetPositions',
    /.*/,
    'the sample is of version 2; version 3 carries neither leverage nor margin type',
  ],
  [
    'UsdFutures/Trading/PlaceMultipleOrders',
    /closePosition/,
    'left out in the sample, sent for single orders',
  ],
  [
    'UsdFutures/Trading/CancelConditionalOrder',
    /code|msg|callbackRate/,
    'the documentation shows only these four keys, the sample only the order: ours has both',
  ],
  [
    'UsdFutures/Trading/*Conditional*',
    /actualQty|actualType|callbackRate/,
    'present once the order was triggered, or for trailing stops',
  ],
  ['UsdFutures/Trading/CancelAllConditionalOrders', /code/, 'a number on every other cancel-all'],
  [
    'Spot/ExchangeData/GetExchangeInfo',
    /symbols|rateLimits/,
    'the rows are of 2026; the sample leaves the limits empty',
  ],
  ['Spot/Account/GetCommissionRates', /specialCommission/, 'added after the sample'],
  ['Spot/*', /origQuoteOrderQty|icebergQty|stopPrice|workingTime|trailing/, 'sent when they apply'],
  ['Spot/Trading/ReplaceOrder', /.*/, 'the sample is wrapped by its project in the answer of a refusal'],
  ['Spot/Trading/PlaceTestOrder', /.*/, 'the commission is answered only when asked for'],
  ['Spot/Trading/PlaceOcoOrder*', /fills/, 'the reports of a list carry no fills'],
];

const CALLS: Readonly<Record<string, Parameters>> = {
  'POST /fapi/v1/leverage': { symbol: 'BTCUSDT', leverage: 21 },
  'POST /fapi/v1/marginType': { symbol: 'ETHUSDT', marginType: 'ISOLATED' },
  'POST /fapi/v1/positionSide/dual': { dualSidePosition: 'false' },
  'POST /fapi/v1/multiAssetsMargin': { multiAssetsMargin: 'true' },
  'POST /fapi/v1/countdownCancelAll': { symbol: 'BTCUSDT', countdownTime: 0 },
  'POST /fapi/v1/order': {
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'MARKET',
    quantity: '0.002',
    newOrderRespType: 'RESULT',
  },
  'POST /api/v3/order': { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.001' },
  'GET /fapi/v1/klines': { symbol: 'BTCUSDT', interval: '1m' },
  'GET /fapi/v1/continuousKlines': { pair: 'BTCUSDT', contractType: 'PERPETUAL', interval: '1m' },
  'GET /api/v3/klines': { symbol: 'BTCUSDT', interval: '1m' },
  'GET /api/v3/uiKlines': { symbol: 'BTCUSDT', interval: '1m' },
};
/** Calls whose state must be made first, or that would undo what others need; they have tests of their own. */
const ELSEWHERE =
  /order\/test|positionMargin|batchOrders|algoOrder|orderList|order\/oco|listenKey|cancelReplace|feeBurn$|positionSide\/dual|multiAssetsMargin$|forceOrders|apiTradingStatus|historicalTrades/;

describe('the paper exchange answers in the shapes of the recorded samples', () => {
  let venue: PaperVenue;
  let served: Set<string>;
  let resting: { futures: string; spot: string };

  beforeAll(async () => {
    venue = await openVenue();
    served = new Set(venue.exchange.served());
    const limit = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC' };
    const place = async (path: string, price: number): Promise<string> =>
      /"orderId":(\d+)/.exec(
        (await call(venue, 'POST', path, { ...limit, quantity: '0.002', price })).text,
      )![1]!;
    await call(venue, 'POST', '/fapi/v1/order', CALLS['POST /fapi/v1/order']);
    await call(venue, 'POST', '/api/v3/order', CALLS['POST /api/v3/order']);
    await call(venue, 'POST', '/fapi/v1/algoOrder', {
      algoType: 'CONDITIONAL',
      symbol: 'BTCUSDT',
      side: 'SELL',
      type: 'STOP_MARKET',
      quantity: '0.002',
      triggerPrice: '50000',
    });
    resting = { futures: await place('/fapi/v1/order', 60000), spot: await place('/api/v3/order', 60000) };
  });
  afterAll(() => venue.stop());

  it.each(SAMPLES.map((sample) => [sample.name, sample] as const))('%s', async (_name, sample) => {
    const key = `${sample.method} ${sample.path}`;
    if (!served.has(key) || ELSEWHERE.test(sample.path)) return;
    const parameters = CALLS[key] ?? {
      symbol: 'BTCUSDT',
      ...(/\/(order|openOrder)$/.test(sample.path) && {
        orderId: sample.path.startsWith('/fapi') ? resting.futures : resting.spot,
      }),
    };
    const isPublic = venue.exchange.securityOf(key) === 'NONE';
    if (sample.method === 'DELETE' || sample.method === 'PUT') return;
    const answer = await call(venue, sample.method, sample.path, parameters, { signed: !isPublic });
    expect(answer.text.slice(0, 300)).not.toContain('"code":-');
    const excused = EXCEPTIONS.filter(
      ([name]) => name === '*' || new RegExp(`^${name.replaceAll('*', '.*')}$`).test(sample.name),
    );
    const differences = differ(sample.response, answer.body, '').filter(
      (difference) => !excused.some(([, place]) => place.test(difference)),
    );
    expect(differences).toEqual([]);
  });
});

/** Where two JSON values differ in keys or types; of lists the first elements are compared. */
function differ(wanted: unknown, given: unknown, place: string): string[] {
  if (Array.isArray(wanted) && Array.isArray(given))
    return wanted.length === 0 || given.length === 0 ? [] : differ(wanted[0], given[0], `${place}[]`);
  if (isRecord(wanted) && isRecord(given)) {
    const names = new Set([...Object.keys(wanted), ...Object.keys(given)]);
    return [...names].flatMap((name) => {
      if (!(name in given)) return [`${place}.${name} is missing`];
      if (!(name in wanted)) return [`${place}.${name} is not in the sample`];
      return differ(wanted[name], given[name], `${place}.${name}`);
    });
  }
  const kind = (value: unknown): string =>
    value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  return kind(wanted) === kind(given) ? [] : [`${place} is ${kind(given)}, not ${kind(wanted)}`];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
