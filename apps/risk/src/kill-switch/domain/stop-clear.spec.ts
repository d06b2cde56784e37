import { TradingFailure } from '@elvis/trading';
import { OpenStop, PendingClear } from './halt-record';
import { CONFIRM_WITHIN_MS, ClearWish, StopStanding, confirmed, requireClearable } from './stop-clear';

const stop = (change: Partial<OpenStop> = {}): OpenStop => ({
  stopId: 's1',
  scope: { type: 'global' },
  state: 'HALTED',
  actor: 'operator',
  remoteIp: null,
  reason: 'because',
  epoch: 4,
  activatedAtMs: 0,
  cancelOpenOrders: true,
  flatten: false,
  ...change,
});
const VERIFIED: StopStanding = { phase: 'VERIFIED_ZERO', isVerified: true };
const LASTING: StopStanding = { ...VERIFIED, lasts: 'no price of BTCUSDT' };
const UNDER_WAY: StopStanding = { phase: 'CANCELLING', isVerified: false };

function failureOf(stops: readonly OpenStop[], wish: Partial<ClearWish>, standing = VERIFIED): unknown {
  try {
    requireClearable(stops, { actor: 'operator', ...wish }, () => standing);
    return 'cleared';
  } catch (error) {
    const { code, message, context } = error as TradingFailure;
    return { code, message, context };
  }
}

describe('a clear', () => {
  it.each`
    title                                          | stops                            | wish                                      | standing     | outcome
    ${'ends what is verified'}                     | ${[stop()]}                      | ${{}}                                     | ${VERIFIED}  | ${'cleared'}
    ${'ends what its sender has seen'}             | ${[stop()]}                      | ${{ epoch: 4 }}                           | ${VERIFIED}  | ${'cleared'}
    ${'does not end what its sender has not seen'} | ${[stop()]}                      | ${{ epoch: 3 }}                           | ${VERIFIED}  | ${'STOP_NEWER_THAN_CLEAR'}
    ${'not even by force'}                         | ${[stop()]}                      | ${{ epoch: 3, force: true, reason: 'x' }} | ${VERIFIED}  | ${'STOP_NEWER_THAN_CLEAR'}
    ${'does not end what is under way'}            | ${[stop()]}                      | ${{}}                                     | ${UNDER_WAY} | ${'STOP_NOT_VERIFIED'}
    ${'ends it by force, with a reason'}           | ${[stop()]}                      | ${{ force: true, reason: 'x' }}           | ${UNDER_WAY} | ${'cleared'}
    ${'not by force without one'}                  | ${[stop()]}                      | ${{ force: true }}                        | ${UNDER_WAY} | ${'STOP_NOT_VERIFIED'}
    ${'not by a reason alone'}                     | ${[stop()]}                      | ${{ reason: 'x' }}                        | ${UNDER_WAY} | ${'STOP_NOT_VERIFIED'}
    ${'ends REDUCING at any time'}                 | ${[stop({ state: 'REDUCING' })]} | ${{}}                                     | ${UNDER_WAY} | ${'cleared'}
    ${'does not end what still holds'}             | ${[stop()]}                      | ${{}}                                     | ${LASTING}   | ${'STOP_CONDITION_LASTS'}
    ${'not in REDUCING either'}                    | ${[stop({ state: 'REDUCING' })]} | ${{}}                                     | ${LASTING}   | ${'STOP_CONDITION_LASTS'}
    ${'ends it by force, with a reason'}           | ${[stop()]}                      | ${{ force: true, reason: 'x' }}           | ${LASTING}   | ${'cleared'}
    ${'ends nothing where nothing stands'}         | ${[]}                            | ${{}}                                     | ${UNDER_WAY} | ${'cleared'}
  `('$title', ({ stops, wish, standing, outcome }) => {
    const found = failureOf(stops, wish, standing) as { code?: string };
    expect(found.code ?? found).toBe(outcome);
  });

  it('says which stops are newer', () => {
    const stops = [stop({ stopId: 'old', epoch: 2 }), stop({ stopId: 'new', epoch: 9 })];
    expect(failureOf(stops, { epoch: 2 })).toEqual({
      code: 'STOP_NEWER_THAN_CLEAR',
      message:
        'A stop newer than the given epoch is active; nothing was cleared. Read the status, then clear with the newest epoch',
      context: { stops: [{ stopId: 'new', epoch: 9 }] },
    });
  });

  it('says which stops are unfinished, and how far they are', () => {
    expect(failureOf([stop(), stop({ stopId: 's2', state: 'REDUCING' })], {}, UNDER_WAY)).toEqual({
      code: 'STOP_NOT_VERIFIED',
      message:
        'A stop is not verified as complete yet; nothing was cleared. Wait, or force the clear with a reason',
      context: { stops: [{ stopId: 's1', phase: 'CANCELLING' }] },
    });
    expect(failureOf([stop()], { force: true }, UNDER_WAY)).toMatchObject({
      message: 'A stop is not verified as complete yet; nothing was cleared. A forced clear needs a reason',
    });
  });
});

describe('what still holds', () => {
  it('is told with the stop that it tripped', () => {
    expect(failureOf([stop({ actor: 'auto:stale-market' })], {}, LASTING)).toEqual({
      code: 'STOP_CONDITION_LASTS',
      message:
        'The cause of an automatic stop still applies; nothing was cleared. Fix it, or force the clear with a reason',
      context: { stops: [{ stopId: 's1', actor: 'auto:stale-market', condition: 'no price of BTCUSDT' }] },
    });
  });
});

describe('a clear by two persons', () => {
  const ann = ['user:ann'];
  const bob = ['user:bob'];
  const stops = [{ stopId: 's1', epoch: 1 }];
  const pending = { actor: 'user:ann', persons: ann, reason: 'x', stops, untilMs: 100 };
  const unnamed = { ...pending, actor: 'key:environment', persons: ['key:environment'] };

  it.each`
    first      | actor                | persons                        | atMs   | ends         | because
    ${pending} | ${'user:bob'}        | ${bob}                         | ${99}  | ${stops}     | ${'another person confirms in time'}
    ${pending} | ${'user:bob'}        | ${bob}                         | ${100} | ${undefined} | ${'it is too late'}
    ${pending} | ${'user:ann'}        | ${ann}                         | ${99}  | ${undefined} | ${'nobody confirms himself'}
    ${pending} | ${'key:1'}           | ${ann}                         | ${99}  | ${undefined} | ${'it is a key of the same person'}
    ${pending} | ${'key:1'}           | ${bob}                         | ${99}  | ${stops}     | ${'it is a key of another person'}
    ${pending} | ${'key:1'}           | ${[...bob, ...ann]}            | ${99}  | ${undefined} | ${'the first made the key for the other'}
    ${pending} | ${'key:1'}           | ${[...bob, 'key:environment']} | ${99}  | ${undefined} | ${'whoever made the key is not known'}
    ${pending} | ${'key:environment'} | ${['key:environment']}         | ${99}  | ${undefined} | ${'nobody knows who holds the key'}
    ${pending} | ${'someone'}         | ${undefined}                   | ${99}  | ${undefined} | ${'nobody is named at all'}
    ${unnamed} | ${'user:bob'}        | ${bob}                         | ${99}  | ${stops}     | ${'a named person confirms what the key began'}
    ${unnamed} | ${'key:1'}           | ${['key:environment']}         | ${99}  | ${undefined} | ${'the key that began made this one'}
  `('of $first.actor, confirmed by $actor at $atMs: $because', ({ first, actor, persons, atMs, ends }) => {
    expect(confirmed(first as PendingClear, { actor, persons }, atMs as number)).toBe(ends);
  });

  it('ends nothing where nobody began, and waits ten minutes', () => {
    expect(confirmed(undefined, { actor: 'user:bob', persons: bob }, 0)).toBeUndefined();
    expect(CONFIRM_WITHIN_MS).toBe(10 * 60 * 1_000);
  });
});
