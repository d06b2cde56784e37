/** Who runs in `bench:backtest`, over how much of the year, and by which rules it fills. */
import { CandleColumns } from '@elvis/backtest';
import { FIRST_STEP, Trade, YEAR } from './market';
import { FillRules, ruleLoop } from './rule-loop';
import { runElvis } from './elvis';
import { runFramework } from './peers/framework';
import { runGrademark } from './peers/grademark';
import { runBacktestKit } from './peers/backtest-kit';

export interface Contender {
  readonly name: string;
  /** How many candles it is compared over: all of the year, or what it can do in some seconds. */
  readonly candles: number;
  /** How many of them it goes through while it is timed, where it need not see the first. */
  readonly stepped?: number;
  readonly rules: FillRules;
  /** Whether it keeps an account: amounts, fees and what is left. A loop that only finds trades has less to do. */
  readonly keepsAccount: boolean;
  /** What a reader must know to judge the figure. */
  readonly remark: string;
  readonly run: (columns: CandleColumns) => readonly Trade[] | Promise<readonly Trade[]>;
}

/** backtest-kit does some thousand a second. */
const FEW = 10_000;

export const ELVIS_RULES: FillRules = {
  entry: 'next open',
  exit: 'next open',
  guardsEntryCandle: true,
  guardsExitCandle: false,
  gapFillsAt: 'open',
  target: 'traded through',
  isOnTick: true,
  decidesOnEntry: true,
  decidesOnExit: true,
};

const PEER_RULES = {
  exit: 'next open',
  guardsEntryCandle: false,
  gapFillsAt: 'stop',
  target: 'touched',
  isOnTick: false,
} as const;

export const CONTENDERS: readonly Contender[] = [
  {
    name: 'elvis',
    candles: YEAR,
    keepsAccount: true,
    rules: ELVIS_RULES,
    remark: 'sizes, fees, funding, 30 rules of risk for each order, exact decimals',
    run: runElvis,
  },
  {
    name: 'grademark',
    candles: YEAR,
    keepsAccount: false,
    rules: {
      ...PEER_RULES,
      entry: 'next open',
      guardsExitCandle: false,
      decidesOnEntry: false,
      decidesOnExit: false,
    },
    remark: '0.3.0; knows no fees, no sizes',
    run: runGrademark,
  },
  {
    name: '@backtest/framework',
    candles: YEAR,
    keepsAccount: true,
    rules: {
      ...PEER_RULES,
      entry: 'next open',
      guardsExitCandle: true,
      decidesOnEntry: true,
      decidesOnExit: true,
    },
    remark:
      '1.1.18; candles from memory in the place of Prisma and SQLite; its own getCandles, quadratic, not called',
    run: runFramework,
  },
  {
    name: 'backtest-kit',
    candles: FIRST_STEP + FEW,
    keepsAccount: true,
    stepped: FEW,
    rules: {
      ...PEER_RULES,
      entry: 'own close',
      exit: 'next close',
      guardsEntryCandle: true,
      guardsExitCandle: false,
      target: 'closed beyond',
      decidesOnEntry: true,
      decidesOnExit: true,
    },
    remark: '19.5.0; on older versions of its parts than it asks for, which no registry here offers',
    run: runBacktestKit,
  },
  {
    name: 'bare loop',
    candles: YEAR,
    keepsAccount: false,
    rules: ELVIS_RULES,
    remark: 'numbers over typed arrays, this strategy alone',
    run: (columns) => ruleLoop(columns, ELVIS_RULES),
  },
];
