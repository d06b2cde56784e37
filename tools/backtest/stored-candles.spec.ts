/** Candles out of the store, through a real gateway: trade-history is a responder on the real subject. */
import { BacktestReport } from '@elvis/backtest';
import { CandleView, ListCandles, listCandles } from '@elvis/contracts';
import { opened } from '@elvis/testing';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  API_KEY,
  startGatewayUnderTest,
  startResponder,
  startServers,
} from '../../apps/gateway/test/gateway-under-test';
import { operate } from './backtest';

const MINUTE_MS = 60_000;
const START_MS = Date.UTC(2026, 10, 1);
/** Two pages of them. */
const MINUTES = 2_880;

const minute = (openTimeMs: number): CandleView => {
  const price = 60_000 + 500 * Math.sin(openTimeMs / MINUTE_MS / 40);
  const [open, high, low] = [price, price + 20, price - 20].map((value) => value.toFixed(1));
  return {
    ...{ openTimeMs, open: open!, high: high!, low: low!, close: open!, volume: '3.5' },
    ...{ quoteVolume: '210000', trades: 90, isSealed: true, revision: 1 },
  };
};

describe('npm run backtest -- ema-crossover --data store', () => {
  const servers = opened(() => startServers());
  const gateway = opened(() => startGatewayUnderTest(servers));
  const history = opened(() => startResponder(servers.nats, 'trade-history'));
  const asked: ListCandles[] = [];
  let lacking: number;
  let root: string;
  let said: string[];

  beforeAll(() => {
    history.on(listCandles, (question: ListCandles) => {
      asked.push(question);
      const count = Math.min(question.limit, (question.toMs! - question.fromMs!) / MINUTE_MS);
      const items = Array.from({ length: count }, (_, at) => minute(question.fromMs! + at * MINUTE_MS));
      lacking -= 1;
      return lacking < 0 ? { items, missingMinutes: 0 } : { items: items.slice(7), missingMinutes: 7 };
    });
  });
  beforeEach(() => {
    asked.splice(0);
    lacking = 0;
    root = mkdtempSync(join(tmpdir(), 'elvis-stored-'));
    mkdirSync(join(root, '.elvis'));
    writeFileSync(
      join(root, '.elvis', 'stack.json'),
      JSON.stringify({ gatewayUrl: gateway.url, apiKey: API_KEY }),
    );
    said = [];
    for (const way of ['log', 'error'] as const)
      jest.spyOn(console, way).mockImplementation((...words: unknown[]) => void said.push(words.join(' ')));
  });
  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(root, { recursive: true, force: true });
  });

  const run = (...words: string[]) =>
    operate({ args: ['ema-crossover', '--data', 'store', '--from', '2026-11-01', ...words], root });
  const report = (): BacktestReport => {
    const home = join(root, '.elvis', 'backtests');
    const [folder] = readdirSync(home).filter((name) => name.startsWith('ema-crossover'));
    return JSON.parse(readFileSync(join(home, folder!, 'report.json'), 'utf8')) as BacktestReport;
  };

  it('trades the minutes that are stored, page by page, and names them by their hash', async () => {
    lacking = 2;
    expect(await run('--to', '2026-11-03')).toBe(0);
    const { data, trades } = report();
    expect(data).toMatchObject({ name: 'store futures BTCUSDT', origin: 'recorded', candles: MINUTES });
    expect([data.fromMs, data.toMs]).toEqual([START_MS, START_MS + MINUTES * MINUTE_MS]);
    expect(data.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(trades.length).toBeGreaterThan(0);
    // The first page was asked again until nothing was missing.
    expect(asked.map(({ fromMs }) => (fromMs! - START_MS) / MINUTE_MS)).toEqual([0, 0, 0, 1_500]);
  });

  it('runs nothing where minutes stay missing, or there are none of that symbol', async () => {
    lacking = 1_000;
    expect(await run('--to', '2026-11-01T01:00Z')).toBe(1);
    expect(said.join('\n')).toContain('The store lacks 7 minutes of BTCUSDT');
    expect(await run('--to', '2026-11-02', '--symbol', '__')).toBe(64);
    writeFileSync(
      join(root, '.elvis', 'stack.json'),
      JSON.stringify({ gatewayUrl: gateway.url, apiKey: 'another' }),
    );
    expect(await run('--to', '2026-11-02')).toBe(1);
    expect(said.join('\n')).toContain('The store answered 401');
  });
});
