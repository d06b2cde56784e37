/**
 * `npm run bench:candles`: how many trades a second one core seals into minutes, from trades and from the exchange's texts,
 * and whether every candle equals one that a second, naive implementation makes of all trades. Fails below 100,000 a second
 * or if a candle differs. Words: `--trades N`.
 */
import { AggregateTrade, CandleBuilder, MINUTE_MS, SealedMinute, differingFigures } from '@elvis/trading';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { naiveCandles } from '../../libs/trading/test/naive-candles';

const DAY = Date.UTC(2026, 10, 30);
const MINUTES = 1_440;
const LEAST_A_SECOND = 100_000;
const ROUNDS = 5;

/** A day of one symbol: a walk of the price in ticks, quantities of uneven digits, some aggregates of several trades. */
function tradesOfADay(count: number): AggregateTrade[] {
  let state = 20_261_130;
  const below = (bound: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
  let price = 618_000;
  return Array.from({ length: count }, (_, index) => {
    price += below(21) - 10;
    return {
      id: 1 + index,
      price: `${Math.floor(price / 10)}.${price % 10}0`,
      quantity: `${below(2)}.${`${1 + below(999)}`.padStart(3, '0')}`,
      trades: 1 + below(3),
      timeMs: DAY + Math.floor((index * MINUTES * MINUTE_MS) / count),
    };
  });
}

/** As the exchange sends them. */
const textOf = ({ id, price, quantity, trades, timeMs }: AggregateTrade): string =>
  JSON.stringify({
    stream: 'btcusdt@aggTrade',
    data: {
      e: 'aggTrade',
      E: timeMs + 3,
      s: 'BTCUSDT',
      a: id,
      p: price,
      q: quantity,
      f: 1,
      l: trades,
      T: timeMs,
      m: true,
    },
  });

function fromText(text: string): AggregateTrade {
  const { data } = JSON.parse(text) as {
    data: { a: number; p: string; q: string; f: number; l: number; T: number };
  };
  return { id: data.a, price: data.p, quantity: data.q, trades: data.l - data.f + 1, timeMs: data.T };
}

/** A builder that knows what came before the day, so that it seals the first minute too. */
const builder = (): CandleBuilder =>
  new CandleBuilder({ graceMs: 1_500, after: { openTimeMs: DAY - MINUTE_MS, close: '61800', lastId: 0 } });

function seal<Item>(items: readonly Item[], read: (item: Item) => AggregateTrade): SealedMinute[] {
  const candles = builder();
  const sealed: SealedMinute[] = [];
  for (const item of items) for (const minute of candles.trade(read(item))) sealed.push(minute);
  sealed.push(...candles.clock(DAY + MINUTES * MINUTE_MS + 2_000));
  return sealed;
}

/** The best of some rounds: what the machine does beside it only takes away. */
function speedOf(count: number, work: () => void): number {
  const seconds = Array.from({ length: ROUNDS }, () => {
    const start = process.hrtime.bigint();
    work();
    return Number(process.hrtime.bigint() - start) / 1e9;
  });
  return Math.round(count / Math.min(...seconds));
}

function main(): number {
  const { values } = parseArgs({ options: { trades: { type: 'string', default: '1000000' } } });
  const trades = tradesOfADay(Number(values.trades));
  const texts = trades.map(textOf);
  console.log(
    `load average at the start: ${loadavg()
      .map((value) => value.toFixed(1))
      .join(' ')}`,
  );
  const speeds = {
    'from trades': speedOf(trades.length, () => seal(trades, (trade) => trade)),
    'from the exchange’s texts': speedOf(texts.length, () => seal(texts, fromText)),
  };
  for (const [name, speed] of Object.entries(speeds))
    console.log(
      `${name}: ${speed.toLocaleString('en')} trades a second sealed on one core (limit ${LEAST_A_SECOND})`,
    );
  const sealed = new Map(seal(texts, fromText).map((candle) => [candle.openTimeMs, candle]));
  const expected = naiveCandles(trades, DAY, DAY + MINUTES * MINUTE_MS, '61800');
  const differing = expected.filter((candle) => {
    const made = sealed.get(candle.openTimeMs);
    return !made || differingFigures(candle, made).length > 0;
  });
  console.log(
    `${expected.length} candles of ${trades.length} trades: ${differing.length} differ from the naive ones`,
  );
  return differing.length > 0 || Object.values(speeds).some((speed) => speed < LEAST_A_SECOND) ? 1 : 0;
}

process.exitCode = main();
