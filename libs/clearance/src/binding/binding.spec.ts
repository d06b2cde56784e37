import { boundFields, changedFields } from './binding';
import { Decider, decideOn } from './deciders';
import { daysOf, limitedBy } from './limits';

const BOT = {
  id: 'bot-1',
  strategy: 'ema-crossover',
  codeHash: 'code-1',
  market: 'futures',
  symbol: 'BTCUSDT',
  interval: '1m',
  initialCapital: '1000',
  leverage: 2,
  parameters: { fast: 8, slow: 21 },
  protections: { stopLoss: '0.02' },
  limits: { maxDailyLoss: '50' },
};
const SYSTEM = { build: 'build-1', rules: 'rules-1', riskLimits: { RISK_MAX_DAILY_LOSS: '500' } };
const bound = boundFields(BOT, SYSTEM);

describe('what a clearance is bound to', () => {
  it('does not depend on the order of names', () => {
    const turned = { ...BOT, parameters: { slow: 21, fast: 8 } };
    expect(changedFields(bound, boundFields(turned, SYSTEM))).toEqual([]);
  });

  it('may run under another run id', () => {
    expect(changedFields({ ...bound, runId: 'run-1' }, bound)).toEqual([]);
  });

  it.each([
    [{ codeHash: 'code-2' }, 'codeHash'],
    [{ parameters: { fast: 9, slow: 21 } }, 'parameters'],
    [{ symbol: 'ETHUSDT' }, 'symbol'],
    [{ interval: '5m' }, 'interval'],
    [{ leverage: 3 }, 'leverage'],
    [{ initialCapital: '1001' }, 'initialCapital'],
    [{ protections: {} }, 'protections'],
    [{ limits: undefined }, 'limits'],
  ])('names the field that was changed: %p (G6)', (change, name) => {
    expect(changedFields(bound, boundFields({ ...BOT, ...change }, SYSTEM))).toEqual([name]);
  });

  it.each([
    [{ build: 'build-2' }, 'build'],
    [{ rules: 'rules-2' }, 'rules'],
    [{ riskLimits: { RISK_MAX_DAILY_LOSS: '501' } }, 'riskLimits'],
  ])('names what was changed of the system: %p', (change, name) => {
    expect(changedFields(bound, boundFields(BOT, { ...SYSTEM, ...change }))).toEqual([name]);
  });
});

describe('those who decide', () => {
  const by = (actor: string, persons = [actor], decision: Decider['decision'] = 'approve'): Decider => ({
    actor,
    persons,
    decision,
  });
  const first = by('user:ada');

  it.each([
    ['a first approval is half', [], first, 'half'],
    ['another user completes it', [first], by('user:bob'), 'cleared'],
    ['one person cannot be both', [first], first, 'same person'],
    ['nor by a key of theirs', [first], by('key:1', ['user:ada']), 'same person'],
    ['nor by a key that theirs has made', [first], by('key:2', ['user:bob', 'user:ada']), 'same person'],
    ['a key of unknown hands completes nothing', [first], by('key:environment'), 'unknown person'],
    ['one rejection is enough', [first], by('user:bob', ['user:bob'], 'reject'), 'rejected'],
  ] as const)('%s (G7)', (_, before, next, decided) => {
    expect(decideOn(before, next, true)).toBe(decided);
  });

  it('are one person only where two are not asked for', () => {
    expect(decideOn([], first, false)).toBe('cleared');
  });
});

describe('a limited GO', () => {
  it('is small, and ends after two weeks', () => {
    expect(limitedBy('BTCUSDT', '100')).toEqual({
      symbol: 'BTCUSDT',
      maxOrderNotional: '200',
      maxPositionNotional: '400',
      maxOrdersADay: 20,
      maxDailyLoss: '10',
    });
    expect([daysOf('GO_LIMITED', 30), daysOf('GO', 30), daysOf('GO_LIMITED', 7)]).toEqual([14, 30, 7]);
  });
});
