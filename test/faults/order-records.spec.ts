import { FAULTS } from './fault-list';
import { Rig } from './rig';
import { runSeed } from './run';

/** A short walk through the list; `npm run faults:orders` does the thousand. */
const SEEDS = 15;

describe('orders, whatever breaks', () => {
  const rig = new Rig();

  beforeAll(() => rig.open(), 120_000);
  afterAll(() => rig.close());

  it.each(Array.from({ length: SEEDS }, (_, place) => 1_000 + place))(
    'are the same here and on the exchange, to the last fill, after seed %i',
    async (seed) => {
      const { fault, unresolved, problems } = await runSeed(rig, seed);
      const verdict = { fault, unresolved, problems };
      if (unresolved.length + problems.length > 0) process.stderr.write(rig.stage.logs());
      expect(verdict).toEqual({ fault: FAULTS[seed % FAULTS.length]?.name, unresolved: [], problems: [] });
    },
    150_000,
  );
});
