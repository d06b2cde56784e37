/**
 * Minutes as the exchange has them. A bot that starts asks it for those that the history has not got yet, so they are asked
 * of it again; a minute that is over does not change there.
 */
import { Candle, MINUTE_MS, Market } from '@elvis/trading';

/** Origins without a path; a market without one cannot be asked. */
export type ExchangeOrigins = Readonly<Partial<Record<Market, string | undefined>>>;

const PATHS: Readonly<Record<Market, string>> = { futures: '/fapi/v1/klines', spot: '/api/v3/klines' };
const PAGE = 1_000;
const TIMEOUT_MS = 10_000;
/** Open time, four prices, volume, close time, quote volume, count. */
type Row = readonly [number, string, string, string, string, string, number, string, number];

export class ExchangeMinutes {
  private readonly known = new Map<string, Candle>();
  private readonly asked = new Set<string>();

  constructor(private readonly origins: ExchangeOrigins) {}

  /** Undefined where the exchange has none, or cannot be asked. */
  async find(market: Market, symbol: string, openTimeMs: number): Promise<Candle | undefined> {
    const key = (at: number): string => `${market}:${symbol}:${at}`;
    const pageMs = Math.floor(openTimeMs / MINUTE_MS / PAGE) * PAGE * MINUTE_MS;
    if (!this.known.has(key(openTimeMs)) && !this.asked.has(key(pageMs))) {
      this.asked.add(key(pageMs));
      for (const candle of await this.read(market, symbol, pageMs))
        this.known.set(key(candle.openTimeMs), candle);
    }
    return this.known.get(key(openTimeMs));
  }

  /** @throws Error the exchange does not answer */
  private async read(market: Market, symbol: string, fromMs: number): Promise<readonly Candle[]> {
    const origin = this.origins[market];
    if (origin === undefined) return [];
    const query = `symbol=${symbol}&interval=1m&startTime=${fromMs}&limit=${PAGE}`;
    const answer = await fetch(`${origin}${PATHS[market]}?${query}`, {
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    if (!answer.ok)
      throw new Error(
        `The exchange did not give the candles of ${symbol} (HTTP ${answer.status}), so the steps that need them were not taken again; retry later`,
      );
    const rows = (await answer.json()) as readonly Row[];
    return rows.map(([openTimeMs, open, high, low, close, volume, , quoteVolume, trades]) => {
      const prices = { open, high, low, close };
      return { openTimeMs, ...prices, volume, quoteVolume, trades };
    });
  }
}
