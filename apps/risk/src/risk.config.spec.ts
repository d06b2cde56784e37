import { RUNTIME_LIMITS } from '@elvis/contracts';
import { ConfigError, loadConfig } from '@elvis/platform';
import { haltSettings, leverageOfSymbols, startWarnings } from './limits/limits';
import { limitsOf } from '@elvis/rules';
import { environmentLimits } from './limits/limits.config';
import { RiskConfig } from './risk.config';

const REQUIRED = { NATS_URL: 'nats://risk:pw@127.0.0.1:4222', APPROVAL_KEY: 'k'.repeat(32) };
const load = (env: Record<string, string> = {}) => loadConfig(RiskConfig, { ...REQUIRED, ...env });

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(RiskConfig, env);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('environment of risk', () => {
  it.each`
    leverage | override  | outcome
    ${'0'}   | ${''}     | ${'DEFAULT_LEVERAGE must be a whole number from 1 to 125'}
    ${'1'}   | ${''}     | ${'1'}
    ${'5'}   | ${''}     | ${'5'}
    ${'6'}   | ${''}     | ${'6, warned'}
    ${'10'}  | ${''}     | ${'10, warned'}
    ${'11'}  | ${''}     | ${'DEFAULT_LEVERAGE above 10 is refused unless OVERRIDE_HIGH_LEVERAGE is exactly true'}
    ${'11'}  | ${'true'} | ${'11, warned'}
    ${'11'}  | ${'TRUE'} | ${'DEFAULT_LEVERAGE above 10 is refused unless OVERRIDE_HIGH_LEVERAGE is exactly true'}
    ${'11'}  | ${'1'}    | ${'DEFAULT_LEVERAGE above 10 is refused unless OVERRIDE_HIGH_LEVERAGE is exactly true'}
    ${'11'}  | ${'yes'}  | ${'DEFAULT_LEVERAGE above 10 is refused unless OVERRIDE_HIGH_LEVERAGE is exactly true'}
    ${'125'} | ${'true'} | ${'125, warned'}
    ${'126'} | ${'true'} | ${'DEFAULT_LEVERAGE must be a whole number from 1 to 125'}
    ${'2.5'} | ${''}     | ${'DEFAULT_LEVERAGE must be a whole number from 1 to 125'}
    ${'abc'} | ${''}     | ${'DEFAULT_LEVERAGE must be a whole number from 1 to 125'}
    ${''}    | ${''}     | ${'3'}
  `(
    'DEFAULT_LEVERAGE=$leverage OVERRIDE_HIGH_LEVERAGE=$override: $outcome',
    ({ leverage, override, outcome }) => {
      const env = {
        ...REQUIRED,
        DEFAULT_LEVERAGE: leverage as string,
        OVERRIDE_HIGH_LEVERAGE: override as string,
      };
      const problems = problemsOf(env);
      const started = () => {
        const config = load(env);
        const isWarned = startWarnings(config).some((warning) => warning.includes('DEFAULT_LEVERAGE'));
        return `${config.DEFAULT_LEVERAGE}${isWarned ? ', warned' : ''}`;
      };
      expect(problems.length > 0 ? problems.join() : started()).toBe(outcome);
    },
  );

  it('starts on leverage 3 where none is set', () => {
    expect(load().DEFAULT_LEVERAGE).toBe('3');
  });

  it('lists every problem at once and shows no value', () => {
    const problems = problemsOf({
      NATS_URL: 'nats://risk:hunter2@127.0.0.1:4222',
      APPROVAL_KEY: 'tooshort',
      DEFAULT_LEVERAGE: 'hunter2',
      RISK_PRICE_COLLAR: '-1',
      RISK_MAX_ORDER_NOTIONAL: 'none',
      RISK_MAX_PRICE_AGE_MS: '1e3',
      SYMBOLS: 'btc',
      MAX_LEVERAGE_BTCUSDT: '0',
      BINANCE_RECV_WINDOW_MS: '99',
    });
    for (const name of [
      'APPROVAL_KEY',
      'DEFAULT_LEVERAGE',
      'RISK_PRICE_COLLAR',
      'RISK_MAX_ORDER_NOTIONAL',
      'RISK_MAX_PRICE_AGE_MS',
      'SYMBOLS',
      'MAX_LEVERAGE_BTCUSDT',
      'BINANCE_RECV_WINDOW_MS',
    ]) {
      expect(problems.some((problem) => problem.includes(name))).toBe(true);
    }
    expect(problems.join()).not.toMatch(/hunter2|tooshort/);
  });

  it('needs an approval key', () => {
    expect(problemsOf({ NATS_URL: REQUIRED.NATS_URL }).join()).toContain('APPROVAL_KEY');
  });

  it('does not start when a stop could take longer than its caller waits', () => {
    const slow = { ...REQUIRED, BINANCE_RECV_WINDOW_MS: '5000' };
    expect(problemsOf(slow).join()).toContain('KILL_SWITCH_ANSWER_TIMEOUT_MS must be at least 8750');
    expect(problemsOf({ ...slow, KILL_SWITCH_ANSWER_TIMEOUT_MS: '8750' })).toEqual([]);
  });

  it('warns of every limit that is off, and of none by default', () => {
    expect(startWarnings(load())).toEqual([]);
    const all = [...RUNTIME_LIMITS, ...Object.keys(haltSettings(load()))];
    const config = load(Object.fromEntries(all.map((name) => [name, 'off'])));
    expect(startWarnings(config)).toHaveLength(15);
    expect(Object.values(limitsOf(environmentLimits(config))).every((limit) => limit === undefined)).toBe(
      true,
    );
  });

  it('reads the limits and the leverage of each symbol', () => {
    const config = load({ SYMBOLS: 'BTCUSDT, ETHUSDT', MAX_LEVERAGE_ETHUSDT: '2' });
    expect(limitsOf(environmentLimits(config)).maxOrderNotional?.toFixed()).toBe('20000');
    expect([...leverageOfSymbols(config)]).toEqual([
      ['BTCUSDT', { leverage: 3, cap: undefined }],
      ['ETHUSDT', { leverage: 2, cap: 2 }],
    ]);
  });

  it('reads the cap of every symbol that the exchange lists', () => {
    const symbols = ['BTCUSDT_261225', '币安人生USDT', 'IDOL'];
    const caps = Object.fromEntries(symbols.map((symbol) => [`MAX_LEVERAGE_${symbol}`, '2']));
    expect([...leverageOfSymbols(load({ SYMBOLS: symbols.join(','), ...caps }))]).toEqual(
      symbols.map((symbol) => [symbol, { leverage: 2, cap: 2 }]),
    );
  });
});
