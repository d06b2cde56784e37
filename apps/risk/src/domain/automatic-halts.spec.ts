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

  it('lasts its dwell time again once what was acknowledged is measured anew', () => {
    const dwelling = new Dwelling();
    const finding: Finding = { name: 'x', scope: { type: 'global' }, reason: '', dwellMs: 100 };
    expect(dwelling.due([finding], 0)).toEqual([]);
    expect(dwelling.due([finding], 100)).toEqual([finding]);
    dwelling.acknowledge(finding);
    expect(dwelling.due([finding], 200)).toEqual([]);
    dwelling.beginAnew(finding);
    expect(dwelling.due([finding], 210)).toEqual([]);
    expect(dwelling.due([finding], 309)).toEqual([]);
    expect(dwelling.due([finding], 310)).toEqual([finding]);
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
