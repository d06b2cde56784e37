import { FuturesAccount, Order, OrderRequest } from '@elvis/simulation';
import { opened } from '@elvis/testing';
import { openPaper } from '../../test/open-paper';

const NOW = 1_800_000_000_000;
const NOTHING: OrderRequest = {
  ...{ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', quantity: '0.005', timeInForce: 'GTC' },
  ...{ price: undefined, positionSide: undefined, reduceOnly: undefined, clientOrderId: undefined },
  ...{ priceMatch: undefined, selfTradePrevention: undefined, goodTillDate: undefined },
};
const AT_ANY_PRICE: Partial<OrderRequest> = { type: 'MARKET', price: undefined, timeInForce: undefined };

describe('an order of futures', () => {
  const paper = opened(
    async () => (await openPaper(NOW)).exchange,
    () => undefined,
  );

  beforeEach(() => paper.reset('elvis'));

  const elvis = (): FuturesAccount => paper.futures.exchange.accounts.get('elvis')!;
  const market = () => paper.futures.exchange.symbols.get('BTCUSDT')!.market;
  /** So many ticks from the best price on that side; above zero is away from the middle. */
  const at = (side: 'BUY' | 'SELL', ticksAway: number): string => {
    const best = market().best(side)!;
    const { step } = market().instrument.price;
    return ((best - (side === 'BUY' ? 1 : -1) * ticksAway * step) / 100).toFixed(2);
  };
  const place = (overrides: Partial<OrderRequest>): Order =>
    paper.futures.exchange.place(elvis(), { ...NOTHING, ...overrides }, NOW);
  const amend = (order: Order, overrides: Partial<OrderRequest>): Order =>
    paper.futures.exchange.amend(elvis(), order, { ...NOTHING, ...overrides }, NOW);
  const hold = (side: 'BUY' | 'SELL', quantity: string): Order => place({ side, quantity, ...AT_ANY_PRICE });

  describe('that is amended', () => {
    /** A post-only order two ticks below the best bid, and so much of it filled. */
    const partlyFilled = (units: number, timeInForce = 'GTC'): Order => {
      const order = place({ price: at('BUY', 2), timeInForce });
      market().recordTrade(order.price, order.queueAhead + units, true, NOW);
      expect(order.executed).toBe(units);
      return order;
    };

    it.each`
      quantity   | status                | because
      ${'0.001'} | ${'CANCELED'}         | ${'it is less than what is filled'}
      ${'0.003'} | ${'CANCELED'}         | ${'it is what is filled'}
      ${'0.004'} | ${'PARTIALLY_FILLED'} | ${'it is more than what is filled'}
      ${'0.006'} | ${'PARTIALLY_FILLED'} | ${'it is more than before'}
    `('to $quantity with 0.003 filled, is $status: $because', ({ quantity, status }) => {
      const order = partlyFilled(3);
      const price = (order.price / 100).toFixed(2);
      expect(amend(order, { quantity: quantity as string, price })).toMatchObject({ status, executed: 3 });
      expect(order.resting).toBe(status !== 'CANCELED');
      expect(elvis().openOrders('BTCUSDT')).toEqual(status === 'CANCELED' ? [] : [order]);
      expect(elvis().settings('BTCUSDT').bids > 0n).toBe(status !== 'CANCELED');
    });

    it.each([0, 3])('post-only to a price at which it would take, is canceled with %i filled', (filled) => {
      const order =
        filled === 0 ? place({ price: at('BUY', 2), timeInForce: 'GTX' }) : partlyFilled(3, 'GTX');
      const canceled = amend(order, { price: at('SELL', 0) });
      expect(canceled).toMatchObject({ status: 'CANCELED', executed: filled, resting: false });
      expect(elvis().openOrders('BTCUSDT')).toEqual([]);
      expect(elvis().settings('BTCUSDT').bids).toBe(0n);
    });

    it('post-only to a price at which it rests, rests there', () => {
      const order = place({ price: at('BUY', 2), timeInForce: 'GTX' });
      expect(amend(order, { price: at('BUY', 1) })).toMatchObject({ status: 'NEW', resting: true });
    });
  });

  describe('that may only reduce', () => {
    const refused = expect.objectContaining({ code: -4118 }) as Error;
    const reducing = (quantity: string, overrides: Partial<OrderRequest> = {}): Order =>
      place({ side: 'SELL', quantity, price: at('SELL', 5), reduceOnly: 'true', ...overrides });

    beforeEach(() => void hold('BUY', '0.010'));

    it.each`
      resting    | quantity   | terms           | because
      ${'0.010'} | ${'0.001'} | ${{}}           | ${'what rests closes all of it already'}
      ${'0.006'} | ${'0.005'} | ${{}}           | ${'together they would turn the position'}
      ${'0.006'} | ${'0.005'} | ${AT_ANY_PRICE} | ${'a market order over part of it does no less'}
    `(
      'is refused beside $resting that rests when it is $quantity: $because',
      ({ resting, quantity, terms }: { resting: string; quantity: string; terms: Partial<OrderRequest> }) => {
        const rest = reducing(resting);
        expect(() => reducing(quantity, terms)).toThrow(refused);
        expect(elvis().openOrders('BTCUSDT')).toEqual([rest]);
      },
    );

    it('is refused beside an order that may open, too', () => {
      place({ side: 'SELL', quantity: '0.010', price: at('SELL', 5) });
      expect(() => reducing('0.001')).toThrow(refused);
    });

    it('is taken where both only lower the position', () => {
      reducing('0.006');
      expect(reducing('0.004').status).toBe('NEW');
    });

    it('is taken beside orders of the other side', () => {
      place({ side: 'BUY', quantity: '0.010', price: at('BUY', 5) });
      expect(reducing('0.010').status).toBe('NEW');
    });

    it('goes before all others as a market order over the whole position', () => {
      reducing('0.010');
      expect(reducing('0.010', AT_ANY_PRICE)).toMatchObject({ status: 'FILLED' });
      expect(elvis().openPositions()).toEqual([]);
    });

    it('is refused as before where it would open', () => {
      expect(() => place({ price: at('BUY', 5), reduceOnly: 'true' })).toThrow(
        expect.objectContaining({ code: -2022 }),
      );
    });
  });

  describe('that may only reduce, in hedge mode', () => {
    it('is taken beside what rests: nothing can turn the position', () => {
      elvis().dualSide = true;
      place({ ...AT_ANY_PRICE, quantity: '0.010', positionSide: 'LONG' });
      const sell = { side: 'SELL', positionSide: 'LONG', quantity: '0.010', price: at('SELL', 5) };
      expect([place(sell).status, place(sell).status]).toEqual(['NEW', 'NEW']);
    });
  });
});
