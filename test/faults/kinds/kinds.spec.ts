import { Rig } from '../rig';
import { KINDS_STAGE, runKindsSeed } from './run-kinds';

/** One of each kind; `npm run faults:orders -- --family kinds` does them all. */
const SEEDS: readonly (readonly [number, string])[] = [
  [152, 'conditional order: exchange: drop-after'],
  [41, 'batch: killed after the order left'],
  [154, 'amendment: exchange: drop-after'],
  [43, 'spot order: killed after the order left'],
  [116, 'dead-man switch: Redis emptied'],
  [157, 'cancel of a plain order: exchange: drop-after'],
  [134, 'cancel of a conditional order: the user stream dropped'],
  [239, 'cancel of a spot order: exchange: event-lost'],
];

describe('orders of every kind, whatever breaks', () => {
  const rig = new Rig();

  beforeAll(() => rig.open(KINDS_STAGE), 120_000);
  afterAll(() => rig.close());

  it.each(SEEDS)(
    'are the same here and on the exchange, to the last digit, after seed %i (%s)',
    async (seed, expected) => {
      const { fault, unresolved, problems } = await runKindsSeed(rig, seed);
      if (unresolved.length + problems.length > 0) process.stderr.write(rig.stage.logs());
      expect({ fault, unresolved, problems }).toEqual({ fault: expected, unresolved: [], problems: [] });
    },
    150_000,
  );
});
