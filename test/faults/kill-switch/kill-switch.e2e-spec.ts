import { runSeed } from './run-seed';
import { Stand } from './stand';

/** The thousand are run by `npm run faults:kill-switch`. */
const SEEDS = Array.from({ length: 15 }, (_, place) => place + 1);

describe('a stop under load, with parts that die, sleep and forget', () => {
  let stand: Stand;

  beforeAll(async () => {
    stand = await Stand.start({ replicas: { execution: 3, risk: 2 } });
  }, 240_000);
  afterAll(() => stand?.stop(), 120_000);

  it.each(SEEDS)(
    'lets the exchange accept nothing after it was acknowledged as drained: seed %i',
    async (seed) => {
      const { accepted, fault, way } = await runSeed(stand, seed);
      expect({ accepted, fault, way }).toEqual({ accepted: 0, fault, way });
    },
    120_000,
  );
});
