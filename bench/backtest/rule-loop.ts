/**
 * The strategy of the bench as a bare loop over typed arrays, with the ways in which the contenders fill orders as
 * switches. It is the least that such a run can cost, and it explains every trade in which two contenders differ: each
 * must equal the loop with its own rules.
 */
import { CandleColumns, lengthOf } from '@elvis/backtest';
import { FAST, FEE, FIRST_STEP, SLOW, STOP, TARGET, TICK, Trade } from './market';

export interface FillRules {
  /** What a decided order fills at; a gap lies between a close and the next open. */
  readonly entry: 'next open' | 'own close';
  readonly exit: 'next open' | 'next close';
  /** Whether stop and target are looked at in the candle of the entry. */
  readonly guardsEntryCandle: boolean;
  /** Whether they are looked at in the candle of a decided exit, before it; its open always counts for Elvis. */
  readonly guardsExitCandle: boolean;
  /** Where the open lies beyond the stop: at the open, or at the stop's price all the same. */
  readonly gapFillsAt: 'open' | 'stop';
  readonly target: 'traded through' | 'touched' | 'closed beyond';
  /** Whether prices lie on the tick, the worse one. */
  readonly isOnTick: boolean;
  /** Whether the close of the candle of an entry may already decide an exit. */
  readonly decidesOnEntry: boolean;
  /** Whether the close of a candle in which a position has ended may decide an entry. */
  readonly decidesOnExit: boolean;
}

const onTick = (price: number): number => Math.floor(Number((price / TICK).toFixed(6))) * TICK;

export function ruleLoop(columns: CandleColumns, rules: FillRules): readonly Trade[] {
  const { open, high, low, close } = columns;
  const { gapFillsAt, target: targetRule, isOnTick, guardsEntryCandle, guardsExitCandle } = rules;
  const [fastWeight, slowWeight] = [2 / (FAST + 1), 2 / (SLOW + 1)];
  const count = lengthOf(columns);
  const trades: Trade[] = [];
  let [fast, slow, was, is] = [close[0]!, close[0]!, 0, 0];
  let [isLong, enteredAt, entryPrice, stop, target] = [false, 0, 0, 0, 0];
  let due: 'entry' | 'exit' | null = null;
  let wallet = 0;

  const enter = (at: number, price: number): void => {
    [isLong, enteredAt, entryPrice] = [true, at, price];
    [stop, target] = [price * (1 - STOP), price * (1 + TARGET)];
    wallet -= price * FEE;
  };
  const exit = (at: number, price: number): void => {
    const exitPrice = isOnTick ? onTick(price) : price;
    isLong = false;
    wallet += exitPrice - entryPrice - exitPrice * FEE;
    trades.push({ enteredAt, entryPrice, exitedAt: at, exitPrice });
  };

  for (let at = 0; at < count; at += 1) {
    const price = close[at]!;
    fast = price * fastWeight + fast * (1 - fastWeight);
    slow = price * slowWeight + slow * (1 - slowWeight);
    was = is;
    is = fast - slow;
    let hasEntered = false;
    let hasLeft = false;
    if (due !== null || isLong) {
      const isLeaving: boolean = due === 'exit';
      if (due === 'entry') {
        enter(at, rules.entry === 'next open' ? open[at]! : close[at - 1]!);
        hasEntered = true;
      } else if (isLeaving && !guardsExitCandle) {
        exit(at, rules.exit === 'next open' ? open[at]! : price);
        hasLeft = true;
      }
      due = null;
      if (isLong && (guardsEntryCandle || !hasEntered)) {
        if (low[at]! <= stop) {
          exit(at, gapFillsAt === 'open' ? Math.min(open[at]!, stop) : stop);
          hasLeft = true;
        } else if (
          targetRule === 'touched'
            ? high[at]! >= target
            : targetRule === 'closed beyond'
              ? price >= target
              : high[at]! >= target + TICK / 2
        ) {
          exit(at, target);
          hasLeft = true;
        }
      }
      if (isLeaving && isLong) {
        exit(at, rules.exit === 'next open' ? open[at]! : price);
        hasLeft = true;
      }
    }
    if (at < FIRST_STEP) continue;
    if (isLong) {
      if (is < 0 && (rules.decidesOnEntry || !hasEntered)) due = 'exit';
    } else if (was <= 0 && is > 0 && (rules.decidesOnExit || !hasLeft)) due = 'entry';
  }
  if (!Number.isFinite(wallet)) throw new RangeError('The loop has lost count of its fees');
  return trades;
}
