/** Processes of the bots service that are told to end while they work, as when there are to be fewer: nothing is half-done. */
import { WORK_STREAM } from '@elvis/contracts';
import { connectNats } from '@elvis/platform';
import { opened, until } from '@elvis/testing';
import { WorkQueue } from '../src/worker/work-queue';
import { BotsProcess } from './bots-process';
import { BotsUnderTest } from './bots-under-test';
import { commitsOf, makeDue } from './due-bots';
import { aBotConfig } from './world';

const WITHIN_MS = 60_000;
const BOTS = 50;
const STEPS = 3;
const TRADERS = 12;

describe('a process that is told to end', () => {
  const bots = opened(() => BotsUnderTest.start());
  const begun: BotsProcess[] = [];
  const begin = async (replica: number, role: string): Promise<BotsProcess> => {
    const one = new BotsProcess(bots, bots.nats.port, replica, { BOTS_ROLE: role, BOTS_AT_ONCE: '4' });
    begun.push(one);
    await one.ready();
    return one;
  };
  afterEach(async () => {
    await Promise.all(begun.splice(0).map((one) => one.end()));
  });

  it('ends the steps it has begun and leaves the others: none is lost, none is taken twice, none fails', async () => {
    const connection = await connectNats(bots.nats.urls.bots, 'bots');
    const queue = new WorkQueue(connection);
    const manager = await connection.jetstreamManager({ checkAPI: false });
    const left = async () => (await manager.streams.info(WORK_STREAM)).state.messages;
    const configs = Array.from({ length: BOTS }, (_, at) =>
      aBotConfig({ shortCode: `e${at.toString(36).padStart(5, '0')}`, symbol: `E${at}USDT` }),
    );
    await Promise.all(configs.map((config) => makeDue(bots.journal, config, STEPS)));
    const [going] = await Promise.all([begin(0, 'worker'), begin(1, 'worker')]);
    await Promise.all(configs.map(({ id }) => queue.wake(id)));
    await until(async () => (await left()) <= BOTS - 5, 'some are done', WITHIN_MS);
    expect(await going.terminate()).toBe(0);
    await until(async () => (await left()) === 0, 'no token is left', WITHIN_MS);
    await connection.close();

    const commits = await Promise.all(configs.map(({ id }) => commitsOf(bots.journal, id)));
    const wanted = Array.from({ length: STEPS }, (_, at) => [at + 1, undefined]);
    expect(commits.map((each) => each.map(({ step, failure }) => [step, failure]))).toEqual(
      configs.map(() => wanted),
    );
  });

  it.each(['supervisor', 'worker'])(
    'as %s leaves a candle of many bots to the next one, and each makes its order once',
    async (role) => {
      const going = await begin(0, role);
      await begin(1, 'supervisor,worker');
      const configs = Array.from({ length: TRADERS }, (_, at) =>
        aBotConfig({
          shortCode: `${role.slice(0, 1)}${at.toString(36).padStart(5, '0')}`,
          symbol: `${role.toUpperCase()}${at}USDT`,
          strategy: 'coin-toss',
          parameters: { chance: 1, hold: 1 },
        }),
      );
      await Promise.all(configs.map((config) => bots.begin(config)));
      const [code] = await Promise.all([
        going.terminate(),
        bots.world.seal(
          101,
          configs.map(({ symbol }) => symbol),
        ),
      ]);
      expect(code).toBe(0);
      await Promise.all(configs.map((config) => bots.settled(config, true)));
      expect(configs.map((config) => bots.world.ordersOf(config).length)).toEqual(configs.map(() => 1));
      await Promise.all(configs.map((config) => bots.retire(config)));
    },
  );
});
