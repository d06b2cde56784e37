/** What the page reads of a backtest's report; docs/backtest.md describes all of it. */
import { call } from '../../api/api';

/** A statistic, or why there is none. It is no money, so a number. */
export interface Statistic {
  readonly value: number | null;
  readonly low?: number;
  readonly high?: number;
  readonly why?: string;
}

export interface GridCell {
  readonly params: Readonly<Record<string, string>>;
  readonly netReturn: number;
  readonly maximumDrawdown: number;
  readonly trades: number;
}

export interface Report {
  readonly figures: Readonly<Record<string, Statistic>>;
  readonly capital: string;
  readonly endEquity: string;
  readonly paid: { readonly fees: string; readonly funding: string; readonly slippage: string };
  readonly grid: readonly GridCell[];
  readonly cannotTell: readonly string[];
}

export const readReport = async (id: string): Promise<Report> =>
  (await call('get', '/api/v1/backtests/{id}/report', {
    names: { id },
    query: { format: 'json' },
  })) as unknown as Report;

const PERCENTS = new Set([
  'netReturn',
  'maximumDrawdown',
  'winShare',
  'timeInMarket',
  'dailyValueAtRisk',
  'dailyExpectedShortfall',
]);

/** As a person reads it: shares in percent, an interval behind the value, or the reason why there is none. */
export function statisticText(name: string, { value, low, high, why }: Statistic): string {
  if (value === null) return `– ${why ?? ''}`.trim();
  const shown = (figure: number): string =>
    PERCENTS.has(name)
      ? `${(figure * 100).toFixed(2)} %`
      : Number.isInteger(figure)
        ? `${figure}`
        : figure.toFixed(3);
  return low === undefined || high === undefined
    ? shown(value)
    : `${shown(value)} (${shown(low)} … ${shown(high)})`;
}
