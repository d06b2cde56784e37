/** How an author comes to a bot: trials, a choice among them, days on paper; as the evidence that the gates see. */
import { DEFAULT_THRESHOLDS, Evidence, Finding, GATES, Item } from '@elvis/clearance';
import { backtestOverfitting, sharpeRatio } from '@elvis/statistics';

const CAPITAL = 10_000;
const DAY_MS = 86_400_000;
const TRAINED_ON = 100;
const TESTED_ON = 50;

/** Returns of each trial's days, the same days for all. */
export type Trials = readonly (readonly number[])[];

const ratioOf = (returns: readonly number[]): number => sharpeRatio(returns) ?? 0;

const bestOf = (trials: Trials, from = 0, to = trials[0]!.length): number =>
  trials.reduce(
    (best, each, at) => (ratioOf(each.slice(from, to)) > ratioOf(trials[best]!.slice(from, to)) ? at : best),
    0,
  );

/** What a walk-forward brings: on each window the trial that was best before it. */
function walkForward(trials: Trials): readonly number[] {
  const days = trials[0]!.length;
  const starts = Array.from({ length: Math.floor((days - TRAINED_ON) / TESTED_ON) }, (_, n) => n * TESTED_ON);
  return starts.flatMap((start) => {
    const from = start + TRAINED_ON;
    return trials[bestOf(trials, start, from)]!.slice(from, from + TESTED_ON);
  });
}

/** The honest author: parameters by walk-forward, then days on paper that nobody had seen. */
export const honest = (trials: Trials, paper: Trials): Evidence => {
  const chosen = bestOf(trials);
  return evidenceOf(trials, walkForward(trials), trials[chosen]!, paper[chosen]!);
};

/** The author who looked: calls unseen what he has chosen by, and shows the whole run of his best trial. */
export const peeking = (trials: Trials, paper: Trials): Evidence => {
  const chosen = bestOf(trials);
  return evidenceOf(trials, trials[chosen]!, trials[chosen]!, paper[chosen]!);
};

const item = <Row>(rows: readonly Row[]): Item<Row> => ({
  query: 'simulated',
  auditFrom: 1,
  auditTo: 1,
  rows,
});

export function evidenceOf(
  trials: Trials,
  outOfSample: readonly number[],
  dailyReturns: readonly number[],
  paper: readonly number[],
): Evidence {
  const day = (n: number): string => new Date(n * DAY_MS).toISOString().slice(0, 10);
  const nets = paper.map((each) => `${each * CAPITAL}`);
  return {
    schema: 'elvis.go-no-go.evidence/1',
    asOfMs: paper.length * DAY_MS,
    subject: item([{ ...SUBJECT }]),
    paperDays: item(nets.map((net, n) => ({ day: day(n), net }))),
    trades: item(nets.map((net, n) => ({ id: `${n}`, closedAtMs: n * DAY_MS, net }))),
    trials: item(
      trials.map((each, n) => ({ backtestId: 'simulated', n, dailySharpe: ratioOf(each), auditSeq: 1 })),
    ),
    backtest: item([
      {
        id: 'simulated',
        dataHash: '',
        buildHash: '',
        dailyReturns,
        outOfSample,
        overfitting: trials.length < 2 ? null : backtestOverfitting(trials).probability,
        gridTrials: trials.length,
        trades: dailyReturns.length,
        meanWithDoubledCosts: null,
        netReturn: dailyReturns.reduce((sum, each) => sum + each, 0),
        neighbours: [],
      },
    ]),
    ...EMPTY,
  };
}

const SUBJECT = {
  botConfigId: 'simulated',
  name: 'simulated',
  strategy: 'simulated',
  market: 'usdm',
  symbol: 'BTCUSDT',
  interval: '1d',
  capital: `${CAPITAL}`,
  minNotional: '5',
  orderNotional: '100',
  bound: {},
} as const;

const EMPTY = {
  audit: item<never>([]),
  rehearsals: item<never>([]),
  testnet: item<never>([]),
  drills: item<never>([]),
  doctor: item<never>([]),
  limits: item<never>([]),
  problems: item<never>([]),
  unprotected: item<never>([]),
  interruptions: item<never>([]),
  parity: item<never>([]),
  steps: item<never>([]),
  marketDays: item<never>([]),
  depth: item<never>([]),
  liveFills: item<never>([]),
};

const EDGE = GATES.filter(({ group }) => group === 'EDGE');

/** What the gate says of it. */
export const ask = (id: string, evidence: Evidence): Finding['answer'] =>
  EDGE.find((gate) => gate.id === id)!.find(evidence, DEFAULT_THRESHOLDS).answer;

export const passesEdge = (evidence: Evidence): boolean =>
  EDGE.every(({ find }) => find(evidence, DEFAULT_THRESHOLDS).answer === 'pass');
