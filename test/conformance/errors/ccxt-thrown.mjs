/**
 * Has unmodified ccxt run into every refusal, once below Binance's own URLs and once below ours (ccxt picks its error
 * table by the URL), and prints what it threw, a line of JSON each.
 */
import ccxt from 'ccxt';
import { PROVOCATIONS } from './provocations.mjs';

const [, , venuesText] = process.argv;
const venues = JSON.parse(venuesText);
const log = console.log;
console.log = console.info = console.debug = () => undefined;

for (const [kind, provocations] of Object.entries(PROVOCATIONS))
  for (const [refusal, provoke] of Object.entries(provocations))
    for (const host of ['real', 'other'])
      log(JSON.stringify({ refusal, host, ...(await thrown(venues[kind], host, provoke)) }));
process.exit(0);

/** The last refusal, and what ccxt made of it. */
async function thrown(venue, host, provoke) {
  const last = {};
  const clientOf = (settings = {}) => clientAt(venue, host, last, settings);
  const exception = await Promise.race([
    provoke({ client: clientOf(), clientOf, venue, last }).then(
      () => 'nothing was thrown',
      (error) => (error instanceof ccxt.BaseError ? error.constructor.name : String(error)),
    ),
    new Promise((resolve) => setTimeout(() => resolve('no end within 30 s'), 30_000).unref()),
  ]);
  return { ...last, exception };
}

function clientAt({ rest, apiKey, apiSecret }, host, last, settings) {
  const client = new ccxt.binance({ apiKey, secret: apiSecret, enableRateLimit: false, ...settings });
  const moved = (url) => url.replace(/^https:\/\/f?api\.binance\.com/, rest);
  if (host === 'other')
    for (const [name, url] of Object.entries(client.urls.api))
      if (typeof url === 'string') client.urls.api[name] = moved(url);
  client.fetchImplementation = async (url, options) => {
    const response = await fetch(moved(url), options);
    if (!response.ok) Object.assign(last, { status: response.status, ...(await response.clone().json()) });
    return response;
  };
  return client;
}
