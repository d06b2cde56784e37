import { WorkingOrder } from '../../venue-orders';
import { outcomesOf } from './futures-outcomes';

describe('what became of many orders', () => {
  const order = (exchangeOrderId: string, status: WorkingOrder['status'] = 'NEW'): WorkingOrder => ({
    ...{ clientOrderId: `c-${exchangeOrderId}`, exchangeOrderId, status, symbol: 'BTCUSDT' },
    ...{ side: 'BUY', type: 'LIMIT', filledQuantity: '0' },
  });
  const range = (from: number, count: number, prefix = ''): WorkingOrder[] =>
    Array.from({ length: count }, (_, place) => order(`${prefix}${from + place}`));

  /** An exchange that has these orders, all canceled, and counts what it is asked. */
  const asking = (known: readonly WorkingOrder[], pageSize = 1_000) => {
    const calls = { plain: [] as string[], conditional: [] as string[], single: [] as string[] };
    const canceled = known.map((one): WorkingOrder => ({ ...one, status: 'CANCELED' }));
    const page = (prefix: string, from: string): WorkingOrder[] =>
      canceled
        .filter(({ exchangeOrderId }) => exchangeOrderId.startsWith('algo:') === (prefix !== ''))
        .filter(({ exchangeOrderId }) => Number(exchangeOrderId.replace(prefix, '')) >= Number(from))
        .slice(0, pageSize);
    return {
      calls,
      plain: (from: string) => {
        calls.plain.push(from);
        return Promise.resolve(page('', from));
      },
      conditional: (from: string) => {
        calls.conditional.push(from);
        return Promise.resolve(page('algo:', from));
      },
      single: ({ exchangeOrderId }: WorkingOrder) => {
        calls.single.push(exchangeOrderId);
        return Promise.resolve(canceled.find((one) => one.exchangeOrderId === exchangeOrderId));
      },
    };
  };

  it('is read from one page from the oldest order on', async () => {
    const orders = range(100, 200);
    const exchange = asking(orders);
    const found = await outcomesOf([...orders].reverse(), exchange);
    expect([...found.values()].every(({ status }) => status === 'CANCELED')).toBe(true);
    expect([found.size, exchange.calls]).toEqual([200, { plain: ['100'], conditional: [], single: [] }]);
  });

  it('is asked singly for a few orders, which weigh less than a page', async () => {
    const orders = range(100, 4);
    const exchange = asking(orders);
    expect((await outcomesOf(orders, exchange)).size).toBe(4);
    expect(exchange.calls).toEqual({ plain: [], conditional: [], single: ['100', '101', '102', '103'] });
  });

  it('takes conditional orders from a list of their own', async () => {
    const orders = [...range(7, 5, 'algo:'), ...range(100, 5)];
    const exchange = asking(orders);
    expect((await outcomesOf(orders, exchange)).size).toBe(10);
    expect(exchange.calls).toEqual({ plain: ['100'], conditional: ['7'], single: [] });
  });

  it('reads on while a page explains enough, and asks singly where many others lie between', async () => {
    const old = order('1');
    const recent = range(10_000, 8);
    const exchange = asking([old, ...range(2, 50), ...recent], 20);
    expect((await outcomesOf([old, ...recent], exchange)).size).toBe(9);
    expect(exchange.calls.plain).toEqual(['1']);
    expect(exchange.calls.single).toHaveLength(8);
  });

  it('is left out for orders that the exchange knows no more', async () => {
    const orders = range(100, 6);
    const found = await outcomesOf(orders, asking(orders.slice(1)));
    expect([...found.keys()]).toEqual(['c-101', 'c-102', 'c-103', 'c-104', 'c-105']);
  });
});
