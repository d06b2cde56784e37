import { BothSides, KnownOrder, brokenInvariants } from './invariants';
import { LoggedOrder } from './rehearsal-system';

const there = (
  clientOrderId: string,
  change: Partial<LoggedOrder['order']> = {},
  filled = '0.02',
): LoggedOrder => ({
  order: {
    ...{ clientOrderId, symbol: 'ETHUSDT', side: 'BUY', status: 'FILLED', executedQty: filled },
    ...change,
  },
  fills: filled === '0' ? [] : [{ quantity: filled }],
});
const here = (clientOrderId: string, change: Partial<KnownOrder> = {}): KnownOrder => ({
  clientOrderId,
  type: 'MARKET',
  status: 'FILLED',
  filledQuantity: '0.02',
  ...change,
});
const HELD = [{ symbol: 'ETHUSDT', quantity: '0.020' }];
const agreeing: BothSides = { theirs: [there('r.1.a')], known: [here('r.1.a')], held: HELD };
const broken = (change: Partial<BothSides>): readonly string[] =>
  brokenInvariants({ ...agreeing, ...change }, (id) => id.startsWith('r.'));

describe('the invariants of a rehearsal', () => {
  it('hold where both sides agree, whatever the exchange did by itself', () => {
    expect(broken({})).toEqual([]);
    const liquidated = there('autoclose-1', { side: 'SELL' });
    expect(broken({ theirs: [there('r.1.a'), liquidated], held: [] })).toEqual([]);
  });

  it('hold for a denied order, and for a conditional one that waits in another list', () => {
    const denied = here('r.2.a', { status: 'DENIED', filledQuantity: '0' });
    const stop = here('b.a.1.1.1.s', { type: 'STOP_MARKET', status: 'NEW', filledQuantity: '0' });
    expect(broken({ known: [here('r.1.a'), denied, stop] })).toEqual([]);
  });

  it.each<[string, Partial<BothSides>, string]>([
    [
      'an order twice',
      { theirs: [there('r.1.a'), there('r.1.a')], held: [{ symbol: 'ETHUSDT', quantity: '0.04' }] },
      'r.1.a is at the exchange twice',
    ],
    ['one without a record', { known: [] }, 'r.1.a is at the exchange, and Elvis has no record of it'],
    [
      'another filled quantity',
      { known: [here('r.1.a', { status: 'PARTIALLY_FILLED', filledQuantity: '0.01' })] },
      'r.1.a is PARTIALLY_FILLED 0.01 here and FILLED 0.02 there',
    ],
    [
      'an order that only we know',
      { known: [here('r.1.a'), here('r.1.b')] },
      'r.1.b is FILLED here, and the exchange has no such order',
    ],
    [
      'an unknown outcome',
      { known: [here('r.1.a'), here('r.1.c', { status: 'UNKNOWN', filledQuantity: '0' })] },
      'r.1.c is left UNKNOWN',
    ],
    ['another position', { held: [] }, 'ETHUSDT: fills come to 0.02, and 0 is held'],
  ])('name %s', (_, change, text) => {
    expect(broken(change)).toEqual([text]);
  });
});
