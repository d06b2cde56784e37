import { futuresRouteOf, marketStreams, splitFrame } from './market-streams';

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

  it('keep a plus sign in the address', () => {
    expect(address(['a@kline_1d@+08:00']).url).toMatch(/=a@kline_1d@%2B08:00$/);
  });

  it.each([
    ['btcusdt@depth@100ms', 'public'],
    ['btcusdt@depth20', 'public'],
    ['btcusdt@bookTicker', 'public'],
    ['!bookTicker', 'public'],
    ['btcusdt@rpiDepth', 'public'],
    ['btcusdt@aggTrade', 'market'],
    ['btcusdt@kline_1m', 'market'],
    ['!ticker@arr', 'market'],
    ['!markPrice@arr@1s', 'market'],
  ])('carry %s on the %s route', (stream, route) => {
    expect(futuresRouteOf(stream)).toBe(route);
  });

  it.each([
    ['{"stream":"a@depth","data":{"x": 1.50 }}', { stream: 'a@depth', data: '{"x": 1.50 }' }],
    ['{"stream":"!ticker@arr","data":[]}', { stream: '!ticker@arr', data: '[]' }],
    ['{"result":null,"id":7}', undefined],
    ['{"stream":"a@depth","datum":{}}', undefined],
    ['{"stream":"a@depth","data":{', undefined],
  ])('have in %j the stream and its data, byte by byte', (text, frame) => {
    expect(splitFrame(text)).toEqual(frame);
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
