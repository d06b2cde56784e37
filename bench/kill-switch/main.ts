/**
 * `npm run bench:kill-switch [-- --rounds 20]`: how long a stop takes at 20 orders a second with 200 orders open, from
 * the client's POST to blocked, drained and verified zero, with every replica answering and with one asleep.
 *
 * The limits of risk and gateway are off and the exchange's order limits are lifted.
 */
import { stopBounds, waitOutMs } from '@elvis/trading';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { until } from '@elvis/testing';
import { Stand } from '../../test/faults/kill-switch/stand';
import { Spread, spreadOf } from '../order-path/percentiles';

const OPEN_ORDERS = 200;
const UNDER_WAY = 4;
const RECV_WINDOW_MS = 1_000;
/** What the clock of a local exchange is off by at most. */
const GOAL_BLOCKED_MS = 20;

/** Beyond the slowest request that was in flight, a drain may take so much longer. */
const GOAL_DRAINED_MS = 50;

interface Round {
  /** From the moment before the client's POST; both clocks are this machine's. */
  readonly blocked: number;
  readonly drained: number;
  readonly verified: number;
  /** Until the last order that was in flight at the POST was answered; 0 if none was. */
  readonly slowestInFlight: number;
  readonly canceled: number;
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
    console.log(`load average ${loadavg()[0]?.toFixed(1)} on ${cpus().length} processors`);
    report('all replicas answer', awake);
    report('one replica asleep', asleep);
    assess(awake, asleep);
  } finally {
    await stand.stop();
  }
}

async function measure(stand: Stand, isOneAsleep: boolean): Promise<Round> {
  await stand.restore();
  await Promise.all(
    Array.from({ length: OPEN_ORDERS }, () => stand.call('POST', '/api/v1/orders', stand.restingOrder())),
  );
  stand.journeys.length = 0;
  stand.beginLoad(2, 100);
  // A stop comes into the middle of the load, not before it.
  await until(() => Promise.resolve(stand.journeys.length >= UNDER_WAY), 'the load is under way');
  const [sleeper] = stand.pids('execution');
  if (isOneAsleep && sleeper !== undefined) stand.signal(sleeper, 'SIGSTOP');
  const postedAtMs = Date.now();
  const { body } = await stand.call('POST', '/emergency_stop', { reason: 'bench' });
  if (isOneAsleep && sleeper !== undefined) stand.signal(sleeper, 'SIGCONT');
  await stand.endLoad();
  const { blocked, drained, verified } = body.phases as Record<string, string | null>;
  const since = (time: string | null | undefined): number =>
    time ? Date.parse(time) - postedAtMs : Number.NaN;
  const inFlight = stand.journeys.filter(
    ({ sentAtMs, answeredAtMs }) => sentAtMs <= postedAtMs && answeredAtMs >= postedAtMs,
  );
  return {
    ...{ blocked: since(blocked), drained: since(drained), verified: since(verified) },
    slowestInFlight: Math.max(0, ...inFlight.map(({ answeredAtMs }) => answeredAtMs - postedAtMs)),
    canceled: Number(body.canceled_orders),
  };
}

function report(title: string, rounds: readonly Round[]): void {
  const row = (what: string, { p50, p99, count }: Spread): object => ({
    what,
    'p50 ms': p50.toFixed(0),
    'p99 ms': p99.toFixed(0),
    n: count,
  });
  const known = (of: (round: Round) => number): number[] => rounds.map(of).filter(Number.isFinite);
  console.log(`${title}; ${rounds.reduce((sum, { canceled }) => sum + canceled, 0)} orders cancelled`);
  console.table([
    row('POST to blocked', spreadOf(known(({ blocked }) => blocked))),
    row('POST to drained', spreadOf(known(({ drained }) => drained))),
    row('slowest order in flight', spreadOf(known(({ slowestInFlight }) => slowestInFlight))),
    row(`POST to verified zero, ${OPEN_ORDERS} open orders`, spreadOf(known(({ verified }) => verified))),
  ]);
}

function assess(awake: readonly Round[], asleep: readonly Round[]): void {
  const bound = waitOutMs(stopBounds(RECV_WINDOW_MS));
  const slowest = Math.max(...asleep.map(({ drained }) => drained));
  const blocked = spreadOf(awake.map((round) => round.blocked)).p99;
  const late = awake.map(({ drained, slowestInFlight }) => drained - slowestInFlight);
  console.log(`blocked p99 ${blocked.toFixed(0)} ms (goal: below ${GOAL_BLOCKED_MS})`);
  console.log(
    `drained beyond the slowest in flight: at most ${Math.max(...late).toFixed(0)} ms, ` +
      `${late.filter((ms) => ms <= GOAL_DRAINED_MS).length} of ${late.length} within ${GOAL_DRAINED_MS} ms (goal: all)`,
  );
  console.log(
    `drained with one asleep / bound of ${bound} ms: ${(slowest / bound).toFixed(2)} (goal: at most 1.1)`,
  );
}

void main();
