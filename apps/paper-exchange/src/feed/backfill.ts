/** The hours before the exchange opened: the recording played into the past, so that charts are not empty. */
import {
  Candle,
  emptyCandle,
  Instrument,
  notionalOf,
  RecordedTrade,
  Recording,
  Tape,
} from '@elvis/simulation';

const HOURS = 9;
const SECOND = 1_000;

/** Fills the tape up to `now`: seconds at first, the latest round trade by trade. Answers the next trade's id. */
export function backfill(tape: Tape, recording: Recording, instrument: Instrument, now: number): number {
  const trades = recording.events.filter((event): event is RecordedTrade => event.kind === 'trade');
  const rounds = Math.ceil((HOURS * 3_600 * SECOND) / recording.durationMs);
  let id = Math.max(recording.firstTradeId - rounds * trades.length, 1);
  const seconds = secondsOf(trades, instrument);
  for (let round = rounds; round > 1; round -= 1) {
    const start = now - round * recording.durationMs;
    for (const second of seconds) {
      const firstTradeId = id + second.firstTradeId;
      const lastTradeId = id + second.lastTradeId;
      tape.addSecond({ ...second, openTime: start + second.openTime, firstTradeId, lastTradeId });
    }
    id += trades.length;
  }
  for (const { atMs, price, quantity, buyerIsMaker } of trades) {
    tape.add({ id, price, quantity, buyerIsMaker, time: Math.floor(now - recording.durationMs + atMs) });
    id += 1;
  }
  return id;
}

/** Each second of the recording in which something traded; its trade ids count from 0. */
function secondsOf(trades: readonly RecordedTrade[], instrument: Instrument): Candle[] {
  const seconds: Candle[] = [];
  trades.forEach(({ atMs, price, quantity, buyerIsMaker }, index) => {
    const openTime = Math.floor(atMs / SECOND) * SECOND;
    let second = seconds[seconds.length - 1];
    if (second?.openTime !== openTime) {
      second = emptyCandle(openTime, price, index);
      seconds.push(second);
    }
    const notional = notionalOf(instrument, price, quantity);
    second.high = Math.max(second.high, price);
    second.low = Math.min(second.low, price);
    second.close = price;
    second.volume += quantity;
    second.quoteVolume += notional;
    second.trades += 1;
    second.lastTradeId = index;
    second.takerBuyVolume += buyerIsMaker ? 0 : quantity;
    second.takerBuyQuote += buyerIsMaker ? 0n : notional;
  });
  return seconds;
}
