import { ShareUse, isWithinShare, useAt } from './fair-share';

const LIMIT = 300;
const WINDOWS = 6;

/** Windows of orders that come evenly: how many each offers in a window, and how many each is granted in the last one. */
function played(offers: Readonly<Record<string, number>>, windows = WINDOWS): Record<string, number> {
  const uses = new Map<string, ShareUse>();
  let granted: Record<string, number> = {};
  const most = Math.max(...Object.values(offers));
  for (let index = 1; index <= windows; index += 1) {
    let used = 0;
    granted = Object.fromEntries(Object.keys(offers).map((name) => [name, 0]));
    for (let step = 0; step < most; step += 1)
      for (const [name, offer] of Object.entries(offers)) {
        if (Math.floor(((step + 1) * offer) / most) === Math.floor((step * offer) / most)) continue;
        const present = new Map(
          [...uses].flatMap(([of, use]) => {
            const now = useAt(use, index);
            return now ? [[of, now] as const] : [];
          }),
        );
        const before = present.get(name) ?? { index, used: 0, asked: 0, askedBefore: 0 };
        const own = { ...before, asked: before.asked + 1 };
        const others = [...present].filter(([of]) => of !== name).map(([, use]) => use);
        const fits = used + 1 <= LIMIT && isWithinShare(own, others, { limit: LIMIT, cost: 1 }, used);
        uses.set(name, { ...own, used: own.used + (fits ? 1 : 0) });
        if (!fits) continue;
        used += 1;
        granted[name] = (granted[name] ?? 0) + 1;
      }
  }
  return granted;
}

const nine = (offer: number): Record<string, number> =>
  Object.fromEntries(Array.from({ length: 9 }, (_, place) => [`quiet ${place}`, offer]));

describe('a part of the budget', () => {
  it('is all of it for who is alone', () => {
    expect(played({ greedy: 600 })).toEqual({ greedy: LIMIT });
  });

  it('is there in full for nine who ask for half of theirs beside one who asks for twenty times his', () => {
    const granted = played({ greedy: 600, ...nine(15) });
    for (const [name, count] of Object.entries(nine(15)))
      expect([name, granted[name]]).toEqual([name, count]);
  });

  it('is borrowed where its owners hardly ask: one gets most of it beside nine who ask for next to nothing', () => {
    expect(played({ greedy: 600, ...nine(1) }).greedy).toBeGreaterThanOrEqual(0.8 * LIMIT);
  });

  it('is equal among those who all ask for too much', () => {
    const granted = Object.values(played({ one: 600, two: 600, three: 600 }));
    expect(Math.max(...granted) - Math.min(...granted)).toBeLessThanOrEqual(0.1 * LIMIT);
  });

  it('is given back with the window to who comes later', () => {
    const alone: ShareUse = { index: 4, used: 300, asked: 600, askedBefore: 600 };
    const newcomer: ShareUse = { index: 5, used: 0, asked: 1, askedBefore: 0 };
    const greedy = useAt(alone, 5);
    expect(greedy).toEqual({ index: 5, used: 0, asked: 0, askedBefore: 600 });
    expect(isWithinShare(newcomer, [greedy!], { limit: LIMIT, cost: 1 }, 0)).toBe(true);
    expect(useAt(alone, 6)).toBeUndefined();
  });
});
