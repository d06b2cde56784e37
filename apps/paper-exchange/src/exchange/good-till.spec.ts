/** Orders whose end is a date, and triggers that wait until mark and last price agree. */
import { AlgoRequest, OrderRequest } from '@elvis/simulation';
import { openPaper } from '../../test/open-paper';

const NOW = 1_800_000_000_000;
const MINUTE = 60_000;

const LIMIT: OrderRequest = {
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  positionSide: undefined,
  timeInForce: 'GTD',
  quantity: '0.002',
  price: '60000',
  reduceOnly: undefined,
  clientOrderId: undefined,
  priceMatch: undefined,
  selfTradePrevention: undefined,
  goodTillDate: String(NOW + 11 * MINUTE),
};

const open = async () => {
  const { exchange, clock } = await openPaper(NOW, { SYMBOLS: 'BTCUSDT', PAPER_MARKET: 'synthetic' });
  const account = exchange.futures.exchange.accounts.get('elvis')!;
  const pass = (until: number): void => {
    clock.advanceTo(until);
    exchange.advance();
  };
  return { exchange, account, pass };
};

it('ends an order at its date and not before', async () => {
  const { exchange, account, pass } = await open();
  const order = exchange.futures.exchange.place(account, LIMIT, NOW);
  pass(NOW + 10 * MINUTE);
  expect(order.status).toBe('NEW');
  pass(NOW + 11 * MINUTE + 1_000);
  expect([order.status, account.openOrders().length]).toEqual(['EXPIRED', 0]);
});

it.each`
  priceProtect | status
  ${'true'}    | ${'NEW'}
  ${'false'}   | ${'FINISHED'}
`(
  'with the mark price far from the last one a stop protected $priceProtect is $status',
  async ({ priceProtect, status }) => {
    const { exchange, account, pass } = await open();
    const stop: AlgoRequest = {
      ...LIMIT,
      side: 'SELL',
      type: 'STOP_MARKET',
      timeInForce: undefined,
      price: undefined,
      goodTillDate: undefined,
      triggerPrice: '50000',
      workingType: 'CONTRACT_PRICE',
      closePosition: undefined,
      priceProtect: priceProtect as string,
      activatePrice: undefined,
      callbackRate: undefined,
    };
    pass(NOW + 2_000);
    const order = exchange.futures.algos.place(account, stop, NOW + 2_000);
    const { market } = exchange.futures.exchange.symbol('BTCUSDT');
    // One trade far below, while the book and the mark price stay.
    market.recordTrade(4_900_000, 1, true, NOW + 2_001);
    exchange.futures.algos.look(NOW + 2_001);
    expect(order.status).toBe(status);
  },
);
