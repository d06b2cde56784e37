import { Rig } from '../rig';
import { EVERY_SIZE, SIZES, chosenBy, runAmendmentsSeed } from './run-amendments';

/** One of each size, each with another fault; `npm run faults:orders -- --family amendments` does them all. */
const SEEDS: readonly number[] = [140, 155, 37, 73, 186, 131, 27];

describe('partly filled orders that are amended, whatever breaks', () => {
  const rig = new Rig();

  beforeAll(() => rig.open(), 120_000);
  afterAll(() => rig.close());

  it('are amended to every size', () => {
    expect(new Set(SEEDS.map((seed) => chosenBy(seed).size))).toEqual(new Set(Object.keys(SIZES)));
    const all = Array.from({ length: EVERY_SIZE }, (_, seed) => chosenBy(seed));
    expect(new Set(all.map(({ fault, size }) => `${size}: ${fault.name}`)).size).toBe(EVERY_SIZE);
  });

  it.each(SEEDS.map((seed) => [seed, chosenBy(seed).size, chosenBy(seed).fault.name] as const))(
    'are the same here and on the exchange, to the last fill, after seed %i (to %s: %s)',
    async (seed, size, fault) => {
      const { fault: struck, unresolved, problems } = await runAmendmentsSeed(rig, seed);
      if (unresolved.length + problems.length > 0) process.stderr.write(rig.stage.logs());
      const clean = { fault: `${size}: ${fault}`, unresolved: [], problems: [] };
      expect({ fault: struck, unresolved, problems }).toEqual(clean);
    },
    150_000,
  );
});
