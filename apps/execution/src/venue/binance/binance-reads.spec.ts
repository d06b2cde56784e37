import { WorkingOrder } from '../venue-orders';
import { isBehind } from './binance-reads';

describe('an order behind trades', () => {
  const trades = [{ id: 1, orderId: 7 }];
  const shown = (clientOrderId: string): WorkingOrder => ({
    clientOrderId,
    symbol: 'BTCUSDT',
    side: 'BUY',
    type: 'LIMIT',
    exchangeOrderId: '7',
    status: 'FILLED',
    filledQuantity: '1',
  });

  it.each`
    behind       | found                | is
    ${'ours'}    | ${shown('mine')}     | ${true}
    ${'another'} | ${shown('a-person')} | ${false}
    ${'unshown'} | ${undefined}         | ${true}
  `('may be ours: $is, when the exchange shows this behind the trade: $behind', async ({ found, is }) => {
    const identify = (): Promise<WorkingOrder | undefined> =>
      Promise.resolve(found as WorkingOrder | undefined);
    expect(await isBehind(trades, 'mine', identify)).toBe(is);
  });

  it('is not ours where nothing was traded', async () => {
    expect(await isBehind([], 'mine', () => Promise.resolve(undefined))).toBe(false);
  });
});
