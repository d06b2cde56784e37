/** What several results say together. Of few it says more about chance than about the trading, and is not told. */
type ResultReason = 'TOO_FEW_RESULTS' | 'NO_LOSSES';

/** As a backtest asks for trades. With twenty, the 95 % interval of a win rate of one half is still 30 to 70 %. */
const MIN_RESULTS = 20;

export interface ResultSums {
  readonly results: number;
  readonly wins: number;
  /** Wins over losses as amounts; null without a loss. */
  readonly profitFactor: number | null;
  readonly averageResult: string | null;
}

export interface ResultFigures {
  readonly winRate: number | null;
  readonly winRateReason: ResultReason | null;
  readonly profitFactor: number | null;
  readonly profitFactorReason: ResultReason | null;
  readonly averageResult: string | null;
  readonly averageResultReason: ResultReason | null;
}

export function resultFigures({ results, wins, profitFactor, averageResult }: ResultSums): ResultFigures {
  const isEnough = results >= MIN_RESULTS;
  const tooFew = isEnough ? null : 'TOO_FEW_RESULTS';
  return {
    winRate: isEnough ? wins / results : null,
    winRateReason: tooFew,
    profitFactor: isEnough ? profitFactor : null,
    profitFactorReason: isEnough && profitFactor === null ? 'NO_LOSSES' : tooFew,
    averageResult: isEnough ? averageResult : null,
    averageResultReason: tooFew,
  };
}
