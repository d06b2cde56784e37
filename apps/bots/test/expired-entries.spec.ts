/** An entry that was given a time is canceled when it is over, by a step that says so. */
import { opened, until } from '@elvis/testing';
import { join } from 'node:path';
import { BotsUnderTest } from './bots-under-test';
import { aBotConfig } from './world';

const COMPILED = join(__dirname, '../../../dist/apps/bots/test/strategies');

describe('an entry that rests', () => {
  const bots = opened(() => BotsUnderTest.start());
  beforeAll(() => bots.serve({ STRATEGIES_DIR: COMPILED }));

  it('is canceled once, and told why, when the time it was given is over', async () => {
    const config = aBotConfig({ strategy: 'patient', parameters: {} });
    await bots.begin(config);
    await bots.world.seal(100);
    await until(() => bots.world.ordersOf(config).length === 1, 'it offers');
    expect(bots.world.asked).toMatchObject([{ type: 'LIMIT', timeInForce: 'GTX', price: '99' }]);
    await until(() => bots.world.working(config).length === 0, 'it is canceled');
    await until(async () => {
      const { orders, pending, due } = await bots.standing(config);
      return orders.length === 0 && pending === null && due.length === 0;
    }, 'the bot knows');
    const { lastStep, state } = await bots.standing(config);
    expect([state, lastStep?.cause, lastStep?.reasons]).toEqual([
      'RUNNING',
      'protection',
      ['The entry has not filled in the time it was given'],
    ]);
  });
});
