import fc from 'fast-check';
import {
  StopStep,
  StopWay,
  advance,
  fullWaitOutMs,
  isDrained,
  isVerified,
  requestedWay,
  stopBounds,
  waitOutMs,
} from './stop-protocol';

const bounds = stopBounds(1_000, 50);
const after = (...steps: StopStep[]): StopWay =>
  steps.reduce((way, step, place) => advance(way, step, place + 1), requestedWay(0));
const drained: StopStep[] = [{ kind: 'blocked' }, { kind: 'drained' }];
const verified: StopStep[] = [...drained, { kind: 'cancelling' }, { kind: 'listed', open: 0, rounds: 0 }];

describe('when a stop is drained', () => {
  const view = { sinceBlockMs: 0, hasLostData: false, openGrants: 0, unconfirmed: 0 };

  it.each`
    change                                                    | is       | because
    ${{}}                                                     | ${true}  | ${'every grant is answered and every replica has confirmed'}
    ${{ openGrants: 1 }}                                      | ${false} | ${'a grant is neither answered nor past its end'}
    ${{ unconfirmed: 1 }}                                     | ${false} | ${'a replica has not said that all it had begun has ended'}
    ${{ openGrants: 1, unconfirmed: 1, sinceBlockMs: 2_299 }} | ${false} | ${'the exchange could still accept what was granted'}
    ${{ openGrants: 1, unconfirmed: 1, sinceBlockMs: 2_300 }} | ${true}  | ${'the exchange refuses by its own rule'}
    ${{ hasLostData: true }}                                  | ${false} | ${'books that were lost prove nothing'}
    ${{ hasLostData: true, sinceBlockMs: 4_299 }}             | ${false} | ${'a permit of another Redis may have stood until its end'}
    ${{ hasLostData: true, sinceBlockMs: 4_300 }}             | ${true}  | ${'the full bound is over'}
  `('is $is with $change: $because', ({ change, is }) => {
    expect(isDrained({ ...view, ...(change as object) }, bounds)).toBe(is);
  });

  it('takes the permit longer where Redis did not take the stop', () => {
    expect([waitOutMs(bounds), fullWaitOutMs(bounds)]).toEqual([2_300, 4_300]);
  });
});

describe('the way of a stop', () => {
  it('goes through every phase in order, each with its time', () => {
    expect(after(...verified)).toEqual({
      phase: 'VERIFIED_ZERO',
      phases: { requested: 0, blocked: 1, drained: 2, cancelling: 3, verified: 4 },
    });
  });

  it('is not verified by a list that was read before the drain', () => {
    const way = after({ kind: 'blocked' }, { kind: 'listed', open: 0, rounds: 0 });
    expect(way.phase).toBe('BLOCKED');
  });

  it('is INCOMPLETE when cancelling has been tried in vain, and verified once nothing is left', () => {
    const tried: StopStep[] = [...drained, { kind: 'cancelling' }, { kind: 'listed', open: 2, rounds: 3 }];
    expect(after(...tried).phase).toBe('INCOMPLETE');
    expect(after(...tried, { kind: 'listed', open: 0, rounds: 0 }).phase).toBe('VERIFIED_ZERO');
  });

  it('takes the claim back when an order shows up after the verification', () => {
    const way = after(...verified, { kind: 'listed', open: 1, rounds: 0 });
    expect(way).toMatchObject({ phase: 'CANCELLING', phases: { verified: null } });
  });

  it('flattens only what is verified, and is flat only when the exchange shows no position', () => {
    expect(after(...drained, { kind: 'flattening' }).phase).toBe('DRAINED');
    const flattening: StopStep[] = [...verified, { kind: 'flattening' }];
    expect(after(...flattening, { kind: 'positions', open: 1, rounds: 1 }).phase).toBe('FLATTENING');
    expect(after(...flattening, { kind: 'positions', open: 1, rounds: 3 }).phase).toBe('INCOMPLETE');
    expect(after(...flattening, { kind: 'positions', open: 0, rounds: 3 }).phase).toBe('VERIFIED_FLAT');
  });

  it.each`
    cancelOpenOrders | flatten  | reached       | is
    ${false}         | ${false} | ${'drained'}  | ${true}
    ${true}          | ${false} | ${'drained'}  | ${false}
    ${true}          | ${false} | ${'verified'} | ${true}
    ${true}          | ${true}  | ${'verified'} | ${false}
  `(
    'asked to cancel: $cancelOpenOrders, to flatten: $flatten, is done when $reached: $is',
    ({ cancelOpenOrders, flatten, reached, is }) => {
      const way = after(...(reached === 'drained' ? drained : verified));
      expect(isVerified(way, { cancelOpenOrders, flatten })).toBe(is);
    },
  );

  const anyStep: fc.Arbitrary<StopStep> = fc.oneof(
    fc.constantFrom<StopStep>(
      { kind: 'blocked' },
      { kind: 'drained' },
      { kind: 'cancelling' },
      { kind: 'flattening' },
    ),
    fc.record({
      kind: fc.constantFrom('listed' as const, 'positions' as const),
      open: fc.nat(2),
      rounds: fc.nat(4),
    }),
  );

  it('never has the time of a phase without those of all before it, whatever happens in whatever order', () => {
    fc.assert(
      fc.property(fc.array(anyStep, { maxLength: 30 }), (steps) => {
        const { blocked, drained: atDrained, cancelling, verified: atVerified } = after(...steps).phases;
        const times = [0, blocked, atDrained, cancelling, atVerified];
        const reached = times.filter((time) => time !== null);
        expect(times.slice(0, reached.length)).toEqual(reached);
        expect([...reached].sort((left, right) => left - right)).toEqual(reached);
      }),
    );
  });
});
