import { search } from './claim-model';

describe('one client order id, over every order of every step', () => {
  it('leaves no reservation behind, returns none that a living order needs, and charges an order once', () => {
    const { trace, states } = search(3);
    expect(trace).toBeUndefined();
    expect(states).toBeGreaterThan(1_000);
  }, 120_000);

  it.each`
    bug                                 | problem
    ${'grant-leaves-reservation'}       | ${'an order that is alive has no reservation'}
    ${'living-order-loses-reservation'} | ${'an order was refused although nothing was in its way'}
    ${'charge-always-returned'}         | ${'an order was charged 0 times'}
    ${'returned-by-anybody'}            | ${'an order that is alive has no reservation'}
  `('finds the run in which $bug breaks it: $problem', ({ bug, problem }) => {
    const { trace } = search(2, bug as Parameters<typeof search>[1]);
    expect(trace?.at(-1)).toBe(problem);
  });
});
