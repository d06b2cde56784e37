import { ConfigError, loadConfig } from '@elvis/platform';
import { LimiterConfig } from './limiter.config';

const base = { NATS_URL: 'nats://127.0.0.1:4222' };

describe('the limiter reads its environment', () => {
  it('and has a default for everything', () => {
    const config = loadConfig(LimiterConfig, base);
    expect(config).toMatchObject({
      BINANCE_RATE_LIMIT_WARN_FRACTION: 0.8,
      BINANCE_RATE_LIMIT_PAUSE_SECONDS: 5,
      BINANCE_RETRY_ATTEMPTS: 5,
      BINANCE_RETRY_MIN_SECONDS: 1,
      BINANCE_RETRY_MAX_SECONDS: 60,
      BINANCE_RETRY_MULTIPLIER: 1,
    });
  });

  it.each`
    name                                  | below     | least     | most         | above
    ${'BINANCE_WEIGHT_LIMIT_PER_MIN'}     | ${'19'}   | ${'20'}   | ${'1000000'} | ${'1000001'}
    ${'BINANCE_RATE_LIMIT_WARN_FRACTION'} | ${'0.09'} | ${'0.1'}  | ${'1'}       | ${'1.01'}
    ${'BINANCE_RATE_LIMIT_PAUSE_SECONDS'} | ${'0.09'} | ${'0.1'}  | ${'60'}      | ${'60.1'}
    ${'BINANCE_RETRY_ATTEMPTS'}           | ${'0'}    | ${'1'}    | ${'20'}      | ${'21'}
    ${'BINANCE_RETRY_MIN_SECONDS'}        | ${'0.04'} | ${'0.05'} | ${'60'}      | ${'60.1'}
    ${'BINANCE_RETRY_MAX_SECONDS'}        | ${'0.04'} | ${'1'}    | ${'600'}     | ${'601'}
    ${'BINANCE_RETRY_MULTIPLIER'}         | ${'0.09'} | ${'0.1'}  | ${'10'}      | ${'10.1'}
    ${'EXECUTION_MAX_REPLICAS'}           | ${'0'}    | ${'1'}    | ${'64'}      | ${'65'}
  `('takes $name from $least to $most and nothing beyond', ({ name, below, least, most, above }) => {
    const load = (value: string) => loadConfig(LimiterConfig, { ...base, [name]: value });
    expect(load(least)).toHaveProperty(name, Number(least));
    expect(load(most)).toHaveProperty(name, Number(most));
    for (const outside of [below, above, 'many', 'NaN', 'Infinity', '1e']) {
      expect(() => load(outside)).toThrow(ConfigError);
      expect(() => load(outside)).toThrow(name);
    }
  });

  it('refuses a longest wait below the shortest', () => {
    const load = () =>
      loadConfig(LimiterConfig, { ...base, BINANCE_RETRY_MIN_SECONDS: '9', BINANCE_RETRY_MAX_SECONDS: '8' });
    expect(load).toThrow('BINANCE_RETRY_MAX_SECONDS must not be below BINANCE_RETRY_MIN_SECONDS');
  });
});
