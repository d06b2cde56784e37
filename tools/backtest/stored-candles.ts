/** Minutes out of the candle store of the running system, by its REST; none is missing, or there are none. */
import { Candle } from '@elvis/strategy';
import { MINUTE_MS } from '@elvis/trading';
import { StackFile } from '../launcher/stack-file';
import { DataUnavailable } from './data-unavailable';
import { WantedCandles } from './words';

/** As many as one answer holds. */
const PAGE = 1_500;
/** The store fetches what is missing from the exchange meanwhile, and an answer waits some seconds for it. */
const TRIES = 20;
const DEFAULT_MINUTES = 7 * 1_440;

interface Answer {
  readonly items: readonly (Readonly<Record<'open' | 'high' | 'low' | 'close' | 'volume', string>> & {
    readonly openTime: string;
  })[];
  readonly missingMinutes: number;
}

/** @throws DataUnavailable the store does not answer, or minutes are missing there */
export async function storedCandles(
  { symbol, market, toMs = lastMinute(), fromMs = toMs - DEFAULT_MINUTES * MINUTE_MS }: WantedCandles,
  { gatewayUrl, apiKey }: Pick<StackFile, 'gatewayUrl' | 'apiKey'>,
): Promise<Candle[]> {
  const candles: Candle[] = [];
  for (let from = fromMs; from < toMs; from += PAGE * MINUTE_MS) {
    const to = Math.min(from + PAGE * MINUTE_MS, toMs);
    const times = { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
    const query = new URLSearchParams({ market, interval: '1m', limit: `${PAGE}`, ...times });
    const url = `${gatewayUrl}/api/v1/candles/${symbol}?${query.toString()}`;
    let { items, missingMinutes } = await ask(url, apiKey);
    for (let attempt = 1; missingMinutes > 0 && attempt < TRIES; attempt += 1)
      ({ items, missingMinutes } = await ask(url, apiKey));
    if (missingMinutes > 0 || items.length !== (to - from) / MINUTE_MS)
      throw new DataUnavailable(
        `The store lacks ${missingMinutes || (to - from) / MINUTE_MS - items.length} minutes of ${symbol} from ${times.from} to ${times.to}. Choose another time (--from, --to), or import the exchange's file: npm run candles -- import FILE`,
      );
    for (const { openTime, open, high, low, close, volume } of items)
      candles.push({
        openTimeMs: Date.parse(openTime),
        open: Number(open),
        high: Number(high),
        low: Number(low),
        close: Number(close),
        volume: Number(volume),
      });
  }
  return candles;
}

async function ask(url: string, apiKey: string): Promise<Answer> {
  const response = await fetch(url, { headers: { 'X-API-Key': apiKey } }).catch((error: Error) => {
    throw new DataUnavailable(`The gateway did not answer (${error.message}). Is the system running?`);
  });
  const body = (await response.json()) as Answer & { readonly code?: string; readonly message?: string };
  if (!response.ok)
    throw new DataUnavailable(
      `The store answered ${response.status} ${body.code ?? ''}: ${body.message ?? ''}`,
    );
  return body;
}

const lastMinute = (): number => Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;
