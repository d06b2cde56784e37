import { Slowness } from './slowness';

describe('a connection', () => {
  it.each`
    delays                               | lasting    | because
    ${[0, 100, 2_999, 0, 0, 0, 0, 0]}    | ${[]}      | ${'some delay is usual'}
    ${[4e3, 4e3, 4e3, 4e3, 4e3, 4e3]}    | ${[5]}     | ${'five seconds of it are slow'}
    ${[4e3, 4e3, 4e3, 0, 4e3, 4e3, 4e3]} | ${[]}      | ${'it has caught up in between'}
    ${Array<number>(12).fill(9e3)}       | ${[5, 11]} | ${'the next judgement takes as long'}
  `('with delays of $delays ms is slow at seconds $lasting: $because', ({ delays, lasting }) => {
    const slowness = new Slowness();
    const found = (delays as number[]).flatMap((delay, second) =>
      slowness.isLasting(delay, second * 1_000) ? [second] : [],
    );
    expect(found).toEqual(lasting);
  });
});
