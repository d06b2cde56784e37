/** The launcher's autoscaler over the real queue and real processes: they come with the work and go when it is done. */
import { BOT_WORKERS_CONSUMER, WORK_STREAM } from '@elvis/contracts';
import { Metrics, connectNats } from '@elvis/platform';
import { freePort, opened, until } from '@elvis/testing';
import { join } from 'node:path';
import { Autoscaler } from '../../../tools/launcher/autoscale/autoscaler';
import { QueueReader } from '../../../tools/launcher/autoscale/queue-reader';
import { readiness } from '../../../tools/launcher/readiness';
import { Supervised } from '../../../tools/launcher/supervised';
import { WorkMonitor } from '../src/worker/work-monitor';
import { WorkQueue } from '../src/worker/work-queue';
import { BotsUnderTest } from './bots-under-test';
import { commitsOf, makeDue } from './due-bots';
import { aBotConfig } from './world';

const MAIN = join(__dirname, '../../../dist/apps/bots/src/main.js');
const BOTS = 60;
/** None is taken away before all are: whether a look falls between the last steps must not matter. */
const RULE = { min: 0, max: 2, cooldownMs: 2_000, stabilizationMs: 600_000, downEveryMs: 400 };
const WITHIN_MS = 90_000;

describe('processes of workers', () => {
  const bots = opened(() => BotsUnderTest.start());

  it('go from none to two and to none again with sixty due bots, each of which steps once', async () => {
    const connection = await connectNats(bots.nats.urls.bots, 'bots');
    const queue = new WorkQueue(connection);
    const configs = Array.from({ length: BOTS }, (_, at) =>
      aBotConfig({ shortCode: `a${at.toString(36).padStart(5, '0')}`, symbol: `A${at}USDT` }),
    );
    await Promise.all(configs.map((config) => makeDue(bots.journal, config, 1)));

    const said: string[] = [];
    const living = new Set<Supervised>();
    const waiting: Supervised[] = [];
    const ports = [await freePort(), await freePort()];
    const autoscaler = new Autoscaler(
      [{ queue: 'bots', rule: RULE }],
      new QueueReader(bots.nats.urls.operator, () => undefined),
      {
        // Neither works before both are wanted: how fast one is must not matter.
        start: (_, slot) => {
          const process = supervised(slot, ports[slot]!);
          waiting.push(process);
          if (waiting.length === RULE.max) for (const one of waiting) void begin(one);
          return process;
        },
        stop: async (process) => {
          await process.stop(30_000);
          living.delete(process);
        },
        say: (sentence) => said.push(sentence),
        complain: (sentence) => said.push(sentence),
      },
    );
    const begin = async (process: Supervised): Promise<void> => {
      living.add(process);
      await process.start(WITHIN_MS);
    };

    await Promise.all(configs.map(({ id }) => queue.wake(id)));
    const [view] = await new WorkMonitor(connection, new Metrics()).views();
    const manager = await connection.jetstreamManager({ checkAPI: false });
    const told = await manager.consumers.info(WORK_STREAM, BOT_WORKERS_CONSUMER);
    expect([view!.depth, view!.held]).toEqual([BOTS, 0]);
    expect([view!.depth, view!.held]).toEqual([told.num_pending, told.num_ack_pending]);

    autoscaler.start();
    await until(() => living.size === 2, 'two are wanted', WITHIN_MS);
    await until(() => said.length === 3 && living.size === 0, 'none is left', WITHIN_MS);
    await autoscaler.stop();
    expect(said.map((sentence) => sentence.split(';')[0])).toEqual([
      'bots: 0 to 1 processes',
      'bots: 1 to 2 processes',
      'bots: 2 to 0 processes',
    ]);
    const commits = await Promise.all(configs.map(({ id }) => commitsOf(bots.journal, id)));
    expect(commits.map((each) => each.map(({ step }) => step))).toEqual(configs.map(() => [1]));
    await connection.close();
  }, 240_000);

  const supervised = (slot: number, port: number): Supervised =>
    new Supervised(
      `bots-${slot}`,
      port,
      () => ({
        name: 'bots',
        command: process.execPath,
        args: [MAIN],
        env: {
          ...bots.redisServer.env,
          NATS_URL: bots.nats.urls.bots,
          REPLICA: `${slot}`,
          OPS_PORT: `${port}`,
          LOG_LEVEL: 'warn',
          BOTS_ROLE: 'worker',
        },
        cwd: process.cwd(),
        isReady: async () => (await readiness(port)) === 'ready',
        readyTimeoutMs: WITHIN_MS,
      }),
      { started: () => undefined, died: () => undefined, ready: () => undefined, ended: () => undefined },
    );
});
