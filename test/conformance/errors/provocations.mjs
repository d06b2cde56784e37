/**
 * What a client does to run into each refusal, named as in the table: on a `calm` venue or on a `strict` one, whose
 * limits are low. Each leaves the account as it found it; the last of the strict ones end in a ban.
 */
import { admin } from '../clients/case.mjs';

const ORDER = { symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity: '0.010' };
const MARKET = { symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET', quantity: '0.010' };
const ONLY = { symbol: 'BTCUSDT' };

const futures =
  (change) =>
  async ({ client }) =>
    client.fapiPrivatePostOrder({ ...ORDER, price: await below(client), ...change });
const spot =
  (change) =>
  async ({ client }) =>
    client.privatePostOrder({ ...ORDER, quantity: '0.00100', price: await belowOnSpot(client), ...change });

/** The exchange answers with a fault, once. */
const faulty =
  (fault) =>
  async ({ client, venue }) => {
    await admin(venue, 'POST', '/trouble', { count: 1, executed: false, path: '/fapi/v1/order', ...fault });
    await client.fapiPrivatePostOrder(MARKET);
  };

const tidying = (call, tidy) => call().finally(tidy);

/** Asks again and again until it is refused in this way. */
const pressed =
  (status, code, call) =>
  async ({ client, last }) => {
    for (;;)
      try {
        await call(client);
      } catch (error) {
        if (last.status === status && last.code === code) throw error;
      }
  };

const bestOf = async (client) => client.fapiPublicGetTickerBookTicker(ONLY);
const rounded = (price) => String(Math.round(Number(price)));
/** Far enough below the market to rest, and inside its bands. */
const below = async (client) => rounded((await bestOf(client)).bidPrice * 0.97);
const above = async (client) => rounded((await bestOf(client)).askPrice * 1.03);
const belowOnSpot = async (client) => rounded((await client.publicGetTickerBookTicker(ONLY)).bidPrice * 0.97);

const calm = {
  'usdm -2019 Margin is insufficient.': futures({ quantity: '5' }),
  "usdm -4164 Order's notional must be no smaller than 50 (unless you choose reduce only)": futures({
    quantity: '0.001',
    price: '40000',
  }),
  'usdm -4014 Price not increased by tick size.': futures({ price: '50000.05' }),
  'usdm -1111 Precision is over the maximum defined for this asset.': futures({ quantity: '0.0015' }),
  'usdm -4003 Quantity less than zero.': futures({ quantity: '-1' }),
  'usdm -4028 Leverage 200 is not valid': ({ client }) =>
    client.fapiPrivatePostLeverage({ ...ONLY, leverage: 200 }),
  'usdm -4046 No need to change margin type.': ({ client }) =>
    client.fapiPrivatePostMarginType({ ...ONLY, marginType: 'CROSSED' }),
  'usdm -4059 No need to change position side.': ({ client }) =>
    client.fapiPrivatePostPositionSideDual({ dualSidePosition: 'false' }),
  'usdm -2021 Order would immediately trigger.': async ({ client }) =>
    client.fapiPrivatePostAlgoOrder({
      ...MARKET,
      algoType: 'CONDITIONAL',
      type: 'STOP_MARKET',
      side: 'SELL',
      triggerPrice: await above(client),
    }),
  'usdm -2022 ReduceOnly Order is rejected.': futures({ reduceOnly: 'true' }),
  'usdm -2011 Unknown order sent.': ({ client }) => client.fapiPrivateDeleteOrder({ ...ONLY, orderId: 1 }),
  'usdm -2013 Order does not exist.': ({ client }) => client.fapiPrivateGetOrder({ ...ONLY, orderId: 1 }),
  'usdm -5021 Due to the order could not be filled immediately, the FOK order has been rejected. The order will not be recorded in the order history':
    futures({ timeInForce: 'FOK' }),
  'usdm -5022 Due to the order could not be executed as maker, the Post Only order will be rejected. The order will not be recorded in the order history':
    async ({ client }) =>
      client.fapiPrivatePostOrder({ ...ORDER, timeInForce: 'GTX', price: await above(client) }),
  'usdm -4116 ClientOrderId is duplicated.': async ({ client }) => {
    const named = { ...ORDER, price: await below(client), newClientOrderId: 'twice' };
    await client.fapiPrivatePostOrder(named);
    await tidying(
      () => client.fapiPrivatePostOrder(named),
      () => client.fapiPrivateDeleteAllOpenOrders(ONLY),
    );
  },
  'usdm -4120 Order type not supported for this endpoint. Please use the Algo Order API endpoints instead.':
    ({ client }) => client.fapiPrivatePostOrder({ ...MARKET, type: 'STOP_MARKET', stopPrice: '50000' }),
  'usdm -1021 Timestamp for this request is outside of the recvWindow.': ({ clientOf }) =>
    clientOf({ options: { timeDifference: 60_000 } }).fapiPrivateV3GetBalance(),
  "usdm -1021 Timestamp for this request was 1000ms ahead of the server's time.": ({ clientOf }) =>
    clientOf({ options: { timeDifference: -60_000 } }).fapiPrivateV3GetBalance(),
  'usdm -1022 Signature for this request is not valid.': ({ clientOf }) =>
    clientOf({ secret: 'not-the-secret' }).fapiPrivateV3GetBalance(),
  'usdm -2014 API-key format invalid.': ({ clientOf }) => clientOf({ apiKey: 'x' }).fapiPrivateV3GetBalance(),
  'usdm -2015 Invalid API-key, IP, or permissions for action': ({ clientOf }) =>
    clientOf({ apiKey: 'a-key-nobody-has' }).fapiPrivateV3GetBalance(),
  'usdm -1121 Invalid symbol.': ({ client }) => client.fapiPublicGetDepth({ symbol: 'NOSUCHUSDT' }),
  "usdm -1102 Mandatory parameter 'quantity' was not sent, was empty/null, or malformed.": ({ client }) =>
    client.fapiPrivatePostOrder({ symbol: 'BTCUSDT', side: 'BUY', type: 'MARKET' }),
  'usdm -1008 Request throttled by system-level protection. Reduce-only/close-position orders are exempt. Please try again.':
    faulty({ kind: 'overloaded' }),
  'usdm 0 Unknown error, please check your request or try again later.': faulty({
    kind: 'unknown-error',
    code: 0,
  }),
  'usdm -1000 Service Unavailable.': faulty({ kind: 'service-unavailable' }),
  'usdm -1007 Timeout waiting for response from backend server. Send status unknown; execution status unknown.':
    faulty({ kind: 'backend-timeout' }),
  'usdm -1001 Internal error; unable to process your request. Please try again.': faulty({
    kind: 'internal-error',
  }),
  "usdm -4061 Order's position side does not match user's setting.": futures({ positionSide: 'LONG' }),
  'usdm -4161 Leverage reduction is not supported in Isolated Margin Mode with open positions.': async ({
    client,
  }) => {
    await client.fapiPrivatePostMarginType({ ...ONLY, marginType: 'ISOLATED' });
    await client.fapiPrivatePostOrder(MARKET);
    const close = async () => {
      await client.fapiPrivatePostOrder({ ...MARKET, side: 'SELL', reduceOnly: 'true' });
      await client.fapiPrivatePostMarginType({ ...ONLY, marginType: 'CROSSED' });
    };
    await tidying(() => client.fapiPrivatePostLeverage({ ...ONLY, leverage: 5 }), close);
  },
  'usdm -2027 Exceeded the maximum allowable position at current leverage.': async ({ client }) => {
    await client.fapiPrivatePostLeverage({ ...ONLY, leverage: 125 });
    const wanted = { ...ORDER, quantity: '1.000', price: await below(client) };
    await tidying(
      () => client.fapiPrivatePostOrder(wanted),
      () => client.fapiPrivatePostLeverage({ ...ONLY, leverage: 20 }),
    );
  },

  'spot -2010 Account has insufficient balance for requested action.': spot({ quantity: '5' }),
  'spot -1013 Filter failure: LOT_SIZE': spot({ quantity: '0.000001' }),
  'spot -1013 Filter failure: NOTIONAL': spot({ quantity: '0.00001' }),
  'spot -1013 Filter failure: PRICE_FILTER': spot({ price: '50000.005' }),
  'spot -2010 Duplicate order sent.': async ({ client }) => {
    const named = {
      ...ORDER,
      price: await belowOnSpot(client),
      quantity: '0.001',
      newClientOrderId: 'twice',
    };
    await client.privatePostOrder(named);
    await tidying(
      () => client.privatePostOrder(named),
      () => client.privateDeleteOpenOrders(ONLY),
    );
  },
  'spot -2010 Order would immediately match and take.': async ({ client }) => {
    const { askPrice } = await client.publicGetTickerBookTicker(ONLY);
    const price = rounded(askPrice * 1.03);
    await client.privatePostOrder({ ...ONLY, side: 'BUY', type: 'LIMIT_MAKER', quantity: '0.001', price });
  },
};

const strict = {
  'usdm -2025 Reach max open order limit.': async ({ client }) => {
    const order = { ...ORDER, price: await below(client) };
    await client.fapiPrivatePostOrder(order);
    await client.fapiPrivatePostOrder(order);
    await tidying(
      () => client.fapiPrivatePostOrder(order),
      () => client.fapiPrivateDeleteAllOpenOrders(ONLY),
    );
  },
  /** Buys up one side of the book, whose market hardly moves; nobody is left to sell. */
  "usdm -4131 The counterparty's best price does not meet the PERCENT_PRICE filter limit.": async ({
    client,
    venue,
  }) => {
    await admin(venue, 'POST', '/deposit', { account: 'other', amount: '100000000' });
    const eth = { symbol: 'ETHUSDT', side: 'BUY' };
    const { markPrice } = await client.fapiPublicGetPremiumIndex({ symbol: 'ETHUSDT' });
    const rest = {
      ...eth,
      type: 'LIMIT',
      timeInForce: 'IOC',
      quantity: '2000',
      price: rounded(markPrice * 1.03),
    };
    for (;;) {
      await client.fapiPrivatePostOrder(rest);
      await client.fapiPrivatePostOrder({ ...eth, type: 'MARKET', quantity: '1' });
    }
  },
  'usdm -1015 Too many new orders; current limit is 300 orders per TEN_SECONDS.': pressed(
    429,
    -1015,
    (client) => client.fapiPrivatePostOrderTest(MARKET),
  ),
  'usdm -1003 Too many requests; current limit of IP(1.2.3.4) is 2400 requests per minute. Please use the websocket for live updates to avoid polling the API.':
    pressed(429, -1003, (client) => client.fapiPublicGetDepth({ ...ONLY, limit: 1000 })),
  'usdm -1003 Way too many requests; IP(1.2.3.4) banned until 1615183669840. Please use the websocket for live updates to avoid bans.':
    pressed(418, -1003, (client) => client.fapiPublicGetDepth({ ...ONLY, limit: 1000 })),
};

export const PROVOCATIONS = { calm, strict };
