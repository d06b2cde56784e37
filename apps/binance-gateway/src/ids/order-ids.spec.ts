import { CLIENT_ORDER_ID_PATTERN } from '@elvis/trading';
import fc from 'fast-check';
import { FrontRefusal } from '../words/front-refusal';
import { checkedClientId, drawnClientId, exchangeClientId } from './order-ids';

const owner = { keyId: 'b0c0ffee-0000-4000-8000-000000000001', market: 'futures' } as const;
const characters = '.ABCXYZ:/abcxyz0189_-'.split('');
const anyId = fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength: 36 });

describe('the id of an order at the exchange', () => {
  it('is one that the exchange takes and no bot of Elvis has, whatever the bot named its order', () => {
    fc.assert(
      fc.property(anyId, fc.nat(1_000), (id, generation) => {
        const sent = exchangeClientId(owner, id, generation);
        expect(sent).toMatch(CLIENT_ORDER_ID_PATTERN);
        expect(sent).toMatch(/^(e-|x-)/);
        expect(exchangeClientId(owner, id, generation)).toBe(sent);
      }),
    );
  });

  it('differs by key, market, id and generation', () => {
    const ids = [
      exchangeClientId(owner, 'order-1'),
      exchangeClientId({ ...owner, keyId: 'another' }, 'order-1'),
      exchangeClientId({ ...owner, market: 'spot' }, 'order-1'),
      exchangeClientId(owner, 'order-2'),
      exchangeClientId(owner, 'order-1', 1),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each`
    client          | id                                      | prefix
    ${'ccxt'}       | ${'x-xcKtGhcu0123456789abcdef012345'}   | ${'x-xcKtGhcu'}
    ${'nautilus'}   | ${'x-aHRE4BCj-O-20260101-000000-001-1'} | ${'x-aHRE4BCj-'}
    ${'hummingbot'} | ${'x-nbQe1H39BBTUT5a1b2c3d4e5f6071'}    | ${'x-nbQe1H39'}
    ${'a bot'}      | ${'order-1'}                            | ${'e-'}
  `('keeps the prefix of the broker: $client', ({ id, prefix }: { id: string; prefix: string }) => {
    const sent = exchangeClientId(owner, id);
    expect(sent).toHaveLength(prefix.length + 22);
    expect(sent.startsWith(prefix)).toBe(true);
  });

  it('is drawn from the signature where the bot names none', () => {
    expect(drawnClientId(owner, 'abc')).toBe(drawnClientId(owner, 'abc'));
    expect(drawnClientId(owner, 'abc')).not.toBe(drawnClientId(owner, 'abd'));
    expect(drawnClientId(owner, 'abc', 1)).not.toBe(drawnClientId(owner, 'abc'));
    expect(drawnClientId(owner, 'abc')).toMatch(CLIENT_ORDER_ID_PATTERN);
  });

  it.each(['autoclose-1', 'adl_autoclose', 'settlement_autoclose-1', '', 'a'.repeat(37), 'with blank'])(
    'cannot be one that is not a client order id: %p',
    (id) => {
      expect(() => checkedClientId(id)).toThrow(FrontRefusal);
    },
  );
});
