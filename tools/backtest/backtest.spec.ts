import { BacktestReport } from '@elvis/backtest';
import { AnySchema } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020';
import {
  cpSync,
  mkdtempSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
  appendFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipOf } from '../../apps/trade-history/test/zip-of';
import { operate } from './backtest';
import { operate as calibrate } from './calibrate';
import { findData } from './data-sets';
import { SlippageFile, recordingFile, slippageFile } from '@elvis/research';
import { TrialLedger } from './records/trial-ledger';
import { WordProblems, readWords } from './words';

const ROOT = join(__dirname, '..', '..');
const keepsSchema = new Ajv2020({ strict: true, allowUnionTypes: true }).compile<BacktestReport>(
  JSON.parse(readFileSync(join(ROOT, 'docs/schemas/backtest.report.v1.json'), 'utf8')) as AnySchema,
);

describe('npm run backtest', () => {
  let root: string;
  let said: string[];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'elvis-backtest-'));
    mkdirSync(join(root, 'data'));
    cpSync(join(ROOT, 'data', 'bars'), join(root, 'data', 'bars'), { recursive: true });
    said = [];
    for (const way of ['log', 'error'] as const)
      jest.spyOn(console, way).mockImplementation((...words: unknown[]) => void said.push(words.join(' ')));
  });
  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(root, { recursive: true, force: true });
  });

  const run = (...args: string[]) => operate({ args, root });
  const home = () => join(root, '.elvis', 'backtests');
  const folders = () => readdirSync(home()).filter((name) => /-[0-9a-f]{10}$/.test(name));
  /** A report, which keeps the published schema. */
  const reportIn = (folder: string) => {
    const report = JSON.parse(readFileSync(join(home(), folder, 'report.json'), 'utf8')) as BacktestReport;
    expect([keepsSchema(report), keepsSchema.errors]).toEqual([true, null]);
    return report;
  };

  it('says where the report lies, and the same input gives the same bytes', async () => {
    expect(await run('ema-crossover', '--data', 'generated:31:3', '--set', 'fast=8')).toBe(0);
    expect(said.join('\n')).toMatch(/Report: .*report\.html/);
    const [folder] = folders();
    const first = readFileSync(join(home(), folder!, 'report.json'), 'utf8');
    rmSync(home(), { recursive: true });
    await run('ema-crossover', '--data', 'generated:31:3', '--set', 'fast=8');
    expect(folders()).toEqual([folder]);
    expect(readFileSync(join(home(), folder!, 'report.json'), 'utf8')).toBe(first);
    const { figures, sensitivity, walkForward, strategy } = reportIn(folder!);
    expect(strategy.params).toMatchObject({ fast: 8, slow: 21 });
    expect(figures.dailySharpe.low).toBeLessThan(figures.dailySharpe.value!);
    expect(sensitivity.map(({ parameter }) => parameter)).toContain('slow');
    expect(walkForward).toHaveLength(3);
  });

  it("judges by the limits of risk's own configuration, says them, and names them in the hash of the rules", async () => {
    const reportWith = async (...lines: string[]) => {
      rmSync(home(), { recursive: true, force: true });
      writeFileSync(join(root, '.env'), lines.join('\n'));
      expect(await run('buy-and-hold', '--data', 'generated:2:1')).toBe(0);
      return reportIn(folders()[0]!);
    };
    const usual = await reportWith();
    expect([usual.denials, usual.leverage, usual.limits]).toMatchObject([
      {},
      3,
      { RISK_MAX_ORDER_NOTIONAL: '20000', RISK_MAX_ORDERS_PER_SECOND: '50', RISK_DUPLICATE_WINDOW_MS: '100' },
    ]);
    const strict = await reportWith('RISK_MAX_ORDER_NOTIONAL=50', 'DEFAULT_LEVERAGE=2');
    expect(Object.keys(strict.denials)).toEqual(['NOTIONAL_ABOVE_ORDER_MAXIMUM']);
    expect([strict.leverage, strict.limits.RISK_MAX_ORDER_NOTIONAL]).toEqual([2, '50']);
    expect(strict.hashes.rules).not.toBe(usual.hashes.rules);
    const high = await reportWith('DEFAULT_LEVERAGE=20', 'OVERRIDE_HIGH_LEVERAGE=true');
    expect([high.leverage, high.denials]).toEqual([20, {}]);
    writeFileSync(join(root, '.env'), 'RISK_PRICE_COLLAR=-1');
    expect(await run('buy-and-hold')).toBe(64);
    expect(said.join('\n')).toContain('RISK_PRICE_COLLAR must be a positive decimal');
  });

  it('runs both recorded days, and says nothing that a day cannot tell', async () => {
    expect(await run('rsi-reversion', '--data', 'btcbusd-spot-2022-12-13')).toBe(0);
    expect(await run('ema-crossover', '--data', 'adausdt-futures-2022-12-13', '--interval', '1m')).toBe(0);
    const reports = folders().map(reportIn);
    expect(reports.map(({ data }) => data.candles)).toEqual([1_440, 1_440]);
    for (const { figures, trades } of reports) {
      expect(trades.length).toBeGreaterThan(0);
      expect(figures.annualSharpe).toEqual({ value: null, why: 'at least 30 days are needed; there are 1' });
    }
  });

  it('writes a report that the schema would refuse with a field missing or of another type', async () => {
    await run('coin-toss', '--data', 'generated:3:1');
    const { trial, ...without } = reportIn(folders()[0]!);
    expect(keepsSchema(without)).toBe(false);
    expect(keepsSchema({ ...without, trial: `${trial}` })).toBe(false);
    expect(keepsSchema({ ...without, trial, schema: 'elvis.backtest.report/2' })).toBe(false);
  });

  it('writes one page that loads nothing, with what was wished told as text', async () => {
    await run('grid', '--data', 'generated:3:1');
    const page = readFileSync(join(home(), folders()[0]!, 'report.html'), 'utf8');
    expect(page).not.toMatch(/https?:|<script|<link|@import|url\(/);
    expect(page).toMatch(/These candles were generated/);
    expect(page).toMatch(/What this cannot tell/);
    expect(page).toMatch(/level 1 of the grid/);
  });

  it('counts every trial of a series, whatever its parameters, and deleting a report takes none away', async () => {
    for (const share of ['0.7', '0.8', '0.9'])
      await run('buy-and-hold', '--data', 'generated:31:3', '--set', `share=${share}`);
    for (const folder of folders()) rmSync(join(home(), folder), { recursive: true });
    await run('buy-and-hold', '--data', 'generated:31:4');
    await run('coin-toss', '--data', 'generated:31:4');
    const trials = Object.fromEntries(
      folders().map((folder) => [reportIn(folder).strategy.name, reportIn(folder).trial]),
    );
    expect(trials).toEqual({ 'buy-and-hold': 4, 'coin-toss': 1 });
  });

  it('stops at a damaged ledger instead of counting too few', () => {
    const ledger = new TrialLedger(home());
    const trial = { id: '1', series: 'a', dailySharpe: 0.1, report: 'r', atMs: 1 };
    ledger.add([trial]);
    ledger.add([trial]);
    expect(ledger.trials()).toEqual([trial]);
    appendFileSync(join(home(), 'trials.jsonl'), '{"series":\n');
    expect(() => ledger.trials()).toThrow('Line 3');
  });

  it('tries every combination of a grid, and counts each as a trial', async () => {
    const shares = Array.from({ length: 10 }, (_, at) => `${(at + 1) / 10}`);
    await run('buy-and-hold', '--data', 'generated:34:1', '--grid', `share=${shares.join(',')},2`);
    const { grid, figures, trial } = reportIn(folders()[0]!);
    expect(grid).toHaveLength(11);
    expect(grid[10]).toMatchObject({ netReturn: null, dailySharpe: null, why: 'share is outside 0.01 to 1' });
    expect(trial).toBe(1 + 10);
    expect(figures.overfitting.value).toBeGreaterThanOrEqual(0);
    expect(figures.deflatedSharpe.value).toBeLessThan(1);
    await run('buy-and-hold', '--data', 'generated:34:1', '--grid', 'share=0.3,0.4');
    const two = folders()
      .map(reportIn)
      .find((report) => report.grid.length === 2)!;
    expect(two.trial).toBe(11 + 3);
    expect(two.figures.overfitting).toEqual({
      value: null,
      why: 'at least 10 combinations of a grid are needed; there are 2',
    });
  });

  it.each([
    [[], 'name a strategy'],
    [['nope'], 'No strategy is called nope. There are: bollinger-reversion'],
    [['grid', '--data', 'nothing'], 'No data are called nothing'],
    [['grid', '--set', 'levels'], '--set takes name=value'],
    [['grid', '--set', 'levels=99'], 'levels is outside 1 to 20'],
    [['grid', '--interval', '7m'], '--interval is one of 1m, 3m'],
    [['grid', '--leverage', '0', '--capital', 'x', '--seed', '1.5'], '--capital is an amount'],
    [['grid', '--what'], "Unknown option '--what'"],
    [['grid', '--grid', 'levels=1,,2'], '--grid takes name=value,value, not levels=1,,2'],
    [['grid', '--grid', 'none=1,2'], 'none is unknown'],
  ])('refuses %p', async (args, why) => {
    expect(await run(...args)).toBe(64);
    expect(said.join('\n')).toContain(why);
    expect(said.join('\n')).toContain('Nothing was run');
  });

  const futures = { symbol: 'BTCUSDT', market: 'futures' } as const;

  it('reads a file of the exchange by its name, packed or not', async () => {
    const rows = '1767225600000,1,2,1,2,5\n1767225660000,2,2,1,2,5\n';
    const file = join(root, 'BTCUSDT-1m-2026-01.csv');
    writeFileSync(file, rows);
    const { facts, market } = await findData(file, { ...futures, market: 'spot' }, root);
    expect([market, facts]).toMatchObject(['spot', { origin: 'imported', candles: 2 }]);
    const packed = join(root, 'BTCUSDT-1m-2026-01.zip');
    writeFileSync(packed, zipOf([['BTCUSDT-1m-2026-01.csv', Buffer.from(rows)]], true));
    expect((await findData(packed, futures, root)).facts.hash).toBe(facts.hash);
    writeFileSync(packed, 'no archive');
    await expect(findData(packed, futures, root)).rejects.toThrow('it is no zip archive');
    const other = join(root, 'candles.csv');
    writeFileSync(other, '');
    await expect(findData(other, futures, root)).rejects.toThrow("as the exchange's do");
    expect(() => readWords(['a', 'b'])).toThrow(WordProblems);
  });

  it('makes candles of a recording that is shipped, named by their hash, and says that they are too few', async () => {
    const name = 'usdm_btcusdt_20240808';
    const { facts, market, columns } = await findData(name, futures, ROOT);
    expect([market, facts]).toMatchObject(['futures', { origin: 'recorded', symbol: 'BTCUSDT', candles: 4 }]);
    expect(facts.hash).toMatch(/^[0-9a-f]{64}$/);
    for (const at of [0, 1, 2, 3]) expect(columns.high[at]!).toBeGreaterThan(columns.low[at]!);
    const file = join(root, 'mine.gz');
    cpSync(recordingFile(name, ROOT), file);
    expect((await findData(file, futures, root)).facts.hash).toBe(facts.hash);
    expect(await run('ema-crossover', '--data', file)).toBe(0);
    expect(said.join('\n')).toContain('the indicators need more candles than there are');
    writeFileSync(file, gzipSync('1 {"e":"trade"}\n'));
    expect(await run('ema-crossover', '--data', file)).toBe(64);
    expect(said.join('\n')).toContain('it is no capture of a market');
  });

  it('says that the store is that of a running system', async () => {
    expect(await run('ema-crossover', '--data', 'store')).toBe(1);
    expect(said.join('\n')).toContain('none runs here: npm start');
    expect(await run('grid', '--data', 'store', '--from', '2026-01-02', '--to', '2026-01-01')).toBe(64);
    expect(await run('grid', '--from', 'soon', '--market', 'moon', '--symbol', 'b')).toBe(64);
    expect(said.join('\n')).toMatch(
      /--from is before --to[\s\S]*--symbol must be[\s\S]*--market is one of[\s\S]*not soon/,
    );
  });

  it('fills by the slippage that was measured on the recordings, which is what calibrate makes of them', async () => {
    const shipped = readFileSync(slippageFile(ROOT), 'utf8');
    cpSync(dirname(recordingFile('x', ROOT)), dirname(recordingFile('x', root)), { recursive: true });
    expect(await calibrate({ args: [], root })).toBe(0);
    expect(readFileSync(slippageFile(root), 'utf8')).toBe(shipped);
    expect(await run('buy-and-hold', '--data', 'usdm_btcusdt_20240808')).toBe(0);
    const { costs, paid, trades } = reportIn(folders()[0]!);
    const { measured } = JSON.parse(shipped) as SlippageFile;
    const { halfSpread, bySize, orderBooks } = measured[0]!;
    expect(costs.slippageFrom).toContain(`${orderBooks} recorded order books of 2024-08-08`);
    const notional = trades.reduce((sum, each) => sum + Number(each.quantity) * Number(each.entryPrice), 0);
    const least = 2 * notional * (halfSpread + bySize.find((row) => row.notional > notional)!.slippage);
    // To the tick that is worse, both in and out.
    expect(Number(paid.slippage)).toBeGreaterThanOrEqual(least * 0.99);
    expect(Number(paid.slippage)).toBeLessThanOrEqual(least + 2 * 0.1 * Number(trades[0]!.quantity));
    expect(await calibrate({ args: ['nothing.gz'], root })).toBe(64);
  });
});
