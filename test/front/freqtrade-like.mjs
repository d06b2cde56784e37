/**
 * What freqtrade does about a position's stop, by ccxt's classes alone (its `create_stoploss_order` and the handlers above
 * it): refused as an invalid order it leaves the position at market at once; after anything else it tries again later. The
 * client is an unmodified ccxt with nothing set but addresses. Commands and answers are JSON lines.
 */
import { createInterface } from 'node:readline';
import ccxt from 'ccxt';

const { host, apiKey, secret } = JSON.parse(process.env.FRONT);
const fapi = (version) => `https://fapi.${host}/fapi/${version}`;
const api = `https://api.${host}/api/v3`;
const client = new ccxt.binance({
  apiKey,
  secret,
  hostname: host,
  urls: {
    api: {
      ...{ fapiPublic: fapi('v1'), fapiPublicV2: fapi('v2'), fapiPublicV3: fapi('v3') },
      ...{ fapiPrivate: fapi('v1'), fapiPrivateV2: fapi('v2'), fapiPrivateV3: fapi('v3') },
      ...{ public: api, private: api, sapi: `https://api.${host}/sapi/v1` },
    },
  },
  options: {
    defaultType: 'swap',
    fetchMarkets: { types: ['linear'] },
    fetchMargins: false,
    fetchCurrencies: false,
  },
});

async function protect(symbol, amount, stopPrice) {
  try {
    const { id } = await client.createOrder(symbol, 'market', 'sell', amount, undefined, {
      stopLossPrice: stopPrice,
      reduceOnly: true,
    });
    return { did: 'protected', id };
  } catch (error) {
    const thrown = error.constructor.name;
    if (!(error instanceof ccxt.InvalidOrder)) return { did: 'tries again later', thrown };
    await client.createOrder(symbol, 'market', 'sell', amount, undefined, { reduceOnly: true });
    return { did: 'left at market', thrown };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { method, args } = JSON.parse(line);
  try {
    const result = method === 'protect' ? await protect(...args) : await client[method](...args);
    console.log(JSON.stringify({ result: result ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ error: error.constructor.name, message: error.message }));
  }
}
