import { existsSync } from 'node:fs';
import { Sender } from '../sender';
import { Stage } from '../stage';
import { Books } from '../verdict';
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

const PROGRAM = `${process.env.ELVIS_DIST ?? 'dist'}/apps/execution/src/main.js`;

describe('orders of every kind, whatever breaks', () => {
  const stage = new Stage();
  const sender = new Sender(stage);
  const books = new Books(stage);

  beforeAll(async () => {
    if (!existsSync(PROGRAM))
      throw new Error(`${PROGRAM} is not built; "npm test" and "npm run build" build it`);
    await stage.open(KINDS_STAGE);
    await Promise.all([sender.open(), books.open()]);
  }, 120_000);

  afterAll(async () => {
    await Promise.allSettled([sender.close(), books.close()]);
    await stage.close();
  });

  it.each(SEEDS)(
    'are the same here and on the exchange, to the last digit, after seed %i (%s)',
    async (seed, expected) => {
      const { fault, unresolved, problems } = await runKindsSeed(stage, sender, books, seed);
      if (unresolved.length + problems.length > 0) process.stderr.write(stage.logs());
      expect({ fault, unresolved, problems }).toEqual({ fault: expected, unresolved: [], problems: [] });
    },
    150_000,
  );
});
