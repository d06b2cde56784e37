import fc from 'fast-check';
import {
  MAX_CLOCK_ERROR_MS,
  StopStep,
  StopWay,
  advance,
  fullWaitOutMs,
  isDrained,
  isVerified,
  membershipMs,
  requestedWay,
  stopBounds,
  waitOutMs,
} from './stop-protocol';

const bounds = stopBounds(1_000);
const after = (...steps: StopStep[]): StopWay =>
  steps.reduce((way, step, place) => advance(way, step, place + 1), requestedWay(0));
const drained: StopStep[] = [{ kind: 'blocked' }, { kind: 'drained' }];
const cancelling: StopStep[] = [...drained, { kind: 'cancelling' }];
const verified: StopStep[] = [...cancelling, { kind: 'listed', open: 0, rounds: 0 }];
const listed = (open: number, rounds: number): StopStep => ({ kind: 'listed', open, rounds });
/** As the flattener leaves it. */
const flattening: StopWay = { ...after(...verified), phase: 'FLATTENING' };

describe('when a stop is drained', () => {
  const view = { sinceBlockMs: 0, hasLostData: false, openGrants: 0, unconfirmed: 0 };

  it.each`
    change                                                    | is       | because
    ${{}}                                                     | ${true}  | ${'every grant is answered and every replica has confirmed'}
    ${{ openGrants: 1 }}                                      | ${false} | ${'a grant is neither answered nor past its end'}
    ${{ unconfirmed: 1 }}                                     | ${false} | ${'a replica has not said that all it had begun has ended'}
    ${{ openGrants: 1, unconfirmed: 1, sinceBlockMs: 2_749 }} | ${false} | ${'the exchange could still accept what was granted'}
    ${{ openGrants: 1, unconfirmed: 1, sinceBlockMs: 2_750 }} | ${true}  | ${'the exchange refuses by its own rule'}
    ${{ hasLostData: true }}                                  | ${false} | ${'books that were lost prove nothing'}
    ${{ hasLostData: true, sinceBlockMs: 4_749 }}             | ${false} | ${'a permit of another Redis may have stood until its end'}
    ${{ hasLostData: true, sinceBlockMs: 4_750 }}             | ${true}  | ${'the full bound is over'}
  `('is $is with $change: $because', ({ change, is }) => {
    expect(isDrained({ ...view, ...(change as object) }, bounds)).toBe(is);
  });

  it('takes the permit longer where Redis did not take the stop', () => {
    expect([waitOutMs(bounds), fullWaitOutMs(bounds)]).toEqual([2_750, 4_750]);
  });

  it('outwaits every timestamp that the gate lets out under the largest error that it allows', () => {
    // A clock that is off one way, and a replica's that is off by as much more: twice the error ahead of the exchange.
    const acceptedUntil = (errorMs: number): number => 2 * errorMs + bounds.recvWindowMs;
    expect(waitOutMs(bounds)).toBeGreaterThan(acceptedUntil(MAX_CLOCK_ERROR_MS));
    expect(waitOutMs(bounds)).toBeLessThan(acceptedUntil(876));
  });

  it('counts a replica until nothing that it began can still be accepted, by any clock', () => {
    expect(bounds).toEqual({
      ...{
        permitTtlMs: 2_000,
        recvWindowMs: 1_000,
        aheadMs: 1_000,
        clockErrorMs: MAX_CLOCK_ERROR_MS,
        marginMs: 250,
      },
    });
    expect(membershipMs(bounds)).toBe(4_000);
    expect(membershipMs(stopBounds(5_000))).toBe(8_000);
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
    expect(after(...cancelling, listed(2, 2)).phase).toBe('CANCELLING');
    const tried: StopStep[] = [...cancelling, listed(2, 3)];
    expect(after(...tried).phase).toBe('INCOMPLETE');
    expect(after(...tried, listed(0, 0)).phase).toBe('VERIFIED_ZERO');
  });

  it('takes the claim back when an order shows up after the verification', () => {
    for (const rounds of [0, 2])
      expect(after(...verified, listed(1, rounds))).toEqual({
        phase: 'CANCELLING',
        phases: { requested: 0, blocked: 1, drained: 2, cancelling: 3, verified: null },
      });
    for (const before of [after(...verified), { ...flattening, phase: 'INCOMPLETE' as const }])
      expect(advance(before, listed(1, 3), 5)).toMatchObject({
        phase: 'INCOMPLETE',
        phases: { cancelling: 3, verified: null },
      });
  });

  it.each<[string, readonly StopStep[], StopStep]>([
    ['the drain of what is not blocked', [], { kind: 'drained' }],
    ['cancelling before the drain', [{ kind: 'blocked' }], { kind: 'cancelling' }],
    ['a second block', drained, { kind: 'blocked' }],
    ['a second drain', cancelling, { kind: 'drained' }],
    ['cancelling again', verified, { kind: 'cancelling' }],
    ['a list before cancelling', drained, listed(0, 0)],
    ['a list with orders left, in good time', cancelling, listed(1, 2)],
    ['a list with orders left, once it is INCOMPLETE', [...cancelling, listed(1, 3)], listed(1, 4)],
    ['a second empty list', verified, listed(0, 1)],
  ])('stays as it is at %s', (_what, before, step) => {
    const way = after(...before);
    expect(advance(way, step, 99)).toBe(way);
  });

  it('stays as it is at an empty list while it flattens', () => {
    expect(advance(flattening, listed(0, 0), 99)).toBe(flattening);
  });

  const REACHED = {
    blocked: after({ kind: 'blocked' }),
    drained: after(...drained),
    cancelling: after(...cancelling),
    verified: after(...verified),
    flattening,
    flat: { ...flattening, phase: 'VERIFIED_FLAT' as const },
  };

  it.each<[boolean, boolean, keyof typeof REACHED, boolean]>([
    [false, false, 'blocked', false],
    [false, false, 'drained', true],
    [true, false, 'drained', false],
    [true, false, 'cancelling', false],
    [true, false, 'verified', true],
    [true, false, 'flattening', true],
    [true, true, 'verified', false],
    [true, true, 'flattening', false],
    [true, true, 'flat', true],
    [false, true, 'drained', false],
    [false, true, 'flat', true],
  ])('asked to cancel: %s, to flatten: %s, is done when %s: %s', (cancelOpenOrders, flatten, reached, is) => {
    expect(isVerified(REACHED[reached], { cancelOpenOrders, flatten })).toBe(is);
  });

  const anyStep: fc.Arbitrary<StopStep> = fc.oneof(
    fc.constantFrom<StopStep>({ kind: 'blocked' }, { kind: 'drained' }, { kind: 'cancelling' }),
    fc.record({
      kind: fc.constant('listed' as const),
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
