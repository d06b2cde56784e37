import { BacktestFinished, EventEnvelope } from '@elvis/contracts';
import { natsOptions } from '@elvis/platform';
import { opened, startNats, temporaryFolder, until } from '@elvis/testing';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { JSONCodec, connect } from 'nats';
import { operate } from './backtest';
import { TrialLedger } from './records/trial-ledger';
import { UnitJournal } from './records/unit-journal';

const codec = JSONCodec<EventEnvelope>();

describe('a backtest and the running system', () => {
  const nats = opened(() => startNats());
  const auditor = opened(() => connect(natsOptions(nats.urls.auditor, 'spec-auditor')));
  const root = temporaryFolder('told');
  const told: EventEnvelope[] = [];

  beforeAll(async () => {
    jest.spyOn(console, 'log').mockImplementation(() => undefined);
    auditor.subscribe('elvis.event.backtest.>', {
      callback: (_, message) => void told.push(codec.decode(message.data)),
    });
    await auditor.flush();
  });
  afterAll(() => jest.restoreAllMocks());

  const run = (...words: string[]) => operate({ args: words, root: root });
  const systemRuns = () => {
    mkdirSync(join(root, '.elvis'), { recursive: true });
    writeFileSync(
      join(root, '.elvis', 'stack.json'),
      JSON.stringify({ operatorNatsUrl: nats.urls.operator }),
    );
  };
  const kinds = () => told.map(({ type }) => type.replace('elvis.event.backtest.', ''));
  const home = () => join(root, '.elvis', 'backtests');
  const reports = () => readdirSync(home()).filter((name) => /-[0-9a-f]{10}$/.test(name));

  it('tells of what ran before there was a system, each event once, every trial of a grid in it', async () => {
    expect(await run('buy-and-hold', '--data', 'generated:31:1', '--grid', 'share=0.3,0.4,2')).toBe(0);
    expect(told).toEqual([]);
    systemRuns();
    expect(await run('coin-toss', '--data', 'generated:1:1')).toBe(0);
    await until(() => told.length === 4);
    expect(kinds()).toEqual(['started', 'finished', 'started', 'finished']);
    const [started, finished, , short] = told;
    const { data } = finished as EventEnvelope<BacktestFinished>;
    expect(started?.data).toMatchObject({ backtestId: data.backtestId, series: 'buy-and-hold BTCUSDT 1m' });
    expect(data.trials.map(({ n, params }) => [n, params])).toEqual([
      [0, {}],
      [1, { share: '0.3' }],
      [2, { share: '0.4' }],
    ]);
    expect(reports()).toContain(data.report);
    expect(finished).toMatchObject({ source: 'operator', actor: 'operator' });
    expect((short as EventEnvelope<BacktestFinished>).data.trials).toEqual([]);
    expect(new Set(told.map(({ id }) => id)).size).toBe(4);
  });

  it('tells of a deletion, and of a failure, and counts what was tried all the same', async () => {
    const before = new TrialLedger(home()).trials().length;
    const [report = ''] = reports();
    expect(await run('delete', report)).toBe(0);
    expect(reports()).not.toContain(report);
    expect(await run('delete', report)).toBe(64);
    expect(await run('delete', '../trials.jsonl')).toBe(64);
    expect(new TrialLedger(home()).trials()).toHaveLength(before);
    const broken = jest.spyOn(UnitJournal.prototype, 'add').mockImplementation(() => {
      throw new Error('the disk is full');
    });
    await expect(run('coin-toss', '--data', 'generated:1:2')).rejects.toThrow('the disk is full');
    broken.mockRestore();
    await until(() => told.length === 7);
    expect(kinds().slice(4)).toEqual(['deleted', 'started', 'failed']);
    expect(told[6]?.data).toMatchObject({ why: 'the disk is full' });
  });

  it('runs though the system does not answer, and tells of it later', async () => {
    const file = join(root, '.elvis', 'stack.json');
    const said: string[] = [];
    const error = jest.spyOn(console, 'error').mockImplementation((text: string) => void said.push(text));
    writeFileSync(file, JSON.stringify({ operatorNatsUrl: 'nats://operator:x@127.0.0.1:1' }));
    expect(await run('coin-toss', '--data', 'generated:1:3')).toBe(0);
    expect(said.join('\n')).toContain('The running system was not told');
    error.mockRestore();
    expect(told).toHaveLength(7);
    rmSync(file);
    systemRuns();
    await run('coin-toss', '--data', 'generated:1:4');
    await until(() => told.length === 11);
  });
});
