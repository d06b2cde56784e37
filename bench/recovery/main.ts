/**
 * `npm run bench:recovery [-- --rounds 10 --orders 200 --closed 100000 --redis-down-s 60 --patience-s 300]`: recovery after a
 * kill -9 with so many open orders (`--rounds 0` leaves it out), and what a journal full of closed orders costs
 * (`--closed 0` leaves it out).
 */
import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { reportJournalSize } from './journal-size';
import { reportKills } from './kill-rounds';

const MOST_CLOSED = 1_000_000;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '10' },
      orders: { type: 'string', default: '200' },
      closed: { type: 'string', default: '100000' },
      'redis-down-s': { type: 'string', default: '60' },
      'patience-s': { type: 'string', default: '300' },
    },
  });
  const [rounds, open, closed] = [values.rounds, values.orders, values.closed].map(Number) as [
    number,
    number,
    number,
  ];
  if (closed > MOST_CLOSED) throw new Error(`--closed is at most ${MOST_CLOSED}`);
  if (rounds > 0) await reportKills(rounds, open);
  if (closed > 0)
    await reportJournalSize({
      closed,
      open,
      redisDownMs: Number(values['redis-down-s']) * 1_000,
      patienceMs: Number(values['patience-s']) * 1_000,
    });
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
