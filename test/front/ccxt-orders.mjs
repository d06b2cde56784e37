/**
 * An unmodified ccxt, pointed at the front by its settings alone: places, reads, lists and cancels, and says what it met.
 * Commands come as JSON lines on standard input, answers go as JSON lines to standard output.
 */
import { createInterface } from 'node:readline';
import ccxt from 'ccxt';

const { restUrl, apiKey, secret } = JSON.parse(process.env.FRONT);
const client = new ccxt.binance({
  apiKey,
  secret,
  urls: {
    api: {
      fapiPublic: `${restUrl}/fapi/v1`,
      fapiPublicV2: `${restUrl}/fapi/v2`,
      fapiPublicV3: `${restUrl}/fapi/v3`,
      fapiPrivate: `${restUrl}/fapi/v1`,
      fapiPrivateV2: `${restUrl}/fapi/v2`,
      fapiPrivateV3: `${restUrl}/fapi/v3`,
      public: `${restUrl}/api/v3`,
      private: `${restUrl}/api/v3`,
      sapi: `${restUrl}/sapi/v1`,
    },
  },
  options: {
    defaultType: 'swap',
    fetchMarkets: { types: ['spot', 'linear'] },
    fetchMargins: false,
    fetchCurrencies: false,
  },
});

for await (const line of createInterface({ input: process.stdin })) {
  const { method, args } = JSON.parse(line);
  try {
    console.log(JSON.stringify({ result: (await client[method](...args)) ?? null }));
  } catch (error) {
    console.log(JSON.stringify({ error: error.constructor.name, message: error.message }));
  }
}
