/** The peer: an unmodified ccxt placing the same order straight on the same exchange, with and without its limiter. */
import { binanceusdm } from 'ccxt';
import { Spread, spreadOf } from './percentiles';

export interface ExchangeAccess {
  readonly restUrl: string;
  readonly apiKey: string;
  readonly apiSecret: string;
}

export async function measureCcxt(
  exchange: ExchangeAccess,
  rounds: number,
  withLimiter: boolean,
): Promise<Spread> {
  const client = new binanceusdm({
    apiKey: exchange.apiKey,
    secret: exchange.apiSecret,
    enableRateLimit: withLimiter,
    options: {
      fetchMarkets: { types: ['linear'] },
      fetchMargins: false,
      fetchCurrencies: false,
      recvWindow: 5_000,
    },
  });
  client.fetchImplementation = (url: string, options: RequestInit) =>
    fetch(url.replace(/^https:\/\/[^/]+/, exchange.restUrl), options);
  await client.loadMarkets();
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const side = round % 2 === 0 ? 'buy' : 'sell';
    const startedAt = performance.now();
    await client.createOrder('BTC/USDT:USDT', 'market', side, 0.002);
    if (round >= rounds / 10) times.push(performance.now() - startedAt);
  }
  await client.close();
  return spreadOf(times);
}
