/**
 * What the account has lost: today, from the first value of the UTC day on; and below its highest value ever. Both
 * start anew from the present value when somebody acknowledges them, so that they trip again only after a further
 * full limit.
 */
import { Decimal, maxDecimal } from '@elvis/trading';
import { LossFact } from './checks/check';

export interface EquityHistory {
  /** UTC day of the exchange, `2026-11-21`. */
  readonly day: string;
  readonly dayStart: Decimal;
  readonly peak: Decimal;
}

const ZERO = new Decimal(0);

/** The history with this value in it; a value of an earlier day starts no day. */
export function withEquity(history: EquityHistory | undefined, equity: Decimal, day: string): EquityHistory {
  if (!history) return { day, dayStart: equity, peak: equity };
  const isNewDay = day > history.day;
  return {
    day: isNewDay ? day : history.day,
    dayStart: isNewDay ? equity : history.dayStart,
    peak: maxDecimal(history.peak, equity),
  };
}

export const lossOf = ({ dayStart, peak }: EquityHistory, equity: Decimal): LossFact => ({
  today: maxDecimal(dayStart.minus(equity), ZERO),
  drawdown: maxDecimal(peak.minus(equity), ZERO),
});

/** What has been lost so far is acknowledged. */
export const acknowledged = (
  history: EquityHistory,
  equity: Decimal,
  what: 'daily-loss' | 'drawdown',
): EquityHistory => (what === 'daily-loss' ? { ...history, dayStart: equity } : { ...history, peak: equity });
