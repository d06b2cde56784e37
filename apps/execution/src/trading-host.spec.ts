import { tradingHostProblems } from './trading-host';

describe('trading host', () => {
  it.each`
    mode         | confirmed | url                                | problems
    ${'paper'}   | ${'no'}   | ${'http://127.0.0.1:9000'}         | ${0}
    ${'live'}    | ${'yes'}  | ${'http://127.0.0.1:9000'}         | ${0}
    ${'live'}    | ${'yes'}  | ${'https://fapi.binance.com'}      | ${0}
    ${'live'}    | ${'no'}   | ${'https://fapi.binance.com'}      | ${1}
    ${'live'}    | ${'YES'}  | ${'https://fapi.binance.com'}      | ${1}
    ${'live'}    | ${'yes'}  | ${'https://demo-fapi.binance.com'} | ${1}
    ${'testnet'} | ${'no'}   | ${'https://demo-fapi.binance.com'} | ${0}
    ${'testnet'} | ${'no'}   | ${'https://fapi.binance.com'}      | ${1}
    ${'paper'}   | ${'no'}   | ${'https://fapi.binance.com'}      | ${1}
    ${'paper'}   | ${'no'}   | ${'https://demo-fapi.binance.com'} | ${1}
  `(
    'finds $problems problem(s) with $mode (confirmed: $confirmed) on $url',
    ({ mode, confirmed, url, problems }) => {
      expect(tradingHostProblems({ mode, confirmed, urls: [url] })).toHaveLength(problems);
    },
  );
});
