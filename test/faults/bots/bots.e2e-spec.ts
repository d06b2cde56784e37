import { botFaultOf, runBotsSeed } from './run-bots';
import { BOT_FAULTS } from './bot-faults';
import { BotSystem } from './bot-system';

jest.setTimeout(300_000);

/** Of each kind some; `npm run faults:bots` does two hundred, and judges for how long a position was without its stop. */
const SEEDS: readonly number[] = Array.from({ length: 25 }, (_, at) => 1 + at * 7);

describe('a bot whose parts are killed, frozen and cut off between any two of its writes', () => {
  let system: BotSystem;

  beforeAll(async () => {
    system = await BotSystem.start();
  });
  afterAll(() => system?.close());

  it.each(SEEDS.map((seed) => [botFaultOf(seed).name, seed] as const))(
    'has each intended order once at the exchange, its steps committed and no token left: %s (seed %i)',
    async (_name, seed) => {
      const { unresolved, problems } = await runBotsSeed(system, seed, { isTimed: false });
      if (unresolved.length + problems.length > 0) process.stderr.write(`${system.trail}\n`);
      expect({ unresolved, problems }).toEqual({ unresolved: [], problems: [] });
    },
  );

  it('meets every fault there is within so many seeds as there are', () => {
    const names = new Set(BOT_FAULTS.map((_, seed) => botFaultOf(seed).name));
    expect(names.size).toBe(BOT_FAULTS.length);
  });
});
