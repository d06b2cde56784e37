import { sign, toQuery, toSignedQuery } from './signing';

describe('signing', () => {
  it.each`
    market       | secret                                                                | payload                                                                                                               | signature
    ${'futures'} | ${'2b5eb11e18796d12d88f13dc27dbbd02c2cc51ff7059765ed9821957d82bb4d9'} | ${'symbol=BTCUSDT&side=BUY&type=LIMIT&quantity=1&price=9000&timeInForce=GTC&recvWindow=5000&timestamp=1591702613943'} | ${'3c661234138461fcc7a7d8746c6558c9842d4e10870d2ecbedf7777cad694af9'}
    ${'spot'}    | ${'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j'} | ${'symbol=LTCBTC&side=BUY&type=LIMIT&timeInForce=GTC&quantity=1&price=0.1&recvWindow=5000&timestamp=1499827319559'}   | ${'c8db56825ae71d6d79447849e617115f4a920fa2acdcab2b053c4b2838bd6b71'}
  `('matches the example that Binance publishes for $market', ({ secret, payload, signature }) => {
    expect(sign(payload, secret)).toBe(signature);
  });

  it('encodes before it signs, so that a non-ASCII symbol is accepted by spot', () => {
    const query = toQuery({
      symbol: '１２３４５６',
      side: 'BUY',
      type: 'LIMIT',
      timeInForce: 'GTC',
      quantity: '1',
      price: '0.1',
      recvWindow: 5000,
      timestamp: 1499827319559,
    });
    expect(sign(query, 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j')).toBe(
      'e1353ec6b14d888f1164ae9af8228a3dbd508bc82eb867db8ab6046442f33ef3',
    );
  });

  it('puts timestamp and signature last and leaves out what is not set', () => {
    const query = toSignedQuery(
      { symbol: 'BTCUSDT', price: undefined },
      { timestampMs: 5, recvWindowMs: 1000 },
      'k',
    );
    expect(query).toMatch(/^symbol=BTCUSDT&recvWindow=1000&timestamp=5&signature=[0-9a-f]{64}$/);
  });
});
