/** The same candles with something done to them. */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { CandleColumns, lengthOf } from '../data/candle-columns';

/** From a place on other candles: a walk of its own, with the volume of nothing that was. */
export function noisy(data: CandleColumns, from: number): CandleColumns {
  const random = xoroshiro128plus(from);
  const copy = copied(data);
  let close = copy.close[Math.max(0, from - 1)]!;
  for (let at = from; at < lengthOf(data); at += 1) {
    const open = close;
    close = open * (1 + random.next() / 2 ** 31 / 50);
    copy.open[at] = open;
    copy.close[at] = close;
    copy.high[at] = Math.max(open, close) * 1.001;
    copy.low[at] = Math.min(open, close) * 0.999;
    copy.volume[at] = 1;
  }
  return copy;
}

/** The middle third stands still at one price, without volume. */
export function quiet(data: CandleColumns): CandleColumns {
  const copy = copied(data);
  const third = Math.floor(lengthOf(data) / 3);
  const price = copy.close[Math.max(0, third - 1)]!;
  for (let at = third; at < 2 * third; at += 1) {
    for (const column of [copy.open, copy.high, copy.low, copy.close]) column[at] = price;
    copy.volume[at] = 0;
  }
  return copy;
}

const copied = (data: CandleColumns): CandleColumns => ({
  ...data,
  open: data.open.slice(),
  high: data.high.slice(),
  low: data.low.slice(),
  close: data.close.slice(),
  volume: data.volume.slice(),
});
