/** What @backtest/framework loads by its name: it fills at a price that the strategy names, here the open. */
import { Averages, FIRST_STEP, MINUTE_MS, STOP, TARGET } from '../market';

interface Bth {
  readonly currentCandle: { readonly openTime: number; readonly open: number; readonly close: number };
  readonly orderBook: { readonly bought: boolean };
  readonly buy: (order: object) => Promise<void>;
  readonly sell: (order: object) => Promise<void>;
}

let averages = new Averages();
let due: 'entry' | 'exit' | null = null;
let firstStepMs = 0;

export function begin(firstOpenMs: number): void {
  averages = new Averages();
  due = null;
  firstStepMs = firstOpenMs + FIRST_STEP * MINUTE_MS;
}

export async function runStrategy({ currentCandle, orderBook, buy, sell }: Bth): Promise<void> {
  const { open: price, close, openTime } = currentCandle;
  if (due === 'entry')
    await buy({ price, amount: '10%', stopLoss: price * (1 - STOP), takeProfit: price * (1 + TARGET) });
  else if (due === 'exit' && orderBook.bought) await sell({ price });
  due = null;
  averages.add(close);
  if (openTime < firstStepMs) return;
  if (orderBook.bought) {
    if (averages.isBelow) due = 'exit';
  } else if (averages.hasRisen) due = 'entry';
}
