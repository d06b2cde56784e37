/** What a go/no-go judgement asks of a backtest: its days and what its figures come to under worse luck. */
import { StudyOutcome } from '../study/outcome';
import { dailyReturns } from '../study/unit';
import { Figures } from './figures';

/** How much rests near the middle of the price. */
export interface Depth {
  readonly orderBooks: number;
  /** Within 10 basis points of the middle on the thinner side, at the tenth percentile of the order books; quote asset. */
  readonly notional: number;
}

export interface BacktestEvidence {
  readonly dailyReturns: readonly number[];
  /** Of the days of the walk-forward that its parameters were not chosen on. */
  readonly outOfSample: readonly number[];
  readonly netReturn: number;
  readonly trades: number;
  /** Mean result of a trade if fees, funding and slippage were paid twice; null without a trade. */
  readonly meanWithDoubledCosts: number | null;
  /** Net returns with one parameter a fifth lower or higher. */
  readonly neighbours: readonly number[];
  /** Probability of overfitting of the grid; null where the grid or the time is too small. */
  readonly overfitting: number | null;
  readonly gridTrials: number;
  /** Of recorded order books of the symbol; null where there are none. */
  readonly depth: Depth | null;
}

export function evidenceOf(
  outcome: StudyOutcome,
  { netReturn, overfitting }: Pick<Figures, 'netReturn' | 'overfitting'>,
  depth: Depth | undefined,
): BacktestEvidence {
  const { run, sensitivity, cells, unseenReturns } = outcome;
  const { fees, funding, slippage } = run.paid;
  // What was received in funding does not double as a cost.
  const costs = Number(fees) + Math.max(0, Number(funding)) + Number(slippage);
  const net = run.trades.reduce((sum, trade) => sum + Number(trade.net), 0);
  return {
    dailyReturns: dailyReturns(run),
    outOfSample: unseenReturns,
    netReturn: netReturn.value ?? 0,
    trades: run.trades.length,
    meanWithDoubledCosts: run.trades.length === 0 ? null : (net - costs) / run.trades.length,
    neighbours: sensitivity.flatMap(({ netReturn: of }) => of ?? []),
    overfitting: overfitting.value,
    gridTrials: cells.filter(({ summary }) => summary !== null).length,
    depth: depth ?? null,
  };
}
