/**
 * What a start costs of the exchange's request weight, with two symbols and with many, and that it is made beside a stranger on the same address who has
 * used most of the minute: reads wait for room, nothing dies and nothing is refused.
 */
import { RunningStack, startStack, symbolNames } from '@elvis/testing';
import { KEYS, PaperVenue, openVenue } from './conformance/venue';

const LIMIT_MS = 400_000;
jest.setTimeout(LIMIT_MS);

const TWO = 'BTCUSDT,ETHUSDT';
const MINUTE_WEIGHT = 2_400;
const STRANGER = 0.6;
/** What one reading of a deep order book weighs. */
const DEPTH_WEIGHT = 20;
/** A start takes some ten seconds; what a slower machine needs beyond is an idle system's, 120 a minute at most. */
const START_AT_MOST = 200;
const START_MS = 15_000;
const IDLE_PER_MS = 120 / 60_000;

/** More than order books begin deep and fills are fetched one by one; `npm run bench:symbols` tries 500. */
const MANY = 120;
/** A small snapshot of each, and two more: the open orders and the bookings of the whole account. */
const OF_MANY = MANY * 2 + 350;

const allowed = (tookMs: number, atMost = START_AT_MOST): number =>
  atMost + Math.max(0, tookMs - START_MS) * IDLE_PER_MS;

interface WeightReport {
  readonly weight: Readonly<
    Record<
      string,
      { readonly used: number; readonly bans: number; readonly windows: readonly { readonly used: number }[] }
    >
  >;
}

const weightOf = ({ exchange }: PaperVenue): { readonly used: number; readonly bans: number } => {
  const { weight } = exchange.meters.futures.report(exchange.clock.now()) as WeightReport;
  const all = Object.values(weight);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return {
    used: sum(all.map(({ used, windows }) => used + sum(windows.map((window) => window.used)))),
    bans: sum(all.map(({ bans }) => bans)),
  };
};

const start = (venue: PaperVenue, symbols: string): Promise<RunningStack> =>
  startStack({
    env: {
      BINANCE_API_KEY: KEYS.BINANCE_API_KEY,
      BINANCE_API_SECRET: KEYS.BINANCE_API_SECRET,
      SYMBOLS: symbols,
    },
    args: ['--exchange', venue.rest, '--streams', venue.ws],
  });

describe('the start of the whole system', () => {
  let venue: PaperVenue;
  let running: RunningStack | undefined;

  const open = async (symbols: string): Promise<void> => {
    venue = await openVenue({
      ...{ PAPER_MARKET: 'recording', SYMBOLS: symbols },
      PAPER_WEIGHT_1M: `${MINUTE_WEIGHT}`,
    });
  };
  afterEach(async () => {
    await running?.stop();
    await venue.stop();
  });

  it('with two symbols costs at most 200 request weight on futures until all is ready', async () => {
    await open(TWO);
    const beganAtMs = performance.now();
    running = await start(venue, TWO);
    const { used, bans } = weightOf(venue);
    expect(bans).toBe(0);
    expect(used).toBeLessThanOrEqual(allowed(performance.now() - beganAtMs));
  });

  it('with many symbols is made within the weight of one minute, and costs each of them little', async () => {
    const symbols = symbolNames(MANY).join(',');
    await open(symbols);
    const beganAtMs = performance.now();
    running = await start(venue, symbols);
    const { used, bans } = weightOf(venue);
    expect(bans).toBe(0);
    expect(used).toBeLessThanOrEqual(allowed(performance.now() - beganAtMs, OF_MANY));
  });

  it('is made while a stranger uses most of each minute, and the exchange refuses nothing', async () => {
    await open(TWO);
    const stranger = (): Promise<unknown> =>
      fetch(`${venue.rest}/fapi/v1/depth?symbol=BTCUSDT&limit=1000`).then((answer) => answer.arrayBuffer());
    let minute = -1;
    const spend = async (): Promise<void> => {
      const present = Math.floor(venue.exchange.clock.now() / 60_000);
      if (present === minute) return;
      minute = present;
      for (let weight = 0; weight < MINUTE_WEIGHT * STRANGER; weight += DEPTH_WEIGHT) {
        await stranger();
      }
    };
    await spend();
    const spending = setInterval(() => void spend(), 200);
    try {
      running = await start(venue, TWO);
    } finally {
      clearInterval(spending);
    }
    const { bans } = weightOf(venue);
    expect(bans).toBe(0);
    const report = venue.exchange.measure.report() as { readonly total: { readonly limited: number } };
    expect(report.total.limited).toBe(0);
  });
});
