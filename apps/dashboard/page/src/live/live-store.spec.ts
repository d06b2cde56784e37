import { LiveStore } from './live-store';

const frame = (topic: string, n: number) => ({ topic, atMs: n, ageMs: 0, data: n });

describe('the store of live figures', () => {
  it('tells a listener once a painted frame, with all that came since', () => {
    const paints: (() => void)[] = [];
    const store = new LiveStore((paint) => paints.push(paint));
    const told: unknown[][] = [];
    store.listen('trades.BTCUSDT', (frames) => told.push(frames.map(({ data }) => data)));
    for (let n = 1; n <= 50; n += 1) store.put(frame('trades.BTCUSDT', n), n);
    expect([paints.length, told.length]).toEqual([1, 0]);
    paints.shift()?.();
    expect(told.map((batch) => batch.length)).toEqual([50]);
    store.put(frame('trades.BTCUSDT', 51), 51);
    paints.shift()?.();
    expect(told[1]).toEqual([51]);
    expect(store.get('trades.BTCUSDT')).toMatchObject({ data: 51, receivedMs: 51 });
  });

  it('paints nothing for topics that no one listens to, and forgets what no one looks at', () => {
    const paints: (() => void)[] = [];
    const store = new LiveStore((paint) => paints.push(paint));
    const stop = store.listen('books.ETHUSDT', () => undefined);
    stop();
    store.put(frame('books.ETHUSDT', 1), 1);
    expect(paints).toEqual([]);
    store.forget('books.ETHUSDT');
    expect(store.get('books.ETHUSDT')).toBeUndefined();
  });
});
