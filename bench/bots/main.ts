/**
 * `npm run bench:bots [-- --rounds 6] [-- --profile FOLDER]`: from a sealed candle to the order at the exchange with fifty
 * bots, beside the same order by REST in the same run; and five hundred bots on symbols of their own that close together.
 *
 * The first is a whole system on this machine. Candles are given to it as market-data would, those of the fifty symbols 50 ms
 * apart, as minutes end when their first trade comes; and once more all in one instant. In the second the other services are
 * stood in for: what is measured is the bots service alone, every bot with an order in each round.
 */
import { parseArgs } from 'node:util';
import { spreadOf } from '../order-path/percentiles';
import { measureFiveHundred } from './five-hundred';
import { measureFifty } from './fifty';

const GOAL_P50_MS = 25;
const GOAL_P99_MS = 80;
const GOAL_TOGETHER_MS = 5_000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '6' }, profile: { type: 'string' } },
  });
  const rounds = Number(values.rounds);
  const together = await measureFiveHundred(3, values.profile);
  console.log(
    `500 bots on 500 symbols, closing together, an order each: all done after ${together.map((ms) => ms.toFixed(0)).join(', ')} ms (goal: at most ${GOAL_TOGETHER_MS})`,
  );
  const { spaced, burst, rest } = await measureFifty(rounds);
  const row = (what: string, times: readonly number[]) => {
    const { p50, p99, count } = spreadOf(times);
    return { what, 'p50 ms': p50.toFixed(1), 'p99 ms': p99.toFixed(1), n: `${count}` };
  };
  console.table([
    row('sealed candle until the exchange has the order, 50 bots 50 ms apart', spaced),
    row("client's POST until the exchange has the order, 50 ms apart, no bot", rest),
    row('sealed candle until the exchange has the order, 50 bots in one instant', burst),
  ]);
  const [bots, plain] = [spreadOf(spaced), spreadOf(rest)];
  console.log(`what a bot adds at p50: ${(bots.p50 - plain.p50).toFixed(1)} ms`);
  console.log(
    `50 bots: p50 ${bots.p50.toFixed(1)} ms (goal: at most ${GOAL_P50_MS}), p99 ${bots.p99.toFixed(1)} ms (goal: at most ${GOAL_P99_MS})`,
  );
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
