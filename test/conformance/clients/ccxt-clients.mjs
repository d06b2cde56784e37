/**
 * Unmodified ccxt, led to the paper exchange below its own URLs: it chooses its error tables by the real host's name,
 * so requests keep that name until the very last moment.
 */ import ccxt from 'ccxt';
const HOSTS = /^https:\/\/(fapi|api|dapi|eapi)\.binance\.com/;
const settings = (venue, type) => ({
  apiKey: venue.apiKey,
  secret: venue.apiSecret,
  enableRateLimit: false,
  options: {
    defaultType: type,
    fetchMarkets: {
      types: type === 'swap' ? ['linear'] : ['spot'],
    },
    fetchMargins: false,
    fetchCurrencies: false,
  },
});
export function ccxtRest(venue, type) {
  const client = new ccxt.binance(settings(venue, type));
  client.fetchImplementation = (url, options) => fetch(url.replace(HOSTS, venue.rest), options);
  return client;
}
/** As somebody makes it who sets nothing but the keys. */
export function ccxtOfDefaults(venue) {
  const client = new ccxt.binance({ apiKey: venue.apiKey, secret: venue.apiSecret });
  client.fetchImplementation = (url, options) => fetch(url.replace(HOSTS, venue.rest), options);
  return client;
}
export function ccxtPro(venue, type) {
  const client = new ccxt.pro.binance(settings(venue, type));
  client.fetchImplementation = (url, options) => fetch(url.replace(HOSTS, venue.rest), options);
  const ws = client.urls.api.ws;
  ws.future = `${venue.ws}/ws`;
  ws.spot = `${venue.ws}/ws`;
  ws['ws-api'] = {
    spot: `${venue.ws}/ws-api/v3`,
    future: `${venue.ws}/ws-fapi/v1`,
  };
  return client;
}
