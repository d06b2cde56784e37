/** Five hundred bots that fall due together, with one worker and with four. */
import { WORK_STREAM } from '@elvis/contracts';
import { connectNats } from '@elvis/platform';
import { opened, until } from '@elvis/testing';
import { WorkQueue } from '../src/worker/work-queue';
import { BotsUnderTest } from './bots-under-test';
import { commitsOf, makeDue } from './due-bots';
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
          await makeDue(bots.journal, config, STEPS);
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
      const commits = await Promise.all(configs.map(({ id }) => commitsOf(bots.journal, id)));
      const taken = commits.map((each) => each.map(({ step }) => step));
      expect(taken).toEqual(configs.map(() => wanted));
    },
    240_000,
  );
});
