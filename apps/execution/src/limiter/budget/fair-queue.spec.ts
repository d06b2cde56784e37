import { FairQueue, QueueReply } from './fair-queue';

interface Named extends QueueReply {
  readonly name?: string;
}

const granted: Named = { granted: true };
const refused = (waitMs?: number): Named => ({ granted: false, waitMs });

describe('a queue', () => {
  it('lets everybody ask side by side while nobody waits', async () => {
    const queue = new FairQueue<Named>(10);
    let asking = 0;
    let most = 0;
    const ask = async (): Promise<Named> => {
      most = Math.max(most, (asking += 1));
      await new Promise((resolve) => setImmediate(resolve));
      asking -= 1;
      return granted;
    };
    await Promise.all([queue.enqueue(ask, 1_000), queue.enqueue(ask, 1_000), queue.enqueue(ask, 1_000)]);
    expect(most).toBe(3);
  });

  it('serves those who wait in the order they came, whatever they ask for', async () => {
    const queue = new FairQueue<Named>(10);
    const served: string[] = [];
    let isOpen = false;
    const enter = (name: string): Promise<void> =>
      queue
        .enqueue(() => Promise.resolve(isOpen ? granted : refused(5)), 5_000)
        .then(() => void served.push(name));
    const all = ['first', 'second', 'third', 'fourth'].map(enter);
    await new Promise((resolve) => setImmediate(resolve));
    isOpen = true;
    await Promise.all(all);
    expect(served).toEqual(['first', 'second', 'third', 'fourth']);
  });

  it('tells a caller at once that it would take longer than he can wait, and asks no more for him', async () => {
    const queue = new FairQueue<Named>(10);
    let asked = 0;
    const reply = await queue.enqueue(() => {
      asked += 1;
      return Promise.resolve(refused(60_000));
    }, 1_000);
    expect(reply).toEqual({ granted: false, waitMs: 60_000 });
    expect(asked).toBe(1);
    expect(queue.length).toBe(0);
  });

  it('refuses whoever would stand behind a head that wakes after his deadline, without asking', async () => {
    const queue = new FairQueue<Named>(10);
    let isFree = false;
    const head = queue.enqueue(() => Promise.resolve(isFree ? granted : refused(30_000)), 31_000);
    await new Promise((resolve) => setImmediate(resolve));
    let asked = 0;
    const reply = await queue.enqueue(() => Promise.resolve(((asked += 1), granted)), 5_000);
    expect(reply.granted).toBe(false);
    expect(reply.waitMs).toBeGreaterThan(5_000);
    expect(asked).toBe(0);
    isFree = true;
    queue.retryNow();
    expect((await head).granted).toBe(true);
  });

  it('holds no more than it was told to', async () => {
    const queue = new FairQueue<Named>(2);
    let isFree = false;
    const ask = (): Promise<Named> => Promise.resolve(isFree ? granted : refused(20_000));
    const first = queue.enqueue(ask, 30_000);
    await new Promise((resolve) => setImmediate(resolve));
    const second = queue.enqueue(ask, 30_000);
    const third = await queue.enqueue(ask, 30_000);
    expect(third.granted).toBe(false);
    expect(queue.length).toBe(2);
    isFree = true;
    queue.retryNow();
    for (const reply of await Promise.all([first, second])) expect(reply.granted).toBe(true);
  });

  it('hands a refusal that no waiting will change to its own caller alone', async () => {
    const queue = new FairQueue<Named>(10);
    let round = 0;
    const first = queue.enqueue(
      () => Promise.resolve((round += 1) === 1 ? refused(1) : { granted: false, name: 'final' }),
      5_000,
    );
    const second = queue.enqueue(() => Promise.resolve(granted), 5_000);
    expect(await first).toEqual({ granted: false, name: 'final' });
    expect(await second).toEqual(granted);
  });

  it('goes on with the next when asking fails for one', async () => {
    const queue = new FairQueue<Named>(10);
    let round = 0;
    const first = queue.enqueue(
      () => ((round += 1) === 1 ? Promise.resolve(refused(1)) : Promise.reject(new Error('away'))),
      5_000,
    );
    const second = queue.enqueue(() => Promise.resolve(granted), 5_000);
    await expect(first).rejects.toThrow('away');
    expect(await second).toEqual(granted);
  });

  it('dismisses those whose time is over when the head must wait longer than it thought', async () => {
    let left = 0;
    const expiring = new FairQueue<Named>(10, () => (left += 1));
    const replies = [refused(1), refused(10_000)];
    const reply = await expiring.enqueue(() => Promise.resolve(replies.shift() ?? granted), 200);
    expect(reply).toMatchObject({ granted: false, waitMs: 10_000 });
    expect(expiring.length).toBe(0);
    expect(left).toBe(0);
  });
});
