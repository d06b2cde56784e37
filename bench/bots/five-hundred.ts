/** Five hundred bots in one process of the bots service, whose candles close together. */
import { botStepFeed, getBotStates, startBot } from '@elvis/contracts';
import { Bus, connectNats } from '@elvis/platform';
import { freePort, projectRoot, startNats, startRedis, until } from '@elvis/testing';
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { World, aBotConfig } from '../../apps/bots/test/world';

const BOTS = 500;
const STARTS_AT_ONCE = 16;
const WITHIN_MS = 60_000;

/**
 * Of each round, milliseconds from the first sealed candle until every bot's step is committed.
 *
 * @param profile folder for a CPU profile of the bots service
 */
export async function measureFiveHundred(rounds: number, profile?: string): Promise<readonly number[]> {
  const [nats, redis] = await Promise.all([startNats(), startRedis()]);
  const world = await World.start(nats);
  const gateway = await connectNats(nats.urls.gateway, 'gateway');
  const opsPort = await freePort();
  const child = spawn(
    process.execPath,
    [
      ...(profile ? ['--cpu-prof', `--cpu-prof-dir=${profile}`] : []),
      join(projectRoot(), 'dist/apps/bots/src/main.js'),
    ],
    {
      env: {
        ...redis.env,
        NATS_URL: nats.urls.bots,
        OPS_PORT: `${opsPort}`,
        LOG_LEVEL: 'warn',
        BOT_DECIDE_WITHIN_MS: '600000',
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  try {
    const bus = new Bus(gateway);
    await until(async () => (await fetch(`http://127.0.0.1:${opsPort}/health/ready`)).ok, 'bots are ready');
    let steps = 0;
    bus.subscribe(botStepFeed, ({ cause }) => (steps += Number(cause === 'candle')));
    const symbols = await beginAll(world, bus);
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      steps = 0;
      world.asked.length = 0;
      const beganAt = performance.now();
      await world.seal(100 + round, symbols);
      await until(() => steps >= BOTS && world.asked.length >= BOTS, 'all have stepped', WITHIN_MS).catch(
        (error: Error) => {
          throw new Error(`${error.message}: ${steps} steps, ${world.asked.length} orders`);
        },
      );
      times.push(performance.now() - beganAt);
      await until(async () => (await positions(bus)) === (round % 2 === 0 ? BOTS : 0), 'all know', WITHIN_MS);
    }
    return times;
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    await ended;
    await world.stop();
    await gateway.close();
    await Promise.all([nats.stop(), redis.stop()]);
  }
}

/** Each enters at one candle and leaves at the next. Answers their symbols. */
async function beginAll(world: World, bus: Bus): Promise<readonly string[]> {
  const configs = Array.from({ length: BOTS }, (_, at) =>
    aBotConfig({
      shortCode: `x${at.toString(36).padStart(5, '0')}`,
      symbol: `X${at}USDT`,
      strategy: 'coin-toss',
      parameters: { chance: 1, hold: 1 },
    }),
  );
  let next = 0;
  const begin = async (): Promise<void> => {
    for (let config = configs[next]; config; config = configs[next]) {
      next += 1;
      world.configs.set(config.id, config);
      const wish = { botId: config.id, actor: 'user:bench', revision: 1 };
      await bus.request(startBot, wish, { timeoutMs: WITHIN_MS });
    }
  };
  await Promise.all(Array.from({ length: STARTS_AT_ONCE }, begin));
  await until(
    async () => {
      world.catchUp();
      return (await states(bus)).filter(({ status }) => status === 'RUNNING').length === BOTS;
    },
    'all run',
    WITHIN_MS,
  );
  return configs.map(({ symbol }) => symbol);
}

const states = async (bus: Bus) => (await bus.request(getBotStates, {}, { timeoutMs: WITHIN_MS })).items;

const positions = async (bus: Bus): Promise<number> =>
  (await states(bus)).filter(({ inPosition }) => inPosition).length;
