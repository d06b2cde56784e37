import { Decimal } from '@elvis/trading';
import { Approaches } from './approach';
import {
  Dwelling,
  Finding,
  banFindings,
  buildFindings,
  lossFindings,
  rejectFindings,
  repeatFindings,
  staleFindings,
  unknownFindings,
} from './automatic-halts';
import { acknowledged, lossOf, withEquity } from './loss';

const d = (text: string): Decimal => new Decimal(text);
const namesOf = (findings: readonly Finding[]): string[] =>
  findings.map(({ name, scope }) => `${name}@${scope.type}${scope.value ? `:${scope.value}` : ''}`);

describe('what stops trading by itself', () => {
  it('a loss above its limit, and not at it', () => {
    const limits = { maxDailyLoss: d('500'), maxDrawdown: d('1000') };
    expect(lossFindings({ today: d('500'), drawdown: d('1000') }, limits)).toEqual([]);
    const both = lossFindings({ today: d('500.01'), drawdown: d('1000.01') }, limits);
    expect(namesOf(both)).toEqual(['daily-loss@global', 'drawdown@global']);
    expect(both[0]?.reason).toBe('loss of today 500.01 is above 500');
    expect(lossFindings({ today: d('9'), drawdown: d('9') }, {})).toEqual([]);
    expect(lossFindings(undefined, limits)).toEqual([]);
  });

  it('rejects one after another stop the bot, or without one the symbol', () => {
    const streak = { actor: 'a', symbol: 'BTCUSDT', count: 4, lastCode: '-2010' };
    expect(namesOf(rejectFindings([streak], 3))).toEqual(['consecutive-rejects@symbol:BTCUSDT']);
    expect(namesOf(rejectFindings([{ ...streak, botConfigId: 'bot' }], 3))).toEqual([
      'consecutive-rejects@bot:bot',
    ]);
    expect(rejectFindings([streak], 4)).toEqual([]);
    expect(rejectFindings([streak], undefined)).toEqual([]);
  });

  it('the same order again and again stops its sender', () => {
    const order = { actor: 'a', symbol: 'BTCUSDT', repeats: 20 };
    expect(namesOf(repeatFindings([order]))).toEqual(['repeated-orders@symbol:BTCUSDT']);
    expect(repeatFindings([{ ...order, repeats: 19 }])).toEqual([]);
  });

  it('silence of one symbol stops that symbol, of all of them everything', () => {
    const ages = (...list: number[]) => list.map((ageMs, index) => ({ symbol: `S${index}`, ageMs }));
    expect(staleFindings(ages(60_000, 60_000), 60_000)).toEqual([]);
    expect(namesOf(staleFindings(ages(60_001, 0), 60_000))).toEqual(['stale-market@symbol:S0']);
    expect(namesOf(staleFindings(ages(60_001, 60_001), 60_000))).toEqual(['stale-market@global']);
    expect(namesOf(staleFindings(ages(60_001), 60_000))).toEqual(['stale-market@symbol:S0']);
    expect(staleFindings(ages(1e9), undefined)).toEqual([]);
  });

  it('an unknown order that is too old stops its symbol', () => {
    const unknown = { clientOrderId: 'x', symbol: 'BTCUSDT', ageMs: 1_001 };
    expect(namesOf(unknownFindings([unknown], 1_000))).toEqual(['unknown-order@symbol:BTCUSDT']);
    expect(unknownFindings([unknown], 1_001)).toEqual([]);
    expect(unknownFindings([unknown], undefined)).toEqual([]);
  });

  it('a ban that is long enough, and builds that disagree', () => {
    expect(namesOf(banFindings(2_000, 1_000, 1_000))).toEqual(['exchange-ban@global']);
    expect(banFindings(2_000, 1_001, 1_000)).toEqual([]);
    expect(banFindings(2_000, 1_000, undefined)).toEqual([]);
    expect(banFindings(undefined, 1_000, 1)).toEqual([]);
    expect(buildFindings('a 1, b 2', 5)).toMatchObject([{ dwellMs: 5 }]);
    expect(buildFindings(undefined, 5)).toEqual([]);
    expect(buildFindings('a 1, b 2', undefined)).toEqual([]);
  });

  it('has to last its dwell time, without a gap', () => {
    const dwelling = new Dwelling();
    const finding: Finding = { name: 'x', scope: { type: 'global' }, reason: '', dwellMs: 100 };
    expect(dwelling.due([finding], 0)).toEqual([]);
    expect(dwelling.due([finding], 99)).toEqual([]);
    expect(dwelling.due([finding], 100)).toEqual([finding]);
    expect(dwelling.due([], 101)).toEqual([]);
    expect(dwelling.due([finding], 300)).toEqual([]);
    expect(dwelling.due([finding], 400)).toEqual([finding]);
  });

  it('does not trip again for what was acknowledged, until it has been gone', () => {
    const dwelling = new Dwelling();
    const finding: Finding = { name: 'x', scope: { type: 'symbol', value: 'A' }, reason: '', dwellMs: 0 };
    expect(dwelling.due([finding], 0)).toEqual([finding]);
    dwelling.acknowledge(finding);
    expect(dwelling.due([finding], 1)).toEqual([]);
    expect(dwelling.due([{ ...finding, scope: { type: 'symbol', value: 'B' } }], 2)).toHaveLength(1);
    expect(dwelling.due([finding], 3)).toEqual([finding]);
  });
});

describe('losses', () => {
  const start = withEquity(undefined, d('1000'), '2026-11-21');

  it('count from the first value of the day, and from the highest ever', () => {
    const later = withEquity(withEquity(start, d('1200'), '2026-11-21'), d('900'), '2026-11-21');
    expect(lossOf(later, d('900'))).toEqual({ today: d('100'), drawdown: d('300') });
    const nextDay = withEquity(later, d('850'), '2026-11-22');
    expect(lossOf(nextDay, d('850'))).toEqual({ today: d('0'), drawdown: d('350') });
    expect(withEquity(nextDay, d('700'), '2026-11-21').day).toBe('2026-11-22');
    expect(lossOf(start, d('2000'))).toEqual({ today: d('0'), drawdown: d('0') });
  });

  it('start anew from the present value once acknowledged, each by itself', () => {
    expect(lossOf(acknowledged(start, d('400'), 'daily-loss'), d('400'))).toEqual({
      ...{ today: d('0'), drawdown: d('600') },
    });
    expect(lossOf(acknowledged(start, d('400'), 'drawdown'), d('400'))).toEqual({
      ...{ today: d('600'), drawdown: d('0') },
    });
  });
});

describe('approaching a limit', () => {
  it('is told once at 50, 75 and 90 %, and again only after it has fallen back', () => {
    const approaches = new Approaches();
    const told = [0.49, 0.5, 0.6, 0.75, 0.95, 0.91, 0.82, 0.95, 0.8, 0.92, 0.1, 0.5].map((used) =>
      approaches.passed('x', used),
    );
    expect(told).toEqual([
      ...[undefined, 50, undefined, 75, 90, undefined, undefined, undefined, undefined, 90],
      ...[undefined, 50],
    ]);
  });
});
