import { opened } from '@elvis/testing';
import { LeaseRaces } from './lease-races';

describe('a bot and a key of the front', () => {
  const races = opened(() => LeaseRaces.start());

  it('that want one symbol at once never both get it: a thousand in `npm run faults:leases`, twenty here', async () => {
    for (let seed = 1; seed <= 20; seed += 1)
      expect((await races.race(seed)).contenders).toBeGreaterThanOrEqual(2);
  });
});
