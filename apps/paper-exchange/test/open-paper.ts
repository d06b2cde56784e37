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
  const exchange = new PaperExchange(readPaperConfig({ ...keys(), ...settings }), clock);
  await exchange.open();
  return { exchange, clock };
}

/** The same, serving on a port of its own: its timers run, its clock only as the spec moves it. */
export async function startPaper(
  startMs: number,
  settings: Readonly<Record<string, string>>,
): Promise<{ readonly exchange: PaperExchange; readonly clock: VirtualClock; readonly port: number }> {
  const clock = new VirtualClock(startMs);
  const exchange = new PaperExchange(readPaperConfig({ ...keys(), ...settings }), clock);
  return { exchange, clock, ...(await exchange.start()) };
}

const keys = (): Record<string, string> =>
  Object.fromEntries(KEYS.map((name) => [name, `${name}-of-this-test`]));
