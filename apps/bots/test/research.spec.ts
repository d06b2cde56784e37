/** Backtests as jobs: queued, run unit by unit on a thread, kept, told and read. */
import { ResearchOptions, cancelResearch, deleteResearch, researchFeed } from '@elvis/contracts';
import { opened, until } from '@elvis/testing';
import { join } from 'node:path';
import { OWNER, ResearchUnderTest } from './research-under-test';

const COMPILED = join(__dirname, '../../../dist/apps/bots/test/strategies');
const LIMITS = { RESEARCH_SOFT_LIMIT_MS: 2_000, RESEARCH_HARD_LIMIT_MS: 4_000, RESEARCH_HEAP_MB: 64 };

interface Report {
  readonly schema: string;
  readonly trial: number;
  readonly data: { readonly candles: number; readonly hash: string };
  readonly grid: readonly unknown[];
  readonly walkForward: readonly unknown[];
  readonly hashes: Readonly<Record<string, string>>;
}

describe('a backtest as a job', () => {
  const research = opened(() => ResearchUnderTest.start());
  const reportOf = async (id: string): Promise<Report> =>
    JSON.parse(await research.paper(id, 'report.json')) as Report;
  const codeOf = (asked: Promise<unknown>): Promise<unknown> =>
    asked.then(
      () => 'done',
      (error: { code?: string; message: string }) => `${error.code}: ${error.message}`,
    );

  describe('with a worker', () => {
    beforeAll(() => research.bots.serve({ BOTS_ROLE: ['research'] }));

    it('is queued, runs, and ends with a report and its tables', async () => {
      const heard: string[] = [];
      research.bots.listen(`${researchFeed.prefix}.>`, (message) =>
        heard.push((message as unknown as { status: string }).status),
      );
      const { id, status } = await research.run({ strategy: 'ema-crossover' });
      expect(status).toBe('QUEUED');
      const { units, unitsDone } = await research.ended(id, 'FINISHED');
      expect([units > 1, unitsDone]).toEqual([true, units]);
      expect(await reportOf(id)).toMatchObject({
        schema: 'elvis.backtest.report/1',
        data: { candles: 4_320 },
        walkForward: [{}, {}, {}],
        hashes: { strategy: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      });
      expect(await research.paper(id, 'report.html')).toMatch(/^<!doctype html>/i);
      expect((await research.paper(id, 'trades.csv')).split('\r\n')[0]).toMatch(
        /^direction,openedAt,closedAt/,
      );
      const days = (await research.paper(id, 'daily.csv')).trim().split('\r\n');
      expect(days.map((day) => day.split(',')[0])).toEqual(['day', '2026-01-01', '2026-01-02', '2026-01-03']);
      expect((await research.paper(id, 'monthly.csv')).split('\r\n')[1]).toMatch(/^2026-01,/);
      expect(JSON.parse(await research.paper(id, 'equity.json'))).toHaveProperty('items.0.time');
      await until(() => heard.includes('FINISHED'), 'its end is told');
      expect(research.toldOf(id)).toEqual(['started', 'finished']);
      await until(() => research.isQueueEmpty(), 'its token is gone');
    });

    it('is one job however often it is asked for', async () => {
      const wish = { id: 'b7f1c2aa-5b1d-4f0e-9a43-2f1d5b6c7d8e' };
      await Promise.all([1, 2, 3].map(() => research.run({ strategy: 'buy-and-hold' }, wish)));
      await research.ended(wish.id, 'FINISHED');
      await research.run({ strategy: 'buy-and-hold' }, wish);
      await until(() => research.isQueueEmpty(), 'no token is left');
      expect(research.toldOf(wish.id)).toEqual(['started', 'finished']);
      expect(
        await codeOf(research.run({ strategy: 'buy-and-hold' }, { ...wish, owner: 'user:other' })),
      ).toMatch(/^BACKTEST_NOT_FOUND/);
    });

    it('tries every combination of a grid, each a trial of the series', async () => {
      const options = { strategy: 'ema-crossover', data: 'generated:32', interval: '15m' as const };
      const first = await research.run(
        { ...options, grid: { fast: ['6', '9'], slow: ['21', '34'] } },
        { kind: 'grid' },
      );
      await research.ended(first.id, 'FINISHED');
      expect(await reportOf(first.id)).toMatchObject({ grid: [{}, {}, {}, {}], trial: 5 });
      const second = await research.run(options);
      await research.ended(second.id, 'FINISHED');
      expect((await reportOf(second.id)).trial).toBe(6);
    });

    it('cuts a walk-forward into as many parts as it is told', async () => {
      const { id } = await research.run(
        { strategy: 'ema-crossover', data: 'generated:5', parts: 6 },
        { kind: 'walk-forward' },
      );
      await research.ended(id, 'FINISHED');
      expect((await reportOf(id)).walkForward).toHaveLength(5);
    });

    const wrong: readonly [Partial<ResearchOptions> & { strategy: string }, RegExp][] = [
      [{ strategy: 'no-such' }, /STRATEGY_NOT_FOUND/],
      [{ strategy: 'ema-crossover', data: 'no-such' }, /BACKTEST_INVALID.*there are no data no-such/],
      [{ strategy: 'ema-crossover', data: 'generated:9999' }, /days are generated, not 9999/],
      [{ strategy: 'ema-crossover', parameters: { fsat: 1 } }, /parameters\.fsat/],
      [{ strategy: 'ema-crossover', data: 'store', fromMs: 60_000, toMs: 60_000 }, /from must be before to/],
      [{ strategy: 'ema-crossover', grid: { fast: ['1'] } }, /grid is that of/],
    ];
    it.each(wrong)('is refused before anything is run: %j', async (options, reason) => {
      expect(await codeOf(research.run(options))).toMatch(reason);
    });
  });
});

describe('a backtest that passes a limit', () => {
  const research = opened(() => ResearchUnderTest.start());
  beforeAll(() =>
    research.bots.serve({
      BOTS_ROLE: ['research'],
      STRATEGIES_DIR: COMPILED,
      RESEARCH_AT_ONCE: 2,
      ...LIMITS,
    }),
  );

  it.each([
    ['hungry', /The unit "whole" was ended 2 times: it filled a heap of 64 MB/],
    ['endless', /The unit "whole" was ended 2 times: it took longer than 4000 ms/],
    ['throwing', /as it always does/],
  ])('dies alone, is tried once more and FAILED with the figure: %s', async (strategy, reason) => {
    const bad = await research.run({ strategy, data: 'generated:1' });
    const good = await research.run({ strategy: 'buy-and-hold', data: 'generated:1' });
    expect((await research.ended(bad.id, 'FAILED')).problem).toMatch(reason);
    await research.ended(good.id, 'FINISHED');
    await until(() => research.toldOf(bad.id).length === 2, 'its failure is told');
    expect(research.toldOf(bad.id)).toEqual(['started', 'failed']);
    await until(() => research.isQueueEmpty(), 'no token is left');
  });

  it('is ended by a person within its unit, and nothing of it counts', async () => {
    const { id } = await research.run({ strategy: 'sleeper', data: 'generated:30' });
    const wish = { id, owner: OWNER, actor: OWNER };
    expect(await codeOf(research.bots.bus.request(deleteResearch, wish))).toBe('BACKTEST_RUNNING');
    await research.bots.bus.request(cancelResearch, wish);
    expect(await research.progress(id)).toMatchObject({
      status: 'CANCELED',
      problem: `Canceled by ${OWNER}`,
    });
    await until(() => research.isQueueEmpty(), 'its token is gone');
    expect(research.toldOf(id)).toEqual(['started', 'failed']);
    expect(await codeOf(research.bots.bus.request(cancelResearch, wish))).toBe('BACKTEST_ENDED');
    expect(await codeOf(research.paper(id, 'report.json'))).toBe('BACKTEST_WITHOUT_REPORT');
    await research.bots.bus.request(deleteResearch, wish);
    expect(await codeOf(research.progress(id))).toBe('BACKTEST_NOT_FOUND');
  });

  const codeOf = (asked: Promise<unknown>): Promise<unknown> =>
    asked.then(
      () => 'done',
      ({ code }: { code?: string }) => code,
    );
});
