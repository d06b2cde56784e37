/**
 * `npm run bench:kill-switch [-- --rounds 20]`: how long a stop takes at 20 orders a second with 200 orders open, from
 * the client's POST to blocked, drained and verified zero, with every replica answering and with one asleep.
 *
 * The limits of risk and gateway are off and the exchange's order limits are lifted.
 */
import { stopBounds, waitOutMs } from '@elvis/trading';
import { parseArgs } from 'node:util';
import { Stand } from '../../test/faults/kill-switch/stand';
import { Spread, spreadOf } from '../order-path/percentiles';

const OPEN_ORDERS = 200;
const RECV_WINDOW_MS = 1_000;
/** What the clock of a local exchange is off by at most. */
const CLOCK_ERROR_MS = 50;
const GOAL_BLOCKED_MS = 20;

interface Round {
  readonly blocked: number;
  readonly drained: number;
  readonly verified: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { rounds: { type: 'string', default: '20' } } });
  const stand = await Stand.start({ replicas: { execution: 2, risk: 1 } });
  try {
    const awake: Round[] = [];
    for (let round = 0; round < Number(values.rounds); round += 1) awake.push(await measure(stand, false));
    const asleep: Round[] = [];
    for (let round = 0; round < Number(values.rounds) / 4; round += 1)
      asleep.push(await measure(stand, true));
    report('all replicas answer', awake);
    report('one replica asleep', asleep);
    const bound = waitOutMs(stopBounds(RECV_WINDOW_MS, CLOCK_ERROR_MS));
    const slowest = Math.max(...asleep.map(({ drained }) => drained));
    const blocked = spreadOf(awake.map((round) => round.blocked)).p99;
    console.log(
      `blocked p99 / ${GOAL_BLOCKED_MS} ms: ${(blocked / GOAL_BLOCKED_MS).toFixed(2)} (goal: below 1)`,
    );
    console.log(
      `drained with one asleep / bound of ${bound} ms: ${(slowest / bound).toFixed(2)} (goal: at most 1.1)`,
    );
  } finally {
    await stand.stop();
  }
}

async function measure(stand: Stand, isOneAsleep: boolean): Promise<Round> {
  await stand.restore();
  await Promise.all(
    Array.from({ length: OPEN_ORDERS }, () => stand.call('POST', '/api/v1/orders', stand.restingOrder())),
  );
  stand.beginLoad(2, 100);
  const [sleeper] = stand.pids('execution');
  if (isOneAsleep && sleeper !== undefined) stand.signal(sleeper, 'SIGSTOP');
  const { body } = await stand.call('POST', '/emergency_stop', { reason: 'bench' });
  if (isOneAsleep && sleeper !== undefined) stand.signal(sleeper, 'SIGCONT');
  await stand.endLoad();
  const { requested, blocked, drained, verified } = body.phases as Record<string, string | null>;
  const since = (time: string | null | undefined): number =>
    time ? Date.parse(time) - Date.parse(requested ?? '') : Number.NaN;
  return { blocked: since(blocked), drained: since(drained), verified: since(verified) };
}

function report(title: string, rounds: readonly Round[]): void {
  const row = (what: string, { p50, p99, count }: Spread): object => ({
    what,
    'p50 ms': p50.toFixed(0),
    'p99 ms': p99.toFixed(0),
    n: count,
  });
  const known = (of: (round: Round) => number): number[] => rounds.map(of).filter(Number.isFinite);
  console.log(title);
  console.table([
    row('POST to blocked', spreadOf(known(({ blocked }) => blocked))),
    row('POST to drained', spreadOf(known(({ drained }) => drained))),
    row(`POST to verified zero, ${OPEN_ORDERS} open orders`, spreadOf(known(({ verified }) => verified))),
  ]);
}

void main();
