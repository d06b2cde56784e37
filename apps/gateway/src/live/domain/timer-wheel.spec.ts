import fc from 'fast-check';
import { TimerWheel } from './timer-wheel';

describe('a timer wheel', () => {
  it('gives each item once, in the order of slots, however far one look reaches', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 255 }), { maxLength: 50 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 20 }),
        (aheads, steps) => {
          const wheel = new TimerWheel<number>(1_000);
          for (const ahead of aheads) wheel.add(1_000 + ahead, 1_000 + ahead);
          const given: number[] = [];
          let slot = 1_000;
          for (const step of steps) {
            slot += step;
            const due = wheel.advance(slot);
            given.push(...due);
            expect(due.every((at) => at <= slot)).toBe(true);
          }
          const passed = aheads.map((ahead) => 1_000 + ahead).filter((at) => at <= slot);
          expect(given).toEqual(passed.sort((left, right) => left - right));
          expect(wheel.isEmpty).toBe(passed.length === aheads.length);
        },
      ),
    );
  });

  it.each([0, -1, 256])('refuses an item %d slots ahead', (ahead) => {
    expect(() => new TimerWheel(10).add('item', 10 + ahead)).toThrow(RangeError);
  });
});
