/** Five hundred bots that fall due together, with one worker and with four. */
import { BotConfigOfRuns, WORK_STREAM } from '@elvis/contracts';
import { connectNats } from '@elvis/platform';
import { opened, until } from '@elvis/testing';
import { randomUUID } from 'node:crypto';
import { runBegun, stepDue } from '../src/journal/changes';
import { WorkQueue } from '../src/worker/work-queue';
import { BotsUnderTest } from './bots-under-test';
import { aBotConfig } from './world';

const BOTS = 500;
/** Of each, due at once. */
const STEPS = 3;

describe('the work queue', () => {
  const bots = opened(() => BotsUnderTest.start());

  it.each([1, 4])(
    'has %d workers take every due step once, and each bot its own in their order',
    async (workers) => {
      const connection = await connectNats(bots.nats.urls.bots, 'bots');
      const queue = new WorkQueue(connection);
      const configs = Array.from({ length: BOTS }, (_, at) =>
        aBotConfig({
          shortCode: `w${workers}${at.toString(36).padStart(4, '0')}`,
          symbol: `W${workers}N${at}USDT`,
        }),
      );
      await Promise.all(
        configs.map(async (config) => {
          await begin(config);
          await queue.wake(config.id);
        }),
      );
      const begun = await Promise.all(
        Array.from({ length: workers }, () => bots.serve({ BOTS_ROLE: ['worker'], BOTS_AT_ONCE: 4 })),
      );
      const manager = await connection.jetstreamManager({ checkAPI: false });
      await until(
        async () => (await manager.streams.info(WORK_STREAM)).state.messages === 0,
        'no token is left',
        120_000,
      );
      for (const service of begun) await service.stop();

      await connection.close();
      const wanted = Array.from({ length: STEPS }, (_, at) => at + 1);
      const taken = await Promise.all(configs.map(({ id }) => stepsOf(id)));
      expect(taken).toEqual(configs.map(() => wanted));
    },
    240_000,
  );

  /** The steps that were committed, in the order of the journal. */
  async function stepsOf(botId: string): Promise<readonly number[]> {
    const steps: number[] = [];
    for (
      let entry = await bots.journal.last(botId);
      entry;
      entry = await bots.journal.at(entry.record.previous)
    ) {
      if (entry.record.type === 'COMMIT') steps.unshift(entry.record.step);
      if (entry.record.previous === 0) break;
    }
    return steps;
  }

  /** A run with its due steps, as the supervisor writes them. */
  async function begin(config: BotConfigOfRuns): Promise<void> {
    const atMs = Date.now();
    const run = {
      config,
      run: 1,
      runId: randomUUID(),
      hooks: [],
      codeHash: '',
      build: '',
      actor: 'spec',
      atMs,
      decideByMs: atMs,
    };
    let entry = await bots.journal.append(runBegun(run, undefined), 0);
    for (let step = 2; step <= STEPS; step += 1)
      entry = await bots.journal.append(
        stepDue(entry!.standing, { cause: 'start', causeId: `${step}`, dueAtMs: atMs, decideByMs: atMs }),
        entry!.sequence,
      );
  }
});
