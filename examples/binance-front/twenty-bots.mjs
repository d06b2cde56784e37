/**
 * Twenty unmodified ccxt clients at the Binance front of a running `npm start`: ten trade, ten watch. Then trading is halted,
 * the ten are told that the market is closed, the halt is cleared, and they trade again. Beside it stands what the exchange
 * was asked for meanwhile.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ccxt from 'ccxt';

const home = process.env.ELVIS_HOME ?? join(process.cwd(), '.elvis');
const {
  gatewayUrl,
  apiKey: adminKey,
  front,
  exchange,
} = JSON.parse(readFileSync(join(home, 'stack.json'), 'utf8'));
const TRADING = 10;
const WATCHING = 10;

const gateway = async (method, path, body) => {
  const response = await fetch(`${gatewayUrl}${path}`, {
    method,
    headers: { 'X-API-Key': adminKey, 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${method} ${path}: ${answer.detail ?? response.status}`);
  return answer;
};

async function clientOf(name) {
  const { key, secret } = await gateway('POST', '/api/v1/access-keys', {
    kind: 'binance',
    name,
    scopes: ['read', 'trade'],
  });
  const { restUrl } = front;
  const futures = Object.fromEntries(
    ['Public', 'Private'].flatMap((kind) =>
      ['', 'V2', 'V3'].map((version) => [
        `fapi${kind}${version}`,
        `${restUrl}/fapi/${version.toLowerCase() || 'v1'}`,
      ]),
    ),
  );
  return new ccxt.binance({
    apiKey: key,
    secret,
    urls: { api: { ...futures, public: `${restUrl}/api/v3`, private: `${restUrl}/api/v3` } },
    options: {
      defaultType: 'swap',
      fetchMarkets: { types: ['linear'] },
      fetchMargins: false,
      fetchCurrencies: false,
    },
  });
}

/** What the exchange has charged Elvis's address in this minute. */
async function chargedByExchange() {
  const response = await fetch(`${exchange.adminUrl}/report`);
  return (await response.json()).meters;
}

/** Each buys a little on its own symbol and sells it again; answers how it ended. */
async function trade(client, symbol) {
  const { limits, precision } = client.market(symbol);
  const { last } = await client.fetchTicker(symbol);
  const least = Math.max(limits.amount.min, (1.3 * (limits.cost.min ?? 5)) / last);
  const amount = Number(client.amountToPrecision(symbol, least + precision.amount));
  const params = { newOrderRespType: 'RESULT' };
  const bought = await client.createOrder(symbol, 'market', 'buy', amount, undefined, params);
  await client.createOrder(symbol, 'market', 'sell', bought.filled, undefined, {
    ...params,
    reduceOnly: true,
  });
  return 'traded';
}

const ended = async (run) => {
  try {
    return await run();
  } catch (error) {
    return `${error.constructor.name}: ${error.message}`.slice(0, 120);
  }
};

function tell(title, outcomes) {
  const counts = new Map();
  for (const outcome of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  console.log(title);
  for (const [outcome, count] of counts) console.log(`  ${count} x ${outcome}`);
}

const clients = await Promise.all(
  Array.from({ length: TRADING + WATCHING }, (_, place) => clientOf(`bot-${place}`)),
);
await Promise.all(clients.map((client) => client.loadMarkets()));
const traders = clients.slice(0, TRADING);
const symbols = traders[0].symbols.filter((symbol) => symbol.endsWith('/USDT:USDT')).slice(0, TRADING);
if (symbols.length < TRADING)
  throw new Error(`There are ${symbols.length} symbols; start Elvis with SYMBOLS set to ten of them`);
const everyone = () =>
  Promise.all(traders.map((client, place) => ended(() => trade(client, symbols[place]))));

let isWatching = true;
const watching = clients.slice(TRADING).map(async (client) => {
  while (isWatching)
    await ended(() => Promise.all(symbols.map((symbol) => client.fetchOHLCV(symbol, '1m', undefined, 100))));
});

tell('Ten trade, ten watch:', await everyone());
await gateway('POST', '/api/v1/emergency_stop', { reason: 'the example' });
tell('Halted:', await everyone());
for (;;) {
  const cleared = await ended(() =>
    gateway('DELETE', '/emergency_stop', { reason: 'the example', force: true }),
  );
  if (typeof cleared !== 'string') break;
  await new Promise((resolve) => setTimeout(resolve, 500));
}
tell('Cleared:', await everyone());
isWatching = false;
await Promise.all(watching);
console.log(
  'What the exchange has charged all of Elvis in this minute:',
  JSON.stringify(await chargedByExchange()),
);
