import { setTimeout as pause } from 'node:timers/promises';
import { SharedWork } from './shared-work';

describe('shared work', () => {
  it('is done once for all who ask meanwhile, and by key', async () => {
    const work = new SharedWork<'left' | 'right', number>();
    let runs = 0;
    const begin = async (): Promise<number> => {
      runs += 1;
      await pause(1);
      return runs;
    };
    const asked = [work.run('left', begin), work.run('left', begin), work.run('right', begin)];
    expect(work.keys).toEqual(['left', 'right']);
    expect(await Promise.all(asked)).toEqual([2, 2, 2]);
    expect(work.keys).toEqual([]);
  });

  it('fails for all who wait, and is begun again by who asks next', async () => {
    const work = new SharedWork<'only', string>();
    const fail = (): Promise<string> => Promise.reject(new Error('no'));
    const asked = [work.run('only', fail), work.run('only', fail)];
    expect((await Promise.allSettled(asked)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await work.run('only', () => Promise.resolve('yes'))).toBe('yes');
  });
});
