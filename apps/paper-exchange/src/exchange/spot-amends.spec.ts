import { SpotOrder } from '@elvis/simulation';
import { opened } from '@elvis/testing';
import { openPaper } from '../../test/open-paper';

const NOW = 1_800_000_000_000;

describe('an amendment that keeps its place', () => {
  const exchange = opened(
    async () => (await openPaper(NOW)).exchange,
    () => undefined,
  );

  const account = (id = 'elvis') => exchange.spot.exchange.accounts.get(id)!;
  const rest = (quantity: string, id = 'elvis'): SpotOrder =>
    exchange.spot.exchange.place(
      account(id),
      {
        ...{ symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT', timeInForce: 'GTC', quantity, price: '60000' },
        ...{ quoteOrderQty: undefined, stopPrice: undefined, icebergQty: undefined },
        ...{ clientOrderId: undefined, selfTradePrevention: undefined },
      },
      NOW,
    );
  const reduce = (order: SpotOrder, quantity: string, newId?: string) => {
    const name = { symbol: 'BTCUSDT', id: order.id, clientOrderId: undefined };
    return exchange.spot.amends.reduce(account(order.account), name, quantity, newId, NOW);
  };

  it('makes the order smaller, gives its money back, and lets it stay before later ones', () => {
    const first = rest('0.004');
    const second = rest('0.001', 'other');
    const { bids, ownBids, instrument } = exchange.spot.exchange.market('BTCUSDT');
    const { from } = reduce(first, '0.002', 'smaller');
    expect(from).toMatch(/^paper/);
    expect(account().find('BTCUSDT', undefined, 'smaller')).toBe(first);
    expect(account().find('BTCUSDT', undefined, from)).toBeUndefined();
    expect(account().balance('USDT').locked).toBe(120n * 100_000_000n);
    const price = 60_000 * 10 ** instrument.priceDecimals;
    expect(ownBids.ordersAt(price)).toEqual([first, second]);
    expect(ownBids.totalAt(price)).toBe(first.quantity + second.quantity);
    expect(bids.availableAt(price)).toBe(first.queueAhead);
    for (const order of [first, second])
      exchange.spot.exchange.close(account(order.account), order, 'CANCELED', NOW);
    expect(account().balance('USDT')).toEqual({ free: 10_000n * 100_000_000n, locked: 0n });
  });

  it.each`
    quantity   | code     | message
    ${'0.005'} | ${-2038} | ${'Order amend (quantity increase) is not supported.'}
    ${'0.004'} | ${-2038} | ${'The requested action would change no state; rejecting.'}
    ${'0'}     | ${-1013} | ${'Filter failure: LOT_SIZE'}
  `('to $quantity is refused', ({ quantity, code, message }) => {
    const order = rest('0.004');
    expect(() => reduce(order, quantity as string)).toThrow(expect.objectContaining({ code, message }));
    expect(order.quantity).toBe(rest('0.004').quantity);
  });

  it('is refused the eleventh time, and for an order that is over', () => {
    const order = rest('0.03');
    for (let left = 29; left > 19; left -= 1) reduce(order, (left / 1_000).toFixed(3));
    expect(() => reduce(order, '0.001')).toThrow('Filter failure: MAX_NUM_ORDER_AMENDS');
    exchange.spot.exchange.close(account(), order, 'CANCELED', NOW);
    expect(() => reduce(order, '0.001')).toThrow('Unknown order sent.');
  });
});
