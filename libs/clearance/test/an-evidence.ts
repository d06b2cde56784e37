/** Evidence of a bot that passes every gate, to be made worse by a spec; and series with a known edge. */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { BacktestRow, Evidence, Item, ItemName, ProofRow, SubjectRow, missing } from '../src';

export const NOW_MS = Date.UTC(2026, 10, 30);
export const DAY_MS = 86_400_000;
const BUILD = 'build-1';

/** Normal values by Box and Muller: the same for the same seed. */
export function normals(count: number, seed: number, mean = 0, deviation = 1): number[] {
  const random = xoroshiro128plus(seed);
  const uniform = (): number => ((random.next() >>> 0) + 0.5) / 2 ** 32;
  return Array.from(
    { length: count },
    () => mean + deviation * Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform()),
  );
}

export const dayOf = (at: number): string =>
  new Date(NOW_MS - (400 - at) * DAY_MS).toISOString().slice(0, 10);

export const item = <Row>(...rows: readonly Row[]): Item<Row> => ({
  query: 'a question',
  auditFrom: 1,
  auditTo: 9,
  rows,
});
export const notHad = missing('a question', 'it could not be asked');

export const aProof = (counts: ProofRow['counts'], more: Partial<ProofRow> = {}): ProofRow => ({
  id: 'proof-1',
  build: BUILD,
  endedAtMs: NOW_MS - 3_600_000,
  mode: 'paper',
  counts,
  broken: [],
  ...more,
});

const subject: SubjectRow = {
  botConfigId: 'bot-1',
  name: 'a bot',
  strategy: 'ema-crossover',
  market: 'futures',
  symbol: 'BTCUSDT',
  interval: '1m',
  capital: '1000',
  minNotional: '100',
  orderNotional: '1000',
  bound: { build: BUILD, codeHash: 'c', parameters: '{}' },
};

export const aBacktest = (more: Partial<BacktestRow> = {}): BacktestRow => ({
  id: 'backtest-1',
  dataHash: 'd',
  buildHash: 'b',
  dailyReturns: normals(200, 3, 0.004, 0.01),
  outOfSample: normals(150, 4, 0.004, 0.01),
  overfitting: 0.05,
  gridTrials: 12,
  trades: 400,
  meanWithDoubledCosts: 0.4,
  netReturn: 1,
  neighbours: [0.8, 0.9, 1.1],
  ...more,
});

/** Paper days with these returns of a capital of 1,000. */
export const paper = (returns: readonly number[]): Evidence['paperDays'] =>
  item(...returns.map((each, at) => ({ day: dayOf(at), net: (each * 1_000).toFixed(8) })));

export const trades = (
  count: number,
  won: (at: number) => boolean = (at) => at % 10 < 8,
): Evidence['trades'] =>
  item(
    ...Array.from({ length: count }, (_, at) => ({
      id: `b.trade.${at}`,
      closedAtMs: NOW_MS - at * 1_000,
      net: won(at) ? '2' : '-1',
    })),
  );

export const limits = (value: string): Evidence['limits'] =>
  item(
    ...[
      'RISK_MAX_ORDER_NOTIONAL',
      'RISK_MAX_POSITION_NOTIONAL',
      'RISK_MAX_GROSS_NOTIONAL',
      'RISK_MAX_OPEN_ORDERS',
      'RISK_MAX_ORDERS_PER_SECOND',
      'RISK_MAX_DAILY_LOSS',
      'RISK_MAX_DRAWDOWN',
      'leverage',
      'symbols',
    ].map((name) => ({ name, value: name === 'RISK_MAX_DRAWDOWN' ? value : '100' })),
  );

export const fills = (count: number, shortfall: number, spread = 1): Evidence['liveFills'] =>
  item(
    ...normals(count, 5, 0, spread).map((each, at) => ({
      id: `fill-${at}`,
      shortfall: each + shortfall,
      liveFilled: true,
      paperFilled: true,
    })),
  );

/** Everything passes unless it is given otherwise. */
export const anEvidence = (given: Partial<Record<ItemName, Item<never> | object>> = {}): Evidence =>
  ({
    schema: 'elvis.go-no-go.evidence/1',
    asOfMs: NOW_MS,
    subject: item(subject),
    audit: item({ entries: 9, first: 1, last: 9, checkpoints: 1, fault: null }),
    rehearsals: item(aProof({ seeds: 25 })),
    testnet: item(aProof({ orders: 6 })),
    drills: item(aProof({ ways: 12 })),
    doctor: item(aProof({ checks: 20 })),
    limits: limits('100'),
    problems: item({ what: 'orders whose outcome is unknown', count: 0 }),
    unprotected: item(),
    interruptions: item(
      ...(['restart', 'feed-loss', 'halt'] as const).map((kind) => ({ kind, atMs: NOW_MS, lost: 0 })),
    ),
    parity: item({ run: 1, steps: 5_000, isSameCode: true, real: 0 }),
    steps: item({ day: dayOf(0), steps: 5_000, late: 1, missed: 0 }),
    trades: trades(60),
    paperDays: paper(normals(60, 6, 0.004, 0.01)),
    marketDays: item({ day: dayOf(0), change: 0.03 }, { day: dayOf(1), change: -0.03 }),
    backtest: item(aBacktest()),
    trials: item({ backtestId: 'backtest-1', n: 0, dailySharpe: 0.2, auditSeq: 5 }),
    depth: item({ symbol: 'BTCUSDT', orderBooks: 300, notional: 100_000 }),
    liveFills: fills(110, 0),
    ...given,
  }) as Evidence;
