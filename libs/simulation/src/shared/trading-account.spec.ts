import { FuturesAccount } from '../futures/futures-account';
import { Order, OrderStatus } from './order';
import { SpotAccount, SpotOrder } from '../spot/spot-account';

const DAY = 86_400_000;

const order = (id: number, status: OrderStatus, more: Partial<SpotOrder> = {}): SpotOrder => ({
  id: BigInt(id),
  clientOrderId: `order-${id}`,
  account: 'a',
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  origType: 'LIMIT',
  timeInForce: 'GTC',
  positionSide: 'BOTH',
  reduceOnly: false,
  closePosition: false,
  selfTradePrevention: 'NONE',
  priceMatch: 'NONE',
  goodTillDate: 0,
  stopPrice: 0,
  time: 0,
  price: 1,
  quantity: 1,
  executed: 0,
  filledNotional: 0n,
  status,
  updateTime: 0,
  queueAhead: 0,
  resting: false,
  amendments: 0,
  reserved: 0n,
  quoteOrderQuantity: 0n,
  listId: -1,
  trailingDelta: 0,
  trailingTime: -1,
  extreme: 0,
  working: true,
  workingTime: 0,
  ...more,
});

function keep(account: { add(order: Order): void; refile(order: Order): void }, ...orders: Order[]): void {
  for (const each of orders) {
    account.add(each);
    account.refile(each);
  }
}

describe('an account', () => {
  it('forgets the oldest closed orders beyond its number, and never an open one', () => {
    const account = new FuturesAccount('a', 2);
    keep(account, order(1, 'NEW'), ...[2, 3, 4].map((id) => order(id, 'FILLED')));
    expect([...account.orders.keys()]).toEqual([1n, 3n, 4n]);
    expect(account.find('BTCUSDT', undefined, 'order-2')).toBeUndefined();
    expect(account.find('BTCUSDT', undefined, 'order-1')?.id).toBe(1n);
  });

  it('keeps so many trades and incomes that a soak ends nowhere', () => {
    const account = new FuturesAccount('a', 100);
    const trade = { id: 1, order: order(1, 'FILLED'), price: 1, quantity: 1, notional: 1n, fee: 0n };
    for (let count = 0; count < 10_000; count += 1) {
      account.addTrade({ ...trade, feeAsset: 'USDT', realized: 0n, maker: false, time: 1 });
      account.addIncome({ symbol: '', type: '', amount: 0n, info: '', time: 1, id: count, tradeId: '' });
    }
    expect(account.trades.length).toBeLessThan(150);
    expect(account.incomes.length).toBeLessThan(250);
    expect(account.incomes.at(-1)?.id).toBe(9_999);
  });

  it.each`
    market       | account                    | days
    ${'futures'} | ${new FuturesAccount('a')} | ${3}
    ${'spot'}    | ${new SpotAccount('a')}    | ${90}
  `('of $market forgets a closed order without a fill after $days days', ({ account, days }) => {
    const spot = account as SpotAccount;
    keep(spot, order(1, 'CANCELED'), order(2, 'NEW'), order(3, 'CANCELED', { executed: 1, time: DAY }));
    spot.forgetOld((days as number) * DAY);
    expect([...spot.orders.keys()]).toEqual([1n, 2n, 3n]);
    spot.forgetOld((days as number) * DAY + 1);
    expect([...spot.orders.keys()]).toEqual([2n, 3n]);
    spot.forgetOld(92 * DAY);
    expect([...spot.orders.keys()]).toEqual([2n]);
  });

  it('forgets an order list with its orders', () => {
    const account = new SpotAccount('a', 1);
    const legs = [order(1, 'FILLED', { listId: 7 }), order(2, 'EXPIRED', { listId: 7 })];
    account.lists.set(7, {
      id: 7,
      clientId: 'list',
      symbol: 'BTCUSDT',
      time: 0,
      orders: legs,
      status: 'ALL_DONE',
      kind: 'OCO',
    });
    keep(account, ...legs);
    expect(account.lists.size).toBe(0);
  });

  it('finds the newest of the orders that went by one client order id, the open one first', () => {
    const account = new FuturesAccount('a');
    const open = order(1, 'NEW', { clientOrderId: 'twice' });
    keep(account, open, order(2, 'FILLED', { clientOrderId: 'twice' }));
    expect(account.find('BTCUSDT', undefined, 'twice')?.id).toBe(1n);
    open.status = 'CANCELED';
    account.refile(open);
    expect(account.find('BTCUSDT', undefined, 'twice')?.id).toBe(2n);
  });
});
