import { createServer, Server } from 'node:http';
import { AddressInfo } from 'node:net';
import { ExecutionConfig } from '../../../execution.config';
import { StreamsRest } from './streams-rest';

describe('what is read from another exchange than the one that is traded', () => {
  const asked: { readonly url: string; readonly headers: object }[] = [];
  let answer: { status: number; body: string; headers?: Record<string, string> };
  let server: Server;
  let source: StreamsRest;

  beforeEach(async () => {
    asked.length = 0;
    server = createServer(({ url = '', headers }, response) => {
      asked.push({ url, headers });
      response.writeHead(answer.status, answer.headers).end(answer.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    source = sourceAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  });
  afterEach(() => void server.close());

  const sourceAt = (BINANCE_DEPTH_URL?: string): StreamsRest =>
    new StreamsRest(
      Object.assign(new ExecutionConfig(), { BINANCE_DEPTH_URL, BINANCE_API_KEY: 'not-for-others' }),
    );

  it('is asked for only where its origin is named', () => {
    expect([sourceAt().isElsewhere, source.isElsewhere]).toEqual([false, true]);
  });

  it('is its snapshot, with its ids to the last digit, and shows it no key of ours', async () => {
    const body = '{"lastUpdateId":9007199254740993,"bids":[["10","1"]],"asks":[["11","2"]]}';
    answer = { status: 200, body };
    expect(await source.depth('BTCUSDT', 1000)).toEqual({
      ...{ lastUpdateId: '9007199254740993', bids: [['10', '1']], asks: [['11', '2']] },
    });
    expect(asked.map(({ url }) => url)).toEqual(['/fapi/v1/depth?symbol=BTCUSDT&limit=1000']);
    expect(JSON.stringify(asked)).not.toContain('not-for-others');
  });

  it.each`
    status | body                                        | because
    ${404} | ${'{"code":-5000,"msg":"no such path"}'}    | ${'it has no such path'}
    ${400} | ${'{"code":-1121,"msg":"Invalid symbol."}'} | ${'it does not know the symbol'}
    ${200} | ${'<html>'}                                 | ${'it is no exchange'}
    ${200} | ${'{}'}                                     | ${'it gave no book'}
  `('fails where $because', async ({ status, body }: { status: number; body: string }) => {
    answer = { status, body };
    await expect(source.depth('BTCUSDT', 5)).rejects.toMatchObject({ code: 'VENUE_UNREACHABLE' });
  });

  it('gives its candles as well', async () => {
    answer = { status: 200, body: '[[60000,"1.50","2","1","1.75","3",119999,"5.25",2,"1","1","0"]]' };
    const terms = { symbol: 'BTCUSDT', interval: '1m', startTime: 60_000, endTime: 119_999, limit: 1 };
    expect(await source.candles(terms)).toEqual([
      {
        openTimeMs: 60_000,
        open: '1.5',
        high: '2',
        low: '1',
        close: '1.75',
        volume: '3',
        quoteVolume: '5.25',
        trades: 2,
      },
    ]);
    expect(asked.at(-1)?.url).toBe(
      '/fapi/v1/klines?symbol=BTCUSDT&interval=1m&startTime=60000&endTime=119999&limit=1',
    );
  });

  it('fails where nobody answers', async () => {
    await expect(sourceAt('http://127.0.0.1:1').depth('BTCUSDT', 5)).rejects.toMatchObject({
      code: 'VENUE_UNREACHABLE',
    });
  });

  it.each([429, 418])('leaves the host alone for as long as it says with %i', async (status) => {
    answer = { status, body: '{"code":-1003,"msg":"Too many requests."}', headers: { 'Retry-After': '600' } };
    await expect(source.depth('BTCUSDT', 5)).rejects.toMatchObject({ code: 'VENUE_UNREACHABLE' });
    const refused = await source.depth('BTCUSDT', 5).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: 'VENUE_FROZEN' });
    expect((refused as { retryAfterMs: number }).retryAfterMs).toBeGreaterThan(500_000);
    expect(asked).toHaveLength(1);
  });
});
