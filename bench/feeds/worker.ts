/** ccxt pro in a process of its own: `watchOrderBook` and `watchTrades` of the named symbols, as its users write it. */
import { pro } from 'ccxt';

const [rest = '', ws = '', ...symbols] = process.argv.slice(2);
const HOSTS = /^https:\/\/(fapi|api|dapi|eapi)\.binance\.com/;

async function main(): Promise<void> {
  const client = new pro.binance({
    enableRateLimit: false,
    options: {
      defaultType: 'swap',
      fetchMarkets: { types: ['linear'] },
      fetchMargins: false,
      fetchCurrencies: false,
    },
  });
  client.fetchImplementation = (url: string, options: RequestInit) =>
    fetch(url.replace(HOSTS, rest), options);
  (client.urls as unknown as { api: { ws: { future: string } } }).api.ws.future = `${ws}/ws`;
  // What ccxt itself asks for before it speaks plain ws://.
  await client.loadHttpProxyAgent();
  let depth = 0;
  const handle = client.handleOrderBook.bind(client);
  client.handleOrderBook = (connection: unknown, message: unknown) => {
    depth += 1;
    handle(connection as never, message);
  };
  process.on('message', () => process.send?.({ depth }));
  const forEver = async (read: () => Promise<unknown>): Promise<never> => {
    for (;;) await read();
  };
  await Promise.all(
    symbols.flatMap((symbol) => [
      forEver(() => client.watchOrderBook(symbol)),
      forEver(() => client.watchTrades(symbol)),
    ]),
  );
}

void main();
