import { HOST_NAME, TradingMode, tradingHostProblems } from './trading-host';

const problemsOf = (mode: TradingMode, url: string, confirmed = 'yes', allowed: string[] = []): string[] =>
  tradingHostProblems({ mode, confirmed, urls: { URL: url, OTHER: undefined }, allowed });

describe('the host that is traded on', () => {
  it.each`
    mode         | url
    ${'paper'}   | ${'http://127.0.0.1:9000'}
    ${'paper'}   | ${'ws://localhost:9000'}
    ${'paper'}   | ${'http://[::1]:9000'}
    ${'live'}    | ${'http://127.0.0.1:9000'}
    ${'testnet'} | ${'http://127.0.0.1:9000'}
    ${'live'}    | ${'https://fapi.binance.com'}
    ${'live'}    | ${'https://FAPI.Binance.com/'}
    ${'live'}    | ${'wss://fstream.binance.com'}
    ${'live'}    | ${'https://api3.binance.com'}
    ${'live'}    | ${'wss://ws-api.binance.com:443'}
    ${'testnet'} | ${'https://demo-fapi.binance.com'}
    ${'testnet'} | ${'wss://demo-fstream.binance.com'}
    ${'testnet'} | ${'https://testnet.binancefuture.com'}
    ${'testnet'} | ${'wss://fstream.binancefuture.com'}
    ${'testnet'} | ${'https://testnet.binance.vision'}
    ${'testnet'} | ${'wss://demo-ws-api.binance.com'}
  `('may be $url in $mode', ({ mode, url }: { mode: TradingMode; url: string }) => {
    expect(problemsOf(mode, url)).toEqual([]);
  });

  it.each`
    mode         | url                                      | why
    ${'paper'}   | ${'https://fapi.binance.com'}            | ${'URL is a host of live, but TRADING_MODE is paper'}
    ${'testnet'} | ${'https://fapi.binance.com'}            | ${'URL is a host of live, but TRADING_MODE is testnet'}
    ${'paper'}   | ${'https://demo-fapi.binance.com'}       | ${'URL is a host of testnet, but TRADING_MODE is paper'}
    ${'live'}    | ${'https://demo-fapi.binance.com'}       | ${'URL is a host of testnet, but TRADING_MODE is live'}
    ${'paper'}   | ${'https://new-name.binance.com'}        | ${'URL is a host of live, but TRADING_MODE is paper'}
    ${'testnet'} | ${'https://fapi.binance.com.'}           | ${'URL is a host of live, but TRADING_MODE is testnet'}
    ${'live'}    | ${'https://new-name.binance.com'}        | ${'a host in ALLOW_HOST'}
    ${'live'}    | ${'https://fapi.binance.com.'}           | ${'a host in ALLOW_HOST'}
    ${'paper'}   | ${'https://fapi.binance.me'}             | ${'a host in ALLOW_HOST'}
    ${'testnet'} | ${'https://fapi.binance.me'}             | ${'a host in ALLOW_HOST'}
    ${'live'}    | ${'https://fapi.binance.me'}             | ${'a host in ALLOW_HOST'}
    ${'live'}    | ${'https://fapi.binance.com.evil.me'}    | ${'a host in ALLOW_HOST'}
    ${'live'}    | ${'https://fapi-binance.com'}            | ${'a host in ALLOW_HOST'}
    ${'paper'}   | ${'http://203.0.113.7:9000'}             | ${'a host in ALLOW_HOST'}
    ${'paper'}   | ${'http://10.0.0.1:9000'}                | ${'a host in ALLOW_HOST'}
    ${'testnet'} | ${'http://203.0.113.7'}                  | ${'a host in ALLOW_HOST'}
    ${'paper'}   | ${'http://0.0.0.0:9000'}                 | ${'a host in ALLOW_HOST'}
    ${'paper'}   | ${'http://[::ffff:203.0.113.7]:9000'}    | ${'a host in ALLOW_HOST'}
    ${'paper'}   | ${'http://localhost.evil.me'}            | ${'a host in ALLOW_HOST'}
    ${'paper'}   | ${'http://127.0.0.1.evil.me'}            | ${'a host in ALLOW_HOST'}
    ${'paper'}   | ${'http://127.0.0.1@evil.me'}            | ${'must not contain a user name'}
    ${'live'}    | ${'https://key:secret@fapi.binance.com'} | ${'must not contain a user name'}
    ${'live'}    | ${'http://fapi.binance.com'}             | ${'must be https or wss'}
    ${'testnet'} | ${'ws://demo-fstream.binance.com'}       | ${'must be https or wss'}
    ${'paper'}   | ${'no address'}                          | ${'must be an address'}
  `('is not $url in $mode', ({ mode, url, why }: { mode: TradingMode; url: string; why: string }) => {
    expect(problemsOf(mode, url)).toEqual([expect.stringContaining(why)]);
  });

  it.each(['no', 'YES', 'true', ''])('is not live while LIVE_TRADING_CONFIRMED is %j', (confirmed) => {
    const problem = 'TRADING_MODE=live also needs LIVE_TRADING_CONFIRMED=yes';
    expect(problemsOf('live', 'https://fapi.binance.com', confirmed)).toEqual([problem]);
  });

  it('may be one that is named, in every mode, under exactly that name', () => {
    for (const mode of ['paper', 'testnet', 'live'] as const) {
      expect(problemsOf(mode, 'http://paper-exchange:8080', 'yes', ['paper-exchange'])).toEqual([]);
      expect(problemsOf(mode, 'http://paper-exchange.evil.me', 'yes', ['paper-exchange'])).toHaveLength(1);
      expect(problemsOf(mode, 'http://203.0.113.7', 'yes', ['203.0.113.8', '203.0.113.7'])).toEqual([]);
    }
  });

  it('is not one of another mode although it is named', () => {
    expect(problemsOf('paper', 'https://fapi.binance.com', 'yes', ['fapi.binance.com'])).toHaveLength(1);
    expect(
      problemsOf('live', 'https://testnet.binance.vision', 'yes', ['testnet.binance.vision']),
    ).toHaveLength(1);
  });

  it('is looked at for every address that is set, by the name of its variable', () => {
    const urls = {
      REST: 'https://a.example',
      WS: 'wss://b.example',
      SPOT: undefined,
      SPOT_WS: 'wss://c.example',
    };
    const problems = tradingHostProblems({ mode: 'paper', confirmed: 'no', urls, allowed: ['b.example'] });
    expect(problems.map((problem) => problem.split(' ')[0])).toEqual(['REST', 'SPOT_WS']);
  });

  it.each([
    ['paper-exchange', true],
    ['exchange.internal.example', true],
    ['10.0.0.1', true],
    ['[2001:db8::1]', true],
    ['https://a.example', false],
    ['a.example:8080', false],
    ['*.example', false],
    ['A.example', false],
    ['.example', false],
    ['a..example', false],
    ['', false],
  ])('is named in ALLOW_HOST as %j: %s', (name, answer) => {
    expect(HOST_NAME.test(name)).toBe(answer);
  });
});
