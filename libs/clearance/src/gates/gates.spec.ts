import {
  DAY_MS,
  NOW_MS,
  aBacktest,
  aProof,
  anEvidence,
  dayOf,
  fills,
  item,
  limits,
  normals,
  notHad,
  paper,
  trades,
} from '../../test/an-evidence';
import { Evidence, ItemName } from '../evidence/evidence';
import { GATES, answerGate, answerGates } from './all-gates';
import { DEFAULT_THRESHOLDS, Finding } from './gate';

type Given = Partial<Record<ItemName, object>>;
interface Cases {
  readonly fail?: Given;
  readonly unknown: Given;
}

const broken = { broken: ['an order was sent twice'] };
const bad = normals(150, 8, -0.004, 0.01);
/** What makes each gate fail and what leaves it unknown; the evidence as it is passes them all. */
const CASES: Readonly<Record<string, Cases>> = {
  'SAFE-1': {
    fail: { audit: item({ entries: 9, first: 1, last: 9, checkpoints: 1, fault: 'CHANGED at 4' }) },
    unknown: { audit: item({ entries: 9, first: 1, last: 9, checkpoints: 0, fault: null }) },
  },
  'SAFE-2': {
    fail: { rehearsals: item(aProof({ seeds: 25 }, broken)) },
    unknown: { rehearsals: item(aProof({ seeds: 25 }, { build: 'another build' })) },
  },
  'SAFE-3': {
    fail: { drills: item(aProof({ ways: 12 }, broken)) },
    unknown: { drills: item(aProof({ ways: 12 }, { endedAtMs: NOW_MS - 8 * DAY_MS })) },
  },
  'SAFE-4': { fail: { limits: limits('off') }, unknown: { limits: notHad } },
  'SAFE-5': {
    fail: { problems: item({ what: 'orders whose outcome is unknown', count: 1 }) },
    unknown: { problems: notHad },
  },
  'SAFE-6': {
    fail: { unprotected: item({ atMs: NOW_MS, seconds: 2.1 }) },
    unknown: { trades: item() },
  },
  'SAFE-7': {
    fail: { doctor: item(aProof({ checks: 20 }, { broken: ['Redis persistence'] })) },
    unknown: { doctor: item(aProof({ checks: 20 }, { endedAtMs: NOW_MS - 2 * DAY_MS })) },
  },
  'SAFE-8': {
    fail: { interruptions: item({ kind: 'restart', atMs: NOW_MS, lost: 1 }) },
    unknown: { interruptions: item({ kind: 'restart', atMs: NOW_MS, lost: 0 }) },
  },
  'FID-1': {
    fail: { parity: item({ run: 1, steps: 5_000, isSameCode: true, real: 1 }) },
    unknown: { parity: item({ run: 1, steps: 99, isSameCode: true, real: 0 }) },
  },
  'FID-2': {
    fail: { steps: item({ day: dayOf(0), steps: 2_000, late: 2, missed: 1 }) },
    unknown: { steps: item({ day: dayOf(0), steps: 999, late: 0, missed: 0 }) },
  },
  'FID-3': { fail: { liveFills: fills(200, 4) }, unknown: { liveFills: fills(19, 0) } },
  'FID-4': {
    fail: {
      liveFills: item(...fills(200, 0).rows.map((row, at) => ({ ...row, liveFilled: at % 5 > 0 }))),
    },
    unknown: { liveFills: fills(99, 0) },
  },
  // Days come by themselves: it never fails.
  'FID-5': { unknown: { trades: trades(49) } },
  'FID-6': { fail: { testnet: item(aProof({ orders: 6 }, broken)) }, unknown: { testnet: item() } },
  'EDGE-1': {
    fail: { backtest: item(aBacktest({ outOfSample: bad })), paperDays: paper(normals(60, 6, -0.004, 0.01)) },
    unknown: { backtest: item(aBacktest({ outOfSample: [] })), paperDays: paper(normals(20, 6, 0, 0.01)) },
  },
  'EDGE-2': {
    fail: {
      backtest: item(aBacktest({ outOfSample: bad })),
      paperDays: paper(normals(60, 6, 0.001, 0.01)),
    },
    unknown: { backtest: item(aBacktest({ outOfSample: [] })), paperDays: paper(normals(20, 6, 0, 0.01)) },
  },
  'EDGE-3': {
    fail: { backtest: item(aBacktest({ overfitting: 0.3 })) },
    unknown: { backtest: item(aBacktest({ gridTrials: 9 })) },
  },
  'EDGE-4': {
    fail: { paperDays: paper(normals(60, 6, -0.004, 0.01)) },
    unknown: { paperDays: paper(normals(13, 6, 0.004, 0.01)) },
  },
  'EDGE-5': {
    fail: { paperDays: paper([0.01, -0.25, 0.01]) },
    unknown: { paperDays: paper([]) },
  },
  'EDGE-6': {
    fail: { trades: trades(200, (at) => at % 10 < 3) },
    unknown: { trades: trades(19) },
  },
  'COST-1': {
    fail: { backtest: item(aBacktest({ meanWithDoubledCosts: 0 })) },
    unknown: { backtest: item(aBacktest({ meanWithDoubledCosts: null })) },
  },
  'COST-2': {
    fail: { backtest: item(aBacktest({ neighbours: [-0.1, 0.4, 0.9] })) },
    unknown: { backtest: item(aBacktest({ neighbours: [] })) },
  },
  'COST-3': {
    fail: { backtest: item(aBacktest({ dailyReturns: normals(200, 3, -0.002, 0.02) })) },
    unknown: { backtest: item(aBacktest({ dailyReturns: normals(179, 3, 0.004, 0.01) })) },
  },
  'COST-4': {
    fail: { depth: item({ symbol: 'BTCUSDT', orderBooks: 300, notional: 19_999 }) },
    unknown: { depth: item() },
  },
};

const gateOf = (id: string) => GATES.find((gate) => gate.id === id)!;
const answerOf = (id: string, evidence: Evidence, thresholds = DEFAULT_THRESHOLDS): Finding =>
  answerGate(gateOf(id), evidence, thresholds);

describe('gates', () => {
  it('all have their cases', () => {
    expect(GATES.map(({ id }) => id)).toEqual(Object.keys(CASES));
  });

  it.each(GATES.map(({ id }) => id))('%s passes', (id) => {
    expect(answerOf(id, anEvidence())).toMatchObject({ answer: 'pass' });
  });

  it.each(Object.entries(CASES).flatMap(([id, { fail }]) => (fail ? [[id, fail] as const] : [])))(
    '%s fails',
    (id, given) => {
      expect(answerOf(id, anEvidence(given))).toMatchObject({ answer: 'fail' });
    },
  );

  it.each(Object.entries(CASES).map(([id, { unknown }]) => [id, unknown] as const))(
    '%s is unknown',
    (id, given) => {
      expect(answerOf(id, anEvidence(given))).toMatchObject({ answer: 'unknown' });
    },
  );

  it.each(GATES)('$id is unknown, with the reason, where an item could not be had', ({ id, from }) => {
    for (const name of from)
      expect(answerOf(id, anEvidence({ [name]: notHad }))).toMatchObject({
        answer: 'unknown',
        because: 'it could not be asked',
      });
  });

  it('of a bot are not asked of the installation', () => {
    const [row] = anEvidence().subject.rows;
    const installation = item({ ...row!, strategy: null, botConfigId: null });
    const gates = answerGates(anEvidence({ subject: installation }), DEFAULT_THRESHOLDS);
    expect(gates.map(({ group }) => group)).toEqual(Array.from({ length: 7 }, () => 'SAFE'));
  });

  it('say why most trades need not win, where that is switched off', () => {
    const rare = anEvidence({
      trades: item(
        ...trades(200, (at) => at % 10 < 4).rows.map((row) => ({
          ...row,
          net: row.net === '2' ? '9' : row.net,
        })),
      ),
    });
    const thresholds = { ...DEFAULT_THRESHOLDS, winRateOffBecause: 'it follows trends' };
    expect(answerOf('EDGE-6', rare)).toMatchObject({ answer: 'fail' });
    const found = answerOf('EDGE-6', rare, thresholds);
    expect(found).toMatchObject({ answer: 'pass' });
    expect(found.because).toContain('win rate is not asked: it follows trends');
  });
});
