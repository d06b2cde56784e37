import { OrderBookChange, OrderBookEvent } from '@elvis/coinbase';
import { Arrival, ProductQuote } from './product-quote';

const arrival = (sequence: number): Arrival => ({ sequence, timeMs: 1, receivedAtMs: sequence, excessMs: 0 });
const book = (
  isSnapshot: boolean,
  ...changes: readonly (readonly ['bid' | 'ask', string, string])[]
): OrderBookEvent => ({
  ...{ kind: 'book', product: 'BTC-USD', isSnapshot },
  changes: changes.map(([side, price, quantity]): OrderBookChange => ({ side, price, quantity })),
});
const SNAPSHOT = book(true, ['bid', '100.00', '1'], ['bid', '99.50', '2'], ['ask', '101.00', '1']);

describe('what is known of a product', () => {
  it('is nothing before its first snapshot, whatever changes', () => {
    const quote = new ProductQuote();
    expect(quote.apply(book(false, ['bid', '100', '1'], ['ask', '101', '1']), arrival(1))).toBe(true);
    expect(quote.top()).toBeUndefined();
  });

  it('is the best of each side, with the last price and the arrival of the newest change of the book', () => {
    const quote = new ProductQuote();
    quote.apply(SNAPSHOT, arrival(1));
    expect(quote.top()).toEqual({ ...arrival(1), bid: '100.00', ask: '101.00', last: null });
    quote.apply({ kind: 'last', product: 'BTC-USD', price: '100.70' }, arrival(2));
    quote.apply(book(false, ['bid', '100.00', '0'], ['ask', '100.90', '0.5']), arrival(3));
    quote.apply({ kind: 'last', product: 'BTC-USD', price: '100.80' }, arrival(4));
    expect(quote.top()).toEqual({ ...arrival(3), bid: '99.50', ask: '100.90', last: '100.80' });
  });

  it('begins anew with each snapshot, and with nothing once it is forgotten', () => {
    const quote = new ProductQuote();
    quote.apply(SNAPSHOT, arrival(1));
    quote.apply(book(true, ['bid', '90', '1'], ['ask', '91', '1']), arrival(2));
    expect(quote.top()).toMatchObject({ bid: '90', ask: '91' });
    quote.forget();
    expect(quote.top()).toBeUndefined();
  });

  it('is nothing while a side of its book is empty, or the venue does not trade it', () => {
    const quote = new ProductQuote();
    quote.apply(SNAPSHOT, arrival(1));
    quote.apply(book(false, ['ask', '101.00', '0']), arrival(2));
    expect(quote.top()).toBeUndefined();
    quote.apply(book(false, ['ask', '101.00', '3']), arrival(3));
    expect(quote.top()).toBeDefined();
    quote.apply({ kind: 'status', product: 'BTC-USD', isOnline: false }, arrival(4));
    expect(quote.top()).toBeUndefined();
    quote.apply({ kind: 'status', product: 'BTC-USD', isOnline: true }, arrival(5));
    expect(quote.top()).toBeDefined();
  });

  it('says so when the book crosses, which no book of a venue does', () => {
    const quote = new ProductQuote();
    quote.apply(SNAPSHOT, arrival(1));
    expect(quote.apply(book(false, ['bid', '100.99', '1']), arrival(2))).toBe(true);
    expect(quote.apply(book(false, ['bid', '101.00', '1']), arrival(3))).toBe(false);
  });
});
