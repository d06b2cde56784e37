/** No service starts on an exchange that does not belong to its mode: every variable that holds an address, in every app. */
import { loadConfig, variablesOf } from '@elvis/platform';
import { ExecutionConfig } from '../../apps/execution/src/execution.config';
import { MarketDataConfig } from '../../apps/market-data/src/market-data.config';
import { SERVICE_CONFIGS, SERVICE_NAMES } from '../../tools/launcher/services';
import { examineExchange } from '../../tools/operator/exchange-examination';

const NATS = { NATS_URL: 'nats://127.0.0.1:4222' };
const SECRETS = {
  APPROVAL_KEY: 'x'.repeat(32),
  BINANCE_API_KEY: 'k',
  BINANCE_API_SECRET: 's',
  REDIS_PASSWORD: 'p',
};

interface App {
  readonly name: string;
  readonly config: new () => object;
  /** What a good configuration on this machine has. */
  readonly urls: Readonly<Record<string, string>>;
  readonly start: (environment: Readonly<Record<string, string>>) => unknown;
}

const APPS: readonly App[] = [
  {
    name: 'execution',
    config: ExecutionConfig,
    urls: {
      BINANCE_FUTURES_URL: 'http://127.0.0.1:1',
      BINANCE_FUTURES_WS_URL: 'ws://127.0.0.1:1',
      BINANCE_DEPTH_URL: 'http://127.0.0.1:1',
      BINANCE_SPOT_URL: 'http://127.0.0.1:1',
      BINANCE_SPOT_WS_URL: 'ws://127.0.0.1:1',
    },
    start: (environment) => loadConfig(ExecutionConfig, { ...NATS, ...SECRETS, ...environment }),
  },
  {
    name: 'market-data',
    config: MarketDataConfig,
    urls: { BINANCE_FUTURES_WS_URL: 'ws://127.0.0.1:1', BINANCE_SPOT_STREAM_URL: 'ws://127.0.0.1:1' },
    start: (environment) => loadConfig(MarketDataConfig, { ...NATS, ...environment }),
  },
];

/** Wherever they are used, of whatever kind the variable is. */
const STRANGE = [
  '//fapi.binance.me',
  '//203.0.113.7:9000',
  '//fapi.binance.com.evil.example',
  '//localhost.evil.example',
  '//127.0.0.1@evil.example',
];

it.each(APPS)('knows every address of an exchange that $name reads', ({ config, urls }) => {
  const { names } = variablesOf(config);
  expect(names.filter((name) => name.startsWith('BINANCE_') && name.endsWith('URL')).sort()).toEqual(
    Object.keys(urls).sort(),
  );
});

it('leaves no other app that reads one', () => {
  const readers = SERVICE_NAMES.filter((service) =>
    variablesOf(SERVICE_CONFIGS[service]).names.some((name) => /^BINANCE_.*URL$/.test(name)),
  );
  expect(readers.sort()).toEqual(APPS.map(({ name }) => name).sort());
});

const VARIABLES = APPS.flatMap(({ name, urls, start }) =>
  Object.entries(urls).map(([variable, url]) => ({ name, variable, url, urls, start })),
);

describe.each(VARIABLES)('$name with $variable', ({ variable, url, urls, start }) => {
  const scheme = url.split('//')[0]!;
  const secure = { 'http:': 'https:', 'ws:': 'wss:' }[scheme]!;

  it('starts on this machine, and on a host that ALLOW_HOST names', () => {
    expect(() => start(urls)).not.toThrow();
    const named = { ...urls, [variable]: `${scheme}//paper-exchange:8080` };
    expect(() => start(named)).toThrow(variable);
    expect(() => start({ ...named, ALLOW_HOST: 'other, paper-exchange' })).not.toThrow();
  });

  it.each(STRANGE)('does not start on %s, in no mode', (host) => {
    for (const mode of ['paper', 'testnet', 'live']) {
      const environment = { ...urls, TRADING_MODE: mode, LIVE_TRADING_CONFIRMED: 'yes' };
      expect(() => start({ ...environment, [variable]: `${secure}${host}` })).toThrow(variable);
    }
  });

  it('does not start on a host of another mode, named in ALLOW_HOST or not', () => {
    for (const [mode, host] of [
      ['paper', 'fapi.binance.com'],
      ['testnet', 'fapi.binance.com'],
      ['paper', 'demo-fapi.binance.com'],
      ['live', 'demo-fapi.binance.com'],
    ] as const) {
      const environment = { ...urls, TRADING_MODE: mode, LIVE_TRADING_CONFIRMED: 'yes', ALLOW_HOST: host };
      expect(() => start({ ...environment, [variable]: `${secure}//${host}` })).toThrow(variable);
    }
  });

  it('does not start on the exchange itself without TLS', () => {
    const environment = { ...urls, TRADING_MODE: 'live', LIVE_TRADING_CONFIRMED: 'yes' };
    expect(() => start({ ...environment, [variable]: `${scheme}//fapi.binance.com` })).toThrow(variable);
    expect(() => start({ ...environment, [variable]: `${secure}//fapi.binance.com` })).not.toThrow();
  });

  it.each(['http://a.example', 'a.example:8080', '*', '*.example'])(
    'does not take %j for the name of a host',
    (name) => {
      expect(() => start({ ...urls, ALLOW_HOST: name })).toThrow('ALLOW_HOST');
    },
  );
});

describe('doctor', () => {
  it('shows its key to no host that the services would refuse', async () => {
    const findings = await examineExchange({
      ...{ mode: 'paper', confirmed: 'no', allowedHosts: [], symbols: ['BTCUSDT'], defaultLeverage: 3 },
      ...{ restUrl: 'http://203.0.113.7:9', apiKey: 'k', apiSecret: 's' },
    });
    expect(findings).toEqual([
      { what: 'host', verdict: 'FAILED', detail: expect.stringContaining('ALLOW_HOST') as string },
    ]);
  });
});
