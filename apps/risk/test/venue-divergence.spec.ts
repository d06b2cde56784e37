/** The exchange's price is held against a second venue's: what strays opens nothing, and what is not known decides nothing. */
import { LimitsView, RiskDecided, riskDenied, setLimits } from '@elvis/contracts';
import { decideAgain, readCase } from '@elvis/rules';
import { TradingFailure } from '@elvis/trading';
import { opened, until } from '@elvis/testing';
import { RiskFleet, anOrder } from './risk-fleet';

const STRAYED = { divergence: '-0.0061' };
const EXIT = { side: 'SELL', type: 'MARKET', price: undefined, reduceOnly: true } as const;

describe('the reference venue', () => {
  const fleet = opened(() => RiskFleet.start({ RISK_MAX_VENUE_DIVERGENCE: '0.005' }, 2));

  beforeEach(async () => {
    fleet.facts = { mark: {}, book: {}, instrument: {}, reference: {} };
    await fleet.everyReplicaSays('NEW', () => anOrder());
  });

  const setLimit = (value: string | null): Promise<LimitsView> =>
    fleet.caller.request(setLimits, {
      ...{ actor: 'operator', reason: 'the specification' },
      limits: { RISK_MAX_VENUE_DIVERGENCE: value },
    });
  const failureOf = (): Promise<TradingFailure> =>
    fleet.submit(anOrder()).then(
      () => Promise.reject(new Error('it was answered')),
      (error: unknown) => error as TradingFailure,
    );

  it('denies what opens while the exchange strays, with both prices and both ages, and lets exits pass', async () => {
    await fleet.hold('BTCUSDT', '1');
    fleet.facts.reference = STRAYED;
    await fleet.everyReplicaSays('VENUE_DIVERGENCE_ABOVE_MAXIMUM', () => anOrder());
    const { denial } = await fleet.submit(anOrder());
    expect(denial?.context).toMatchObject({
      ...{ symbol: 'BTCUSDT', divergence: '-0.0061', maximum: '0.005' },
      ...{ price: '60000', venue: 'coinbase', referencePrice: '59970' },
      ageMs: expect.stringMatching(/^\d{1,3}$/) as unknown,
      referenceAgeMs: expect.stringMatching(/^\d{1,3}$/) as unknown,
    });
    expect(await fleet.codeOf(anOrder(EXIT))).toBe('NEW');
    await fleet.hold('BTCUSDT', '0');
  });

  it('judges a recorded denial again to the same words', async () => {
    fleet.facts.reference = STRAYED;
    await fleet.everyReplicaSays('VENUE_DIVERGENCE_ABOVE_MAXIMUM', () => anOrder());
    const order = anOrder();
    const { denial } = await fleet.submit(order);
    const told = (): RiskDecided | undefined =>
      fleet
        .eventsOf(riskDenied.type)
        .map(({ data }) => data as RiskDecided)
        .find((decided) => decided.order.clientOrderId === order.clientOrderId);
    await until(() => told() !== undefined, 'the denial is told');
    const verdict = decideAgain(readCase(told()!.order, told()!.recorded!, told()!.decidedAtMs));
    expect(verdict).toEqual({ approved: false, denial });
  });

  it.each([
    ['is old', { ageMs: 3_001 }, 'REFERENCE_STALE'],
    ['cannot be compared', { divergence: null, compared: null, why: 'it is young' }, 'REFERENCE_MISSING'],
    ['cannot be read', { bid: 'cheap' }, 'REFERENCE_MISSING'],
    [
      'was compared with an old book',
      { compared: { mid: '60000', midAgeMs: 3_001, median: '0', samples: 1 } },
      'BOOK_STALE',
    ],
  ])('that %s decides nothing: a failure to try again, and exits pass', async (_what, reference, code) => {
    await fleet.hold('BTCUSDT', '1');
    fleet.facts.reference = reference;
    await fleet.everyReplicaSays(code, () => anOrder());
    expect(await failureOf()).toMatchObject({ code, kind: 'UNAVAILABLE', retryAfterMs: 1_000 });
    expect(await fleet.codeOf(anOrder(EXIT))).toBe('NEW');
    await fleet.hold('BTCUSDT', '0');
  });

  it('that is silent grows old, and orders pass again once it is back', async () => {
    fleet.facts.reference = undefined;
    await fleet.everyReplicaSays('REFERENCE_STALE', () => anOrder());
    fleet.facts.reference = {};
    await fleet.everyReplicaSays('NEW', () => anOrder());
  });

  it('is asked for as long as the limit says so, which changes while running', async () => {
    fleet.facts.reference = STRAYED;
    await fleet.everyReplicaSays('VENUE_DIVERGENCE_ABOVE_MAXIMUM', () => anOrder());
    await setLimit('0.0061');
    await fleet.everyReplicaSays('NEW', () => anOrder());
    await setLimit('off');
    fleet.facts.reference = { ageMs: 9e6 };
    await fleet.everyReplicaSays('NEW', () => anOrder());
    await setLimit(null);
    await fleet.everyReplicaSays('REFERENCE_STALE', () => anOrder());
  });
});
