/** The strategies that are shipped, by name; an author's own go beside them. */
import { Strategy } from '@elvis/strategy';
import bollingerReversion from './bollinger-reversion.strategy';
import buyAndHold from './buy-and-hold.strategy';
import coinToss from './coin-toss.strategy';
import dca from './dca.strategy';
import emaCrossover from './ema-crossover.strategy';
import emaRsi from './ema-rsi.strategy';
import grid from './grid.strategy';
import macdTrend from './macd-trend.strategy';
import rsiReversion from './rsi-reversion.strategy';
import signal from './signal.strategy';

export const STRATEGIES: readonly Strategy[] = [
  bollingerReversion,
  buyAndHold,
  coinToss,
  dca,
  emaCrossover,
  emaRsi,
  grid,
  macdTrend,
  rsiReversion,
  signal,
];
