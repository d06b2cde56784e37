/**
 * Where the order books of the market streams begin. Streams and orders may be of different exchanges (`--exchange`,
 * `--streams`), and a book can only begin with a snapshot of the exchange whose streams continue it.
 */

/** Binance serves streams and REST from different hosts; everybody else, as the paper exchange, from one. */
const REST_HOSTS: Readonly<Record<string, string>> = {
  'fstream.binance.com': 'fapi.binance.com',
  'demo-fstream.binance.com': 'demo-fapi.binance.com',
  'fstream.binancefuture.com': 'demo-fapi.binance.com',
};

/** The REST origin of the exchange that these streams are of. */
export function restOriginOf(streams: string): string {
  const url = new URL(streams.replace(/^ws/, 'http'));
  return `${url.protocol}//${REST_HOSTS[url.host] ?? url.host}`;
}

const PATIENCE_MS = 5_000;

/**
 * Asks for the beginning of one book, so that a start that cannot succeed ends at once. A host that does not answer at
 * all is no reason: it may be starting, too.
 *
 * @throws Error that says what was asked for and what came
 */
export async function requireOrderBook(restOrigin: string, symbol: string): Promise<void> {
  const path = `/fapi/v1/depth?symbol=${symbol}&limit=5`;
  const answer = await fetch(`${restOrigin}${path}`, {
    redirect: 'error',
    signal: AbortSignal.timeout(PATIENCE_MS),
  }).catch(() => undefined);
  if (!answer) return;
  const body: unknown = await answer.json().catch(() => undefined);
  if (answer.ok && typeof body === 'object' && body !== null && 'lastUpdateId' in body) return;
  throw new Error(
    `--streams: ${restOrigin} has no order book of ${symbol} (${path} was answered with HTTP ${answer.status}), ` +
      'so none can be built from its streams; name an origin that serves both',
  );
}
