/** What a backtest brought as tables to calculate with: CSV in UTC, amounts in the quote asset. */
import { BacktestRun } from '../engine/backtest';
import { Trade } from '../engine/position';
import { BacktestReport } from './report';
import { dayOf, momentOf } from './utc';

const DAY_MS = 86_400_000;

const TRADE_COLUMNS = [
  'direction',
  'openedAt',
  'closedAt',
  'quantity',
  'entryPrice',
  'exitPrice',
  'result',
  'fees',
  'funding',
  'net',
  'reason',
  'becauseEntry',
  'becauseExit',
] as const;

export const tradesCsv = (trades: readonly Trade[]): string =>
  csv(
    TRADE_COLUMNS,
    trades.map(({ openedAtMs, closedAtMs, because, ...trade }) => ({
      ...trade,
      openedAt: momentOf(openedAtMs),
      closedAt: momentOf(closedAtMs),
      becauseEntry: because.entry,
      becauseExit: because.exit,
    })),
  );

/** One row a UTC day: equity at its end, and the trades that were closed in it. */
export function dailyCsv({ dailyEquity, trades }: BacktestRun, fromMs: number): string {
  const firstDay = Math.floor(fromMs / DAY_MS);
  const closed = new Map<number, number>();
  for (const { closedAtMs } of trades) {
    // A trade that closed with the last candle of a day is of that day.
    const day = Math.floor((closedAtMs - 1) / DAY_MS);
    closed.set(day, (closed.get(day) ?? 0) + 1);
  }
  const rows = dailyEquity.slice(1).map((equity, at) => ({
    day: dayOf((firstDay + at) * DAY_MS),
    equity,
    change: equity / dailyEquity[at]! - 1,
    trades: closed.get(firstDay + at) ?? 0,
  }));
  return csv(['day', 'equity', 'change', 'trades'], rows);
}

export const monthlyCsv = (rows: BacktestReport['monthly']): string => csv(['month', 'net', 'trades'], rows);

function csv<Name extends string>(
  names: readonly Name[],
  rows: readonly Readonly<Record<Name, string | number>>[],
): string {
  const lines = rows.map((row) => names.map((name) => cell(row[name])).join(','));
  return `${[names.join(','), ...lines].join('\r\n')}\r\n`;
}

/** A number stays one; of text, no program takes the beginning for a formula. */
function cell(value: string | number): string {
  const text = String(value);
  if (/^-?\d+(\.\d+)?(e[+-]?\d+)?$/.test(text)) return text;
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
