import { Decimal } from './decimal';
import { OrderContent } from './order';
import { canonicalOrder, isSameOrder } from './same-order';

const order: OrderContent = {
  ...{ clientOrderId: 'a', market: 'futures', symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT' },
  ...{ quantity: '1', price: '100' },
};

describe('the same order', () => {
  it.each<[string, Partial<OrderContent>]>([
    ['other zeros', { quantity: '1.00', price: '100.0' }],
    ['a time in force that it has anyway', { timeInForce: 'GTC' }],
    ['a reduceOnly of false', { reduceOnly: false }],
    ['a closePosition of false', { closePosition: false }],
  ])('may be written with %s', (_title, change) => {
    expect(isSameOrder(order, { ...order, ...change })).toBe(true);
  });

  it.each<[keyof OrderContent, Partial<OrderContent>]>([
    ['clientOrderId', { clientOrderId: 'b' }],
    ['market', { market: 'spot' }],
    ['symbol', { symbol: 'ETHUSDT' }],
    ['side', { side: 'SELL' }],
    ['type', { type: 'STOP' }],
    ['quantity', { quantity: '1.1' }],
    ['price', { price: undefined }],
    ['timeInForce', { timeInForce: 'IOC' }],
    ['reduceOnly', { reduceOnly: true }],
    ['closePosition', { closePosition: true }],
    ['stopPrice', { stopPrice: '1' }],
    ['callbackRate', { callbackRate: '1' }],
    ['workingType', { workingType: 'MARK_PRICE' }],
    ['botConfigId', { botConfigId: '00000000-0000-4000-8000-000000000000' }],
    ['positionSide', { positionSide: 'LONG' }],
  ])('has no other %s', (_name, change) => {
    expect(isSameOrder(order, { ...order, ...change })).toBe(false);
  });

  it.each(['1', '1.0', '01', '0.10', '.5', '5.', '0', '0.0', '1e3', '100', '1.05', '10.50', '0.00000001'])(
    'has %s written as the decimal writes it',
    (quantity) => {
      const written = JSON.stringify(new Decimal(quantity).toFixed());
      expect(canonicalOrder({ ...order, quantity })).toContain(`"LIMIT",${written},"100"`);
    },
  );

  it('is one line of text, which an approval signs', () => {
    expect(canonicalOrder(order)).toBe(
      '["a","futures","BTCUSDT","BUY","LIMIT","1","100","","","GTC",false,false,"",""]',
    );
    expect(canonicalOrder({ ...order, type: 'MARKET', price: undefined })).toBe(
      '["a","futures","BTCUSDT","BUY","MARKET","1","","","","",false,false,"",""]',
    );
  });
});
