import { Charges } from './charges';

const WINDOW_MS = 1_000;

describe('repeats of an order', () => {
  /** One that is let through at each of these times, with so many repeats of it that are denied. */
  const sent = (times: readonly number[], repeats: number): { charges: Charges; last: string } => {
    const charges = new Charges();
    let last = '';
    for (const atMs of times) {
      last = `o${atMs}`;
      charges.remember('like', last, WINDOW_MS, atMs);
      for (let again = 0; again < repeats; again += 1) charges.countRepeat('like', last);
    }
    return { charges, last };
  };

  it('add up over windows, so that a sender who waits for each is noticed too', () => {
    const { charges, last } = sent([0, WINDOW_MS, 2 * WINDOW_MS], 3);
    expect(charges.lately('like', WINDOW_MS, 2 * WINDOW_MS + 1)).toMatchObject({ id: last, count: 9 });
    expect(charges.countRepeat('like', last)).toBe(10);
    expect(charges.countRepeat('like', 'o0')).toBe(0);
  });

  it('are forgotten a minute after the last one that was let through', () => {
    const { charges } = sent([0, 60_000], 3);
    expect(charges.lately('like', WINDOW_MS, 60_001)).toMatchObject({ count: 3 });
    expect(sent([0, 59_999], 3).charges.lately('like', WINDOW_MS, 60_000)).toMatchObject({ count: 6 });
  });

  it('are none once the window is over', () => {
    const { charges } = sent([0], 3);
    expect(charges.lately('like', WINDOW_MS, WINDOW_MS - 1)).toBeDefined();
    expect(charges.lately('like', WINDOW_MS, WINDOW_MS)).toBeUndefined();
  });
});
