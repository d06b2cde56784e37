import { existsSync } from 'node:fs';
import { FAULTS } from './fault-list';
import { runSeed } from './run';
import { Sender } from './sender';
import { Stage } from './stage';
import { Books } from './verdict';

/** A short walk through the list; `npm run faults:orders` does the thousand. */
const SEEDS = 25;

const PROGRAM = `${process.env.ELVIS_DIST ?? 'dist'}/apps/execution/src/main.js`;

describe('orders, whatever breaks', () => {
  const stage = new Stage();
  const sender = new Sender(stage);
  const books = new Books(stage);

  beforeAll(async () => {
    if (!existsSync(PROGRAM))
      throw new Error(`${PROGRAM} is not built; "npm test" and "npm run build" build it`);
    await stage.open();
    await Promise.all([sender.open(), books.open()]);
  }, 120_000);

  afterAll(async () => {
    await Promise.allSettled([sender.close(), books.close()]);
    await stage.close();
  });

  it.each(Array.from({ length: SEEDS }, (_, place) => 1_000 + place))(
    'are the same here and on the exchange, to the last fill, after seed %i',
    async (seed) => {
      const { fault, unresolved, problems } = await runSeed(stage, sender, books, seed);
      const verdict = { fault, unresolved, problems };
      if (unresolved.length + problems.length > 0) process.stderr.write(stage.logs());
      expect(verdict).toEqual({ fault: FAULTS[seed % FAULTS.length]?.name, unresolved: [], problems: [] });
    },
    150_000,
  );
});
