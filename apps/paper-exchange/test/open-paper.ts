/** A paper exchange with keys of its own, at a time that the spec moves. */
import { PaperExchange } from '../src/exchange/paper-exchange';
import { VirtualClock } from '../src/faults/paper-clock';
import { readPaperConfig } from '../src/paper-exchange.config';

const KEYS = ['BINANCE_API_KEY', 'BINANCE_API_SECRET', 'PAPER_OTHER_API_KEY', 'PAPER_OTHER_API_SECRET'];

export async function openPaper(
  startMs: number,
  settings: Readonly<Record<string, string>> = { SYMBOLS: 'BTCUSDT' },
): Promise<{ readonly exchange: PaperExchange; readonly clock: VirtualClock }> {
  const clock = new VirtualClock(startMs);
  const keys = Object.fromEntries(KEYS.map((name) => [name, `${name}-of-this-test`]));
  const exchange = new PaperExchange(readPaperConfig({ ...keys, ...settings }), clock);
  await exchange.open();
  return { exchange, clock };
}
