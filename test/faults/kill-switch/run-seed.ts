/**
 * One fault run, all of it decided by its seed: load, one or two faults and a clock gone wrong around the stop, the
 * acknowledgement of the drain, a mark on the exchange, the faults' end, and what the exchange accepted since the mark.
 */
import { seeded } from '../../load/seeded';
import { ClockPlan, beginClockFault, clockPlanOf, slowFor } from './clock-faults';
import { FAULTS, Fault, beginFault } from './faults';
import { Stand } from './stand';

interface Plan extends ClockPlan {
  readonly seed: number;
  readonly fault: Fault;
  /** Strikes as well; the seeds of CI have one fault each. */
  readonly second: Fault;
  readonly way: 'rest' | 'hand';
  /** When the fault strikes, against the moment of the stop. */
  readonly strikesAfterMs: number;
  readonly secondAfterMs: number;
  /** For how long a paused part sleeps, after the stop. */
  readonly pausedMs: number;
  /** What sleeps wakes so long after the acknowledgement instead: its first moments are watched. */
  readonly wakesLateMs: number | null;
  readonly victim: number;
}

export interface Outcome extends Plan {
  /** False: nobody claimed a drain within the run, so nothing was promised. */
  readonly isAcknowledged: boolean;
  readonly phase: string;
  readonly drainedAfterMs: number | null;
  /** Accepted by the exchange after the acknowledgement: the promise is 0. */
  readonly accepted: number;
  readonly outdated: number;
  readonly received: number;
  readonly remaining: number;
}

const ACKNOWLEDGED_WITHIN_MS = 9_000;
/** A fault strikes so long before the stop at most. */
const LEAD_MS = 150;
/** The clock goes wrong so long before the stop at most. */
const CLOCK_LEAD_MS = 400;
/** The load goes on for as long as anything from before the stop could still arrive. */
const WATCHED_MS = 1_500;
const DRAINED = ['DRAINED', 'CANCELLING', 'VERIFIED_ZERO', 'FLATTENING', 'VERIFIED_FLAT'];

/** The exchange's rule has to hold those back that wake only after everybody believes the drain is over. */
const SLEEPERS: readonly Fault[] = ['pause-execution', 'pause-all-execution'];
/** Seeds up to this one are run by every CI. */
const ONE_FAULT_UNTIL = 25;

function planOf(seed: number): Plan {
  const random = seeded(seed * 7_919);
  const way = random() < 0.75 ? 'rest' : 'hand';
  const strikesAfterMs = Math.round(-150 + random() * 250);
  const pausedMs = Math.round(600 + random() * 2_600);
  const victim = random();
  const fault = FAULTS[seed % FAULTS.length] as Fault;
  const isPair = seed > ONE_FAULT_UNTIL && random() < 0.6;
  const drawn = FAULTS[Math.floor(random() * FAULTS.length)] as Fault;
  return heldUp({
    ...{ seed, way, strikesAfterMs, pausedMs, victim, fault },
    second: isPair ? drawn : 'none',
    secondAfterMs: Math.round(-150 + random() * 400),
    wakesLateMs: SLEEPERS.includes(fault) && random() < 0.5 ? Math.round(random() * 300) : null,
    ...clockPlanOf(seed),
  });
}

/** A clock that steps back does harm only to what is on its way then: that is held up, from shortly before the stop. */
function heldUp(plan: Plan): Plan {
  if (plan.seed <= ONE_FAULT_UNTIL || plan.clock !== 'steps' || plan.clockOffMs <= 0) return plan;
  const random = seeded(plan.seed * 15_485_863);
  const secondAfterMs = Math.round(-150 + random() * 120);
  return {
    ...plan,
    ...{ second: 'exchange-slow', secondAfterMs },
    clockAfterMs: secondAfterMs + Math.round(random() * 60),
  };
}

export async function runSeed(stand: Stand, seed: number): Promise<Outcome> {
  const plan = planOf(seed);
  await stand.restore();
  stand.beginLoad(6, 120);
  await sleep(300 + (seed % 7) * 40);
  const ends: (() => unknown)[] = [];
  const clockEnds = sleep(CLOCK_LEAD_MS + plan.clockAfterMs).then(() => beginClockFault(stand, plan));
  clockEnds.catch(() => undefined);
  const strike = async (fault: Fault, afterMs: number): Promise<void> => {
    await sleep(LEAD_MS + afterMs);
    ends.push(await beginFault(stand, fault, { victim: plan.victim, slowMs: slowFor(plan) }));
  };
  const endFaults = async (): Promise<void> => {
    for (const end of ends.splice(0)) await end();
  };
  try {
    await sleep(CLOCK_LEAD_MS - LEAD_MS);
    const struck = [strike(plan.fault, plan.strikesAfterMs), strike(plan.second, plan.secondAfterMs)];
    await sleep(LEAD_MS);
    const stoppedAt = performance.now();
    const stop = pull(stand, plan);
    const slept = sleep(plan.pausedMs).then(() => Promise.all(struck));
    const woken = plan.wakesLateMs === null ? slept.then(endFaults) : slept;
    woken.catch(() => undefined);
    const phase = await acknowledged(stand, stop, stoppedAt);
    const isAcknowledged = DRAINED.includes(phase);
    const drainedAfterMs = isAcknowledged ? Math.round(performance.now() - stoppedAt) : null;
    await stand.admin('POST', '/mark');
    await sleep(plan.wakesLateMs ?? 0);
    await woken;
    await endFaults();
    await sleep(WATCHED_MS);
    const { ordersAccepted, ordersOutdated, ordersReceived } = await stand.sinceMark();
    const { body } = await stand.call('GET', '/emergency_stop/status', undefined, 3_000);
    return {
      ...plan,
      ...{ isAcknowledged, phase: String(body?.phase ?? phase), drainedAfterMs },
      accepted: isAcknowledged ? ordersAccepted : 0,
      outdated: ordersOutdated,
      received: ordersReceived,
      remaining: (await stop)?.remaining ?? 0,
    };
  } finally {
    await stand.admin('DELETE', '/trouble').catch(() => undefined);
    for (const end of ends) await Promise.resolve(end()).catch(() => undefined);
    await clockEnds.then((end) => end()).catch(() => undefined);
    await stand.endLoad();
  }
}

interface Pulled {
  readonly phase: string;
  readonly remaining: number;
}

async function pull(stand: Stand, { way, seed }: Plan): Promise<Pulled | undefined> {
  if (way === 'hand') {
    await stand.setSwitchByHand();
    return undefined;
  }
  const { status, body } = await stand.call('POST', '/emergency_stop', { reason: `fault run ${seed}` });
  if (status !== 200) return undefined;
  return { phase: body.drained ? body.phase : 'BLOCKED', remaining: body.remaining_orders?.length ?? 0 };
}

/** The first claim that the stop is drained, by its own answer or by the status, whichever comes first. */
async function acknowledged(stand: Stand, stop: Promise<Pulled | undefined>, since: number): Promise<string> {
  let phase = 'REQUESTED';
  void stop.then((pulled) => (phase = pulled && DRAINED.includes(pulled.phase) ? pulled.phase : phase));
  while (!DRAINED.includes(phase) && performance.now() - since < ACKNOWLEDGED_WITHIN_MS) {
    const { body } = await stand.call('GET', '/emergency_stop/status', undefined, 2_000);
    if (body?.active && typeof body.phase === 'string' && !DRAINED.includes(phase)) phase = body.phase;
    await sleep(20);
  }
  return phase;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
