/** What the account was worth from a round moment on, 1000 at first; a spec adds values and bookings, and asks what is lost. */
import { Decimal } from '@elvis/trading';
import { EquityHistory, Transfer, Worth, lossOf, withEquity, withTransfers } from '../src/loss/loss';

export const MINUTE = 60_000;
/** All times below count from here. */
export const T0 = 1_000 * MINUTE;
export const TODAY = '2026-11-21';

export const at = (equity: number, atMs: number): Worth => ({ equity: new Decimal(equity), atMs: T0 + atMs });

export const moved = (amount: number, atMs: number, id = `TRANSFER:${atMs}`): Transfer => ({
  id,
  amount: new Decimal(amount),
  atMs: T0 + atMs,
});

export const start = withEquity(undefined, at(1000, 0), TODAY);

export const after = (history: EquityHistory, ...values: Worth[]): EquityHistory =>
  values.reduce((grown, worth) => withEquity(grown, worth, TODAY), history);

export const booked = (history: EquityHistory, toMs: number, ...found: Transfer[]): EquityHistory =>
  withTransfers(history, found, T0 + toMs);

/** Today's, and below the highest value ever. */
export const loss = (history: EquityHistory, worth: Worth): readonly [string, string] => {
  const { today, drawdown } = lossOf(history, worth);
  return [today.toFixed(), drawdown.toFixed()];
};
