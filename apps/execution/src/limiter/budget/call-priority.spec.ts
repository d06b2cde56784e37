import { request } from '@elvis/binance';
import { requestsOf } from '../calls/market-requests';
import { priorityOf } from './call-priority';

describe('the class of a call', () => {
  it.each(['futures', 'spot'] as const)(
    'is that of a cancel for the time of %s, by which a cancel is signed',
    (market) => {
      const cancel = request(
        market,
        'DELETE',
        market === 'futures' ? '/fapi/v1/order' : '/api/v3/order',
        'SIGNED',
      );
      expect(priorityOf(requestsOf(market).time())).toBe(priorityOf(cancel));
      expect(priorityOf(cancel)).toBe('P0');
    },
  );

  it('is that of curiosity for a read, and of new orders for a change, that no list names', () => {
    expect(priorityOf({ method: 'GET', path: '/fapi/v1/unheard' })).toBe('P3');
    expect(priorityOf({ method: 'POST', path: '/fapi/v1/unheard' })).toBe('P2');
  });
});
