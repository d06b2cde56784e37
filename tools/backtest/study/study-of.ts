/** The study that the words ask for: the same on every thread. */
import { BacktestSetup, Costs, Study } from '@elvis/backtest';
import { DataSet, instrumentOf, judgedLimits } from '@elvis/research';
import { Strategy } from '@elvis/strategy';
import { Decimal } from '@elvis/trading';
import { ConfiguredLimits } from '../risk-limits';
import { BacktestWords } from '../words';

interface Assumed {
  readonly risk: ConfiguredLimits;
  readonly costs: Costs;
}

export const studyOf = (
  words: BacktestWords,
  strategy: Strategy,
  data: DataSet,
  assumed: Assumed,
): Study => ({
  setup: setupOf(words, strategy, data, assumed),
  data: data.columns,
  grid: words.grid,
});

const setupOf = (
  { params, interval, capital, leverage, seed }: BacktestWords,
  strategy: Strategy,
  { columns, market, fromMs }: DataSet,
  { risk, costs }: Assumed,
): BacktestSetup => ({
  strategy,
  params,
  bot: { symbol: columns.symbol, interval },
  instrument: instrumentOf(market, columns.symbol),
  capital: new Decimal(capital),
  leverage: market === 'spot' ? 1 : (leverage ?? risk.leverage),
  isLeverageOverridden: risk.isLeverageOverridden,
  limits: judgedLimits(risk.texts).limits,
  costs,
  seed,
  ...(fromMs !== undefined && { fromMs }),
});
