import {
  BacktestFinished,
  BacktestStarted,
  EventContract,
  backtestDeleted,
  backtestFailed,
  backtestFinished,
  backtestStarted,
} from '@elvis/contracts';
import { EventLog, ServiceIdentity, natsOptions } from '@elvis/platform';
import { opened, until } from '@elvis/testing';
import { randomUUID } from 'node:crypto';
import { connect } from 'nats';
import { History } from './harness';
import { T0 } from './events';

describe('backtests', () => {
  const history = opened(() => History.start());
  const connection = opened(() => connect(natsOptions(history.nats.urls.operator, 'spec-operator')));
  const log = opened(() => new EventLog(connection, new ServiceIdentity('operator', 1)));

  const aBacktest = (): BacktestStarted => ({
    backtestId: randomUUID(),
    owner: 'operator',
    strategy: 'ema-crossover',
    version: 1,
    series: 'ema-crossover BTCUSDT 1m',
    codeHash: 'a'.repeat(64),
    params: { fast: '8' },
    dataHash: 'b'.repeat(64),
    rulesHash: 'c'.repeat(64),
    buildHash: 'unknown',
    seed: 1,
    startedAtMs: T0,
  });
  const finishedOf = (started: BacktestStarted): BacktestFinished => ({
    ...started,
    trials: [
      { n: 0, params: {}, perPeriodSharpe: -0.17 },
      { n: 1, params: { fast: '5' }, perPeriodSharpe: 0.2 },
    ],
    metrics: { trades: { value: 68 } },
    report: 'ema-crossover-BTCUSDT-1m-0123456789',
    reportHash: 'd'.repeat(64),
    finishedAtMs: T0 + 5_000,
  });
  const publish = async <Payload extends object>(
    contract: EventContract<Payload>,
    data: Payload,
    id = randomUUID(),
  ): Promise<void> => {
    await log.publish(contract, data, { id, actor: 'operator' });
    await until(async () => (await history.count('audit_log WHERE event_id = $1', [id])) === 1);
  };
  const rowOf = async (id: string) =>
    (await history.pool.query<Record<string, unknown>>('SELECT * FROM backtests WHERE id = $1', [id]))
      .rows[0];
  const trialsOf = async (id: string) =>
    (
      await history.pool.query<Record<string, unknown>>(
        `SELECT n::float8 AS n, series, per_period_sharpe AS sharpe, audit_seq = (SELECT seq FROM audit_log
            WHERE type = 'elvis.event.backtest.finished' AND body LIKE '%' || $1 || '%') AS "isInChain"
          FROM backtest_trials WHERE backtest_id = $1::uuid ORDER BY n`,
        [id],
      )
    ).rows;

  it('are kept from start to end, each trial with its place in the audit log', async () => {
    const started = aBacktest();
    await publish(backtestStarted, started);
    expect(await rowOf(started.backtestId)).toMatchObject({
      status: 'RUNNING',
      params: { fast: '8' },
      metrics: null,
    });
    await publish(backtestFinished, finishedOf(started));
    expect(await rowOf(started.backtestId)).toMatchObject({
      status: 'FINISHED',
      metrics: { trades: { value: 68 } },
      report: 'ema-crossover-BTCUSDT-1m-0123456789',
      hidden_at: null,
    });
    const { series } = started;
    expect(await trialsOf(started.backtestId)).toEqual([
      { n: 0, series, sharpe: '-0.17', isInChain: true },
      { n: 1, series, sharpe: '0.2', isInChain: true },
    ]);
  });

  it('are hidden by deletion, and their trials still count', async () => {
    const started = aBacktest();
    await publish(backtestFinished, finishedOf(started));
    await publish(backtestDeleted, { backtestId: started.backtestId, deletedAtMs: T0 + 9_000 });
    expect((await rowOf(started.backtestId))?.hidden_at).toEqual(new Date(T0 + 9_000));
    expect(await trialsOf(started.backtestId)).toHaveLength(2);
  });

  it('stay as they ended, though their start comes late or their end twice', async () => {
    const [done, failed] = [aBacktest(), aBacktest()];
    await publish(backtestFinished, finishedOf(done));
    await publish(backtestStarted, done);
    await publish(backtestFinished, finishedOf(done));
    await publish(backtestFailed, { ...done, why: 'late', failedAtMs: T0 + 1 });
    expect(await rowOf(done.backtestId)).toMatchObject({ status: 'FINISHED', failure: null });
    expect(await trialsOfCount(done.backtestId)).toBe(2);
    await publish(backtestStarted, failed);
    await publish(backtestFailed, { ...failed, why: 'the hook threw', failedAtMs: T0 + 1 });
    expect(await rowOf(failed.backtestId)).toMatchObject({ status: 'FAILED', failure: 'the hook threw' });
  });
  const trialsOfCount = (id: string) => history.count('backtest_trials WHERE backtest_id = $1', [id]);

  it('that cannot be read are put aside, and add no trial', async () => {
    const started = aBacktest();
    const { trials: _, ...without } = finishedOf(started);
    const letters = await history.count('dead_letters');
    await log.publish(backtestFinished, without as BacktestFinished, { actor: 'operator' });
    await log.publish(backtestFinished, { ...finishedOf(started), codeHash: 'short' }, { actor: 'operator' });
    await until(async () => (await history.count('dead_letters')) === letters + 2);
    expect(await rowOf(started.backtestId)).toBeUndefined();
    expect(await trialsOfCount(started.backtestId)).toBe(0);
  });
});
