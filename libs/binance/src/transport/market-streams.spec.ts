import { marketStreams } from './market-streams';

describe('the market streams of Binance', () => {
  const { address, subscribe, unsubscribe, control } = marketStreams('wss://x.example/', 'public');

  it('carry their first names in the address of their route', () => {
    expect(address(['a@depth', 'b@depth'])).toEqual({
      url: 'wss://x.example/public/stream?streams=a@depth/b@depth',
      carried: ['a@depth', 'b@depth'],
    });
    expect(marketStreams('wss://x.example').address(['a']).url).toBe('wss://x.example/stream?streams=a');
    expect(address(Array.from({ length: 200 }, (_, index) => `s${index}`)).carried).toHaveLength(50);
  });

  it('are asked for by name under a number', () => {
    expect([subscribe(['a'], 7), unsubscribe(['a'], 8)]).toEqual([
      ['{"method":"SUBSCRIBE","params":["a"],"id":7}'],
      ['{"method":"UNSUBSCRIBE","params":["a"],"id":8}'],
    ]);
  });

  it.each([
    ['{"result":null,"id":7}', { confirmed: 7 }],
    ['{"code":2,"msg":"Invalid request","id":7}', { refused: 7, reason: 'Invalid request' }],
    ['{"error":{"code":2,"msg":"Invalid request"},"id":7}', { refused: 7, reason: 'Invalid request' }],
    ['{"e":"serverShutdown","E":1}', 'ending'],
    ['{"stream":"!serverShutdown","data":{"e":"serverShutdown","E":1}}', 'ending'],
    ['{"stream":"a@depth","data":{}}', undefined],
    ['{"stream":"!ticker@arr","data":[]}', undefined],
    ['{"stream":', undefined],
    ['null', undefined],
    ['{"id":"x","result":null}', undefined],
  ])('say with %s: %j', (text, meaning) => {
    expect(control(text)).toEqual(meaning);
  });
});
