import { type Draft, fieldsOf, readDraft, typesOf } from './ticket-rules';

const draft = (change: Partial<Draft> = {}): Draft => ({
  market: 'futures',
  symbol: 'BTCUSDT',
  side: 'BUY',
  type: 'LIMIT',
  quantity: '0,010',
  price: '57000.1',
  stopPrice: '',
  callbackRate: '',
  timeInForce: 'GTC',
  reduceOnly: false,
  closePosition: false,
  ...change,
});

describe('a ticket', () => {
  it('is an order of text amounts, with what its type has and nothing else', () => {
    expect(readDraft(draft({ stopPrice: '1', callbackRate: '2' }))).toEqual({
      order: {
        market: 'futures',
        symbol: 'BTCUSDT',
        side: 'BUY',
        type: 'LIMIT',
        quantity: '0.010',
        price: '57000.1',
        timeInForce: 'GTC',
      },
    });
    expect(readDraft(draft({ type: 'MARKET', reduceOnly: true }))).toEqual({
      order: {
        market: 'futures',
        symbol: 'BTCUSDT',
        side: 'BUY',
        type: 'MARKET',
        quantity: '0.010',
        reduceOnly: true,
      },
    });
  });

  it('names the fields that are no amount above zero', () => {
    expect(readDraft(draft({ quantity: '0', price: '' }))).toEqual({ wrong: ['quantity', 'price'] });
    expect(readDraft(draft({ type: 'STOP', stopPrice: 'much' }))).toEqual({ wrong: ['stopPrice'] });
  });

  it('lets a trailing stop begin at once, but not without its rate', () => {
    expect(readDraft(draft({ type: 'TRAILING_STOP_MARKET', callbackRate: '1.5' }))).toMatchObject({
      order: { callbackRate: '1.5' },
    });
    expect(readDraft(draft({ type: 'TRAILING_STOP_MARKET' }))).toEqual({ wrong: ['callbackRate'] });
  });

  it('closes a position or reduces it, not both: the exchange takes one of them', () => {
    const stop = readDraft(
      draft({ type: 'STOP_MARKET', stopPrice: '5', reduceOnly: true, closePosition: true }),
    );
    expect(stop).toMatchObject({ order: { closePosition: true } });
    expect(stop).not.toMatchObject({ order: { reduceOnly: true } });
  });

  it('offers on spot neither reduce-only nor triggers of futures', () => {
    expect(typesOf('spot')).toEqual([
      'MARKET',
      'LIMIT',
      'LIMIT_MAKER',
      'STOP_LOSS_LIMIT',
      'TAKE_PROFIT_LIMIT',
    ]);
    expect(typesOf('spot').flatMap((type) => fieldsOf('spot', type))).not.toContain('reduceOnly');
  });
});
