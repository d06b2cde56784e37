import { BacktestReport } from '@elvis/backtest';
import { AnySchema } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020';
import { mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { operate } from './backtest';

const ROOT = join(__dirname, '..', '..');
const SCHEMA = join(ROOT, 'docs/schemas/backtest.report.v1.json');
const keepsSchema = new Ajv2020({ strict: true, allowUnionTypes: true }).compile<BacktestReport>(
  JSON.parse(readFileSync(SCHEMA, 'utf8')) as AnySchema,
);

describe('npm run backtest -- STRATEGY --recording NAME', () => {
  let root: string;
  let said: string[];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'elvis-recording-'));
    for (const folder of ['apps', 'data']) symlinkSync(join(ROOT, folder), join(root, folder));
    said = [];
    for (const way of ['log', 'error'] as const)
      jest.spyOn(console, way).mockImplementation((...words: unknown[]) => void said.push(words.join(' ')));
  });
  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(root, { recursive: true, force: true });
  });

  const run = (...words: string[]) => operate({ args: words, root });
  const TRADED = [
    'ema-crossover',
    '--recording',
    'usdm_btcusdt_20240808',
    '--set',
    'fast=2',
    '--set',
    'slow=3',
  ];

  it('trades on the order book and by candles, and reports both and their difference, in the same bytes', async () => {
    const [one, other] = [join(root, 'one'), join(root, 'other')];
    expect(await run(...TRADED, '--rounds', '2', '--out', one)).toBe(0);
    expect(await run(...TRADED, '--rounds', '2', '--out', other)).toBe(0);
    expect(said.join('\n')).toMatch(/on the order book -?\d+\.\d+ %, \d+ trades/);
    const text = (home: string): string => {
      const [folder = ''] = readdirSync(home).filter((name) => name.startsWith('ema-crossover'));
      return readFileSync(join(home, folder, 'report.json'), 'utf8');
    };
    expect(text(other)).toBe(text(one));
    const report = JSON.parse(text(one)) as BacktestReport;
    expect([keepsSchema(report), keepsSchema.errors]).toEqual([true, null]);
    const { byOrderBook, byCandles, difference, orders, startMs, minutes, rounds, generatedMinutes } =
      report.recording!;
    expect(minutes).toBe(11);
    expect(rounds).toBeGreaterThan(1.8);
    expect(report.data.fromMs).toBe(startMs - generatedMinutes * 60_000);
    expect(byCandles).toEqual({
      endEquity: report.endEquity,
      netReturn: report.figures.netReturn.value,
      fees: report.paid.fees,
      trades: report.trades.length,
    });
    expect(difference.netReturn).toBeCloseTo(byOrderBook.netReturn - byCandles.netReturn, 12);
    expect(report.trades.every(({ openedAtMs }) => openedAtMs >= startMs)).toBe(true);
    const filled = orders.filter(({ status }) => status === 'FILLED');
    expect(filled.length).toBeGreaterThan(0);
    for (const { sentMs, arrivedMs, fills } of filled) {
      expect(arrivedMs).toBeGreaterThanOrEqual(sentMs);
      expect(fills[0]!.timeMs).toBeGreaterThanOrEqual(arrivedMs!);
    }
    expect(report.cannotTell.join()).toContain('the rounds after the first');
  }, 180_000);

  it.each([
    [['--recording', 'spot_btcusdt_20240808'], 'traded on futures alone'],
    [['--recording', 'none'], 'No recording is called none'],
    [['--recording', 'x.gz', '--data', 'generated', '--grid', 'fast=1,2'], 'leave out --data, --grid'],
    [['--recording', 'x.gz', '--interval', '5m'], 'by minutes, not by 5m'],
    [['--recording', 'x.gz', '--rounds', '0'], 'from 1 to 1000, not 0'],
    [['--recording', 'x.gz', '--delay', '80,25'], 'such as 25,80, not 80,25'],
    [['--recording', 'x.gz', '--delay', 'soon'], 'such as 25,80, not soon'],
    [['--rounds', '2'], '--rounds is of a recording'],
    [['--delay', '25,80'], '--delay is of a recording'],
  ])('takes no %j', async (words, why) => {
    expect(await run('ema-crossover', ...words)).toBe(64);
    expect(said.join('\n')).toContain(why);
  });
});
