/** The exchange's price against another venue's: what is refused, what is not known, and who is let through anyway. */
import fc from 'fast-check';
import { Refusal } from '@elvis/trading';
import { codeOf, d, denialBy, market, order } from '../../../test/a-case';
import { ReferenceFact } from '../../order/check';
import { checkVenueDivergence } from './venue-divergence';

const denial = denialBy(checkVenueDivergence);
const symbol = 'BTCUSDT';
const venue = 'coinbase';
const ON = { maxVenueDivergence: d('0.005') };

const reference = (divergence: string, change: Partial<ReferenceFact> = {}): ReferenceFact => ({
  venue,
  price: d('59970'),
  ageMs: 120,
  lacks: '',
  compared: { price: d('60000'), ageMs: 80, divergence: d(divergence) },
  ...change,
});

describe('the divergence from the reference venue', () => {
  it.each([['0'], ['0.005'], ['-0.005']])('of %s opens orders under a limit of 0.005', (divergence) => {
    expect(denial(order(), { reference: reference(divergence) }, ON)).toBeUndefined();
  });

  it.each([['0.005000001'], ['-0.005000001'], ['0.3']])(
    'of %s refuses what may open, with both prices and both ages',
    (divergence) => {
      const refusal: Refusal = {
        code: 'VENUE_DIVERGENCE_ABOVE_MAXIMUM',
        context: {
          ...{ symbol, divergence, maximum: '0.005', price: '60000', ageMs: '80' },
          ...{ venue, referencePrice: '59970', referenceAgeMs: '120' },
        },
      };
      const facts = { reference: reference(divergence) };
      expect(denial(order(), facts, ON)).toEqual(refusal);
      expect(denial(market({ side: 'SELL' }), facts, ON)).toEqual(refusal);
      expect(denial(order({ market: 'spot' }), facts, ON)).toEqual(refusal);
    },
  );

  it.each([
    ['is sent reduce-only', order({ side: 'SELL', reduceOnly: true })],
    ['sells on spot what is owned', order({ market: 'spot', side: 'SELL' })],
  ])('lets pass what %s, whatever is known', (_what, checked) => {
    expect(denial(checked, { reference: reference('0.3') }, ON)).toBeUndefined();
    expect(denial(checked, { reference: undefined }, ON)).toBeUndefined();
    expect(denial(checked, { reference: reference('0', { ageMs: 9e9 }) }, ON)).toBeUndefined();
  });

  it('is not asked for where the limit is off', () => {
    const off = { maxVenueDivergence: undefined };
    expect(denial(order(), { reference: reference('0.3') }, off)).toBeUndefined();
    expect(denial(order(), { reference: undefined }, off)).toBeUndefined();
  });

  const old = { price: d('60000'), ageMs: 3_001, divergence: d('0') };
  it.each<[string, ReferenceFact | undefined, Refusal]>([
    [
      'no reference has come',
      undefined,
      { code: 'REFERENCE_MISSING', context: { symbol, why: 'no reference price of this symbol has come' } },
    ],
    [
      'it was not compared',
      reference('0', { compared: undefined, lacks: 'it is young' }),
      { code: 'REFERENCE_MISSING', context: { symbol, venue, why: 'it is young' } },
    ],
    [
      'the reference is old',
      reference('0.3', { ageMs: 3_001 }),
      { code: 'REFERENCE_STALE', context: { symbol, venue, ageMs: '3001', maximumMs: '3000' } },
    ],
    [
      'the exchange’s own book is old',
      reference('0', { compared: old }),
      { code: 'BOOK_STALE', context: { symbol, ageMs: '3001', maximumMs: '3000' } },
    ],
  ])('is not judged where %s, which is no denial', (_what, fact, refusal) => {
    expect(denial(order(), { reference: fact }, ON)).toEqual(refusal);
  });

  it('takes ages of just the maximum, and any age where none is set', () => {
    const compared = { ...old, ageMs: 3_000 };
    expect(denial(order(), { reference: reference('0', { ageMs: 3_000, compared }) }, ON)).toBeUndefined();
    const ancient = reference('0', { ageMs: 9e9, compared: { ...old, ageMs: 9e9 } });
    expect(denial(order(), { reference: ancient }, { ...ON, maxPriceAgeMs: undefined })).toBeUndefined();
  });

  it('is one of the checks that every order passes', () => {
    expect(codeOf(order(), { reference: reference('0.3') }, ON)).toBe('VENUE_DIVERGENCE_ABOVE_MAXIMUM');
    expect(codeOf(order({ reduceOnly: true }), { reference: reference('0.3') }, ON)).toBe('APPROVED');
    expect(codeOf(order(), {}, ON)).toBe('REFERENCE_MISSING');
    expect(codeOf(order())).toBe('APPROVED');
  });

  it('opens an order exactly where it is no further than the limit, to either side', () => {
    const ppb = fc.integer({ min: -1_000_000_000, max: 1_000_000_000 });
    fc.assert(
      fc.property(ppb, fc.integer({ min: 1, max: 1_000_000_000 }), (divergence, maximum) => {
        const fact = reference(d(`${divergence}`).div(1e9).toFixed());
        const limits = { maxVenueDivergence: d(`${maximum}`).div(1e9) };
        expect(denial(order(), { reference: fact }, limits) === undefined).toBe(
          Math.abs(divergence) <= maximum,
        );
      }),
    );
  });
});
