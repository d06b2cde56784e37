/** A day with cuts, stalls and repetitions against candles made of all its trades at once. */
import fc from 'fast-check';
import { NaiveCandle, naiveCandles } from '../../test/naive-candles';
import { AggregateTrade, MINUTE_MS, SealedMinute, differingFigures, minuteOf } from './candle';
import { CandleBuilder } from './candle-builder';

const START = Date.UTC(2026, 10, 30);
const GRACE_MS = 1_500;

/** A generator of whole numbers below `bound`, the same for the same seed. */
function numbers(seed: number): (bound: number) => number {
  let state = seed >>> 0 || 1;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** Bursts and quiet minutes, prices and quantities of uneven digits, aggregates of several trades. */
function tradesOf(minutes: number, below: (bound: number) => number): AggregateTrade[] {
  const trades: AggregateTrade[] = [];
  let price = 6_000_000;
  for (let minute = 0; minute < minutes; minute += 1) {
    const count = below(4) === 0 ? 0 : below(60);
    const times = Array.from({ length: count }, () => below(MINUTE_MS)).sort((left, right) => left - right);
    for (const time of times) {
      price += below(401) - 200;
      trades.push({
        id: 1_000 + trades.length,
        price: `${Math.floor(price / 100)}.${`${price % 100}`.padStart(2, '0')}`,
        quantity: `${below(3)}.${`${1 + below(99_999)}`.padStart(5, '0')}`,
        trades: 1 + below(3),
        timeMs: START + minute * MINUTE_MS + time,
      });
    }
  }
  return trades;
}

/** Plays the trades into a builder over a connection that is cut, stalls and brings some of them twice. */
function play(
  trades: readonly AggregateTrade[],
  minutes: number,
  troubles: number,
  below: (bound: number) => number,
): { readonly left: SealedMinute[]; readonly early: string[] } {
  const endMs = START + minutes * MINUTE_MS;
  const reference = new Map(naiveCandles(trades, START, endMs).map((candle) => [candle.openTimeMs, candle]));
  const cuts = Array.from({ length: troubles }, () => {
    const fromMs = START + below(minutes * MINUTE_MS);
    return { fromMs, toMs: fromMs + below(4 * MINUTE_MS), repeats: below(2) === 0 ? below(20) : 0 };
  }).sort((left, right) => left.fromMs - right.fromMs);
  const isCut = (timeMs: number): boolean =>
    cuts.some(({ fromMs, toMs }) => timeMs >= fromMs && timeMs < toMs);
  const builder = new CandleBuilder({ graceMs: GRACE_MS });
  const left: SealedMinute[] = [];
  const early: string[] = [];
  let heardMs = 0;
  const collect = (sealed: readonly SealedMinute[]): void => {
    for (const candle of sealed) {
      if (heardMs < candle.openTimeMs + MINUTE_MS) early.push(`${candle.openTimeMs} at ${heardMs}`);
      left.push(candle);
    }
  };
  let index = 0;
  let wasCut = false;
  for (let nowMs = START; nowMs <= endMs + 10 * MINUTE_MS; nowMs += 1_000) {
    const due: AggregateTrade[] = [];
    for (; index < trades.length && (trades[index] as AggregateTrade).timeMs <= nowMs; index += 1)
      due.push(trades[index] as AggregateTrade);
    if (isCut(nowMs)) {
      wasCut = true;
      continue;
    }
    if (wasCut) {
      builder.connected();
      for (const again of trades.slice(Math.max(0, index - due.length - 5), index - due.length))
        if (below(2) === 0 && !isCut(again.timeMs)) due.unshift(again);
      due.sort((one, other) => one.id - other.id);
    }
    wasCut = false;
    for (const trade of due) {
      heardMs = Math.max(heardMs, trade.timeMs);
      collect(builder.trade(trade));
    }
    heardMs = nowMs;
    collect(builder.clock(nowMs));
    const { missing } = builder;
    // The exchange does not answer always, nor at once.
    if (missing && below(3) > 0)
      collect(
        builder.repair(
          [...reference.values()].filter(
            ({ openTimeMs }) => openTimeMs >= missing.fromMs && openTimeMs < missing.toMs,
          ),
        ),
      );
  }
  return { left, early };
}

describe('candles of a day with cuts', () => {
  const check = (seed: number, minutes: number, troubles: number): void => {
    const below = numbers(seed);
    const trades = tradesOf(minutes, below);
    const [first] = trades;
    if (!first) return;
    const { left, early } = play(trades, minutes, troubles, below);
    const final = new Map(left.map((candle) => [candle.openTimeMs, candle]));
    const expected = naiveCandles(trades, START, START + minutes * MINUTE_MS);
    const differing = expected.filter((candle: NaiveCandle) => {
      const made = final.get(candle.openTimeMs);
      return !made || differingFigures(candle, made).length > 0;
    });
    // Before the first trade the exchange has a price that these trades do not tell.
    expect(differing.filter(({ openTimeMs }) => openTimeMs >= minuteOf(first.timeMs))).toEqual([]);
    expect(early).toEqual([]);
    const firstRevisions = left.filter(({ revision }) => revision === 1).map(({ openTimeMs }) => openTimeMs);
    expect(firstRevisions).toEqual([...firstRevisions].sort((one, other) => one - other));
    expect(new Set(firstRevisions).size).toBe(firstRevisions.length);
  };

  it('equal those made of all trades, leave once, in order, and never before their minute is over', () => {
    check(1, 1_440, 60);
  });

  it('do so for any day', () => {
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 2, max: 90 }), fc.nat({ max: 12 }), (seed, minutes, troubles) =>
        check(seed, minutes, troubles),
      ),
      { numRuns: 30 },
    );
  });
});
