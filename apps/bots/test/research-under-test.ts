/** Backtests as jobs of the bots service: who asks for them, and the ledger that trade-history would keep of them. */
import {
  BacktestFinished,
  BacktestPaper,
  EventEnvelope,
  ListTrials,
  ResearchOptions,
  ResearchProgress,
  RESEARCH_WORKERS_CONSUMER,
  RUNTIME_LIMITS,
  RunResearch,
  WORK_STREAM,
  backtestFinished,
  getLimits,
  getResearch,
  listTrials,
  readBacktest,
  runResearch,
} from '@elvis/contracts';
import { connectNats } from '@elvis/platform';
import { until } from '@elvis/testing';
import { NatsConnection, nanos } from 'nats';
import { randomUUID } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { BotsUnderTest } from './bots-under-test';

export const OWNER = 'user:spec';

export class ResearchUnderTest {
  readonly told: EventEnvelope[] = [];

  private constructor(
    readonly bots: BotsUnderTest,
    private readonly maker: NatsConnection,
  ) {
    const { world } = bots;
    const limits = RUNTIME_LIMITS.map((name) => ({
      name,
      value: 'off',
      setBy: 'environment',
      environment: 'off',
    }));
    world.serve('risk', getLimits.subject, () => ({ limits, revision: 0, halts: {}, leverage: {} }));
    world.serve('trade-history', listTrials.subject, (wish: ListTrials) => this.trialsOf(wish));
    // Told again with the same id it is stored once.
    bots.listen('elvis.event.backtest.>', (event) => {
      if (this.told.every(({ id }) => id !== event.id)) this.told.push(event);
    });
  }

  static async start(): Promise<ResearchUnderTest> {
    const bots = await BotsUnderTest.start();
    return new ResearchUnderTest(bots, await connectNats(bots.nats.urls.provision, 'provision'));
  }

  async stop(): Promise<void> {
    await this.maker.close();
    await this.bots.stop();
  }

  run(
    options: Partial<ResearchOptions> & { strategy: string },
    wish: Partial<RunResearch> = {},
  ): Promise<ResearchProgress> {
    const whole = { ...new ResearchOptions(), data: 'generated:3', ...options };
    return this.bots.bus.request(runResearch, {
      id: randomUUID(),
      kind: 'backtest',
      actor: OWNER,
      owner: OWNER,
      ...wish,
      options: whole,
    });
  }

  progress(id: string): Promise<ResearchProgress> {
    return this.bots.bus.request(getResearch, { id, owner: OWNER });
  }

  ended(id: string, status: ResearchProgress['status']): Promise<ResearchProgress> {
    return until(
      async () => {
        const now = await this.progress(id);
        return now.status === status && now;
      },
      `the backtest is ${status}`,
      120_000,
    );
  }

  async paper(id: string, paper: BacktestPaper): Promise<string> {
    const chunks: Buffer[] = [];
    for (let part = 0, parts = 1; part < parts; part += 1) {
      const answer = await this.bots.bus.request(readBacktest, { id, owner: OWNER, paper, part });
      ({ parts } = answer);
      chunks.push(Buffer.from(answer.data, 'base64'));
    }
    return gunzipSync(Buffer.concat(chunks)).toString('utf8');
  }

  toldOf(id: string): readonly string[] {
    return this.told
      .filter(({ data }) => (data as { backtestId?: string }).backtestId === id)
      .map(({ type }) => type.replace('elvis.event.backtest.', ''));
  }

  finishedOf(id: string): BacktestFinished | undefined {
    return this.told
      .filter(({ type }) => type === backtestFinished.type)
      .map(({ data }) => data as BacktestFinished)
      .find(({ backtestId }) => backtestId === id);
  }

  /** No token is left. */
  async isQueueEmpty(): Promise<boolean> {
    const manager = await this.maker.jetstreamManager();
    return (await manager.streams.info(WORK_STREAM)).state.messages === 0;
  }

  /** What a worker that was killed holds comes again after this, instead of the minute that is usual. */
  async waitForAcks(waitMs: number): Promise<void> {
    const manager = await this.maker.jetstreamManager();
    await manager.consumers.update(WORK_STREAM, RESEARCH_WORKERS_CONSUMER, { ack_wait: nanos(waitMs) });
  }

  private trialsOf({ owner, series, exceptId }: ListTrials): object {
    const finished = this.told
      .filter(({ type }) => type === backtestFinished.type)
      .map(({ data }) => data as BacktestFinished)
      .filter((each) => each.owner === owner && each.series === series && each.backtestId !== exceptId);
    return {
      perPeriodSharpes: finished.flatMap(({ trials }) =>
        trials.map(({ perPeriodSharpe }) => perPeriodSharpe),
      ),
    };
  }
}
