/**
 * The stop protocol in small: three replicas, one Redis that may lose everything, a durable record, a risk that renews
 * the permit, a driver that drains, and an exchange that goes by its timestamp rule alone. Every order of every step is
 * allowed, so a pause is a step that comes late and a crash one that never does. Time is relative, so the graph is
 * finite and the search is complete. What decides that a stop is drained is the very function that runs in production.
 *
 * A stop that only one store took is as safe as that store: Redis is not lost while it alone has the stop.
 */
import { isDrained } from '@elvis/trading';

export type Bug =
  | 'drain-skipped'
  | 'lost-key-trusted'
  | 'new-run-trusted'
  | 'timestamp-after-grant'
  | 'permit-before-record'
  | 'permit-life-from-write'
  | 'bound-without-permit';

/** Ticks. The margin is one tick: less cannot be told in whole ones. */
const RECV = 1;
const TTL = 2;
const BOUNDS = { permitTtlMs: TTL, recvWindowMs: RECV, aheadMs: 0, clockErrorMs: 0, marginMs: 1 };
const FULL = TTL + RECV + 1;
const OLD = RECV + 1;
/** From then on nothing that an earlier run of Redis had granted can still arrive. */
const RUN_KNOWN = RECV + 1;

/** Phases of a replica's one request at a time. */
const IDLE = 0;
const STAMPED = 1;
const GRANTED = 2;
const WAITING = 3;

/** phase, age of its timestamp, age of what is on the wire (OLD: nothing), recorded grant (0: none, else left + 1), confirmed */
type Replica = readonly [phase: number, age: number, wire: number, grant: number, confirmed: number];

export interface State {
  readonly replicas: readonly Replica[];
  /** One replica dies at most: a second death only repeats the first. */
  readonly hasDied: boolean;
  /** Left of the permit; 0: none. */
  readonly permit: number;
  readonly isSwitchSet: boolean;
  readonly isDurable: boolean;
  /** Redis lost its data once. */
  readonly isRunTwo: boolean;
  /** For how long this run of Redis has been known. */
  readonly runAge: number;
  /** 0: nothing begun, 1: Redis read, 2: record read and free; and how long ago, and over which run. */
  readonly refresh: readonly [step: number, age: number, isRunTwo: boolean];
  /** 0: none, 1: taken, 2: acknowledged as drained. */
  readonly stop: number;
  readonly sinceBlock: number;
  readonly hasLostData: boolean;
}

export interface Step {
  readonly name: string;
  readonly next: State;
  /** The exchange accepted a request after the acknowledgement. */
  readonly isBroken?: boolean;
}

const FRESH: Replica = [IDLE, 0, OLD, 0, 0];

export const start = (replicas: number): State => ({
  replicas: Array.from({ length: replicas }, () => FRESH),
  hasDied: false,
  permit: TTL,
  isSwitchSet: false,
  isDurable: false,
  isRunTwo: false,
  runAge: RUN_KNOWN,
  refresh: [0, 0, false],
  stop: 0,
  sinceBlock: 0,
  hasLostData: false,
});

export function* stepsFrom(state: State, bug: Bug | undefined): Generator<Step> {
  yield { name: 'time passes', next: tick(state) };
  yield* stopSteps(state, bug);
  yield* refreshSteps(state, bug);
  for (let place = 0; place < state.replicas.length; place += 1) yield* replicaSteps(state, place, bug);
  const hasDurableOrNone = state.stop === 0 || state.isDurable;
  if (!state.isRunTwo && hasDurableOrNone) yield { name: 'Redis loses everything', next: lose(state) };
}

function tick(state: State): State {
  const [step, age, run] = state.refresh;
  return {
    ...state,
    replicas: state.replicas.map(([phase, stamp, wire, grant, confirmed]): Replica => {
      const hasStamp = phase === STAMPED || phase === GRANTED;
      return [
        phase,
        hasStamp ? Math.min(OLD, stamp + 1) : 0,
        Math.min(OLD, wire + 1),
        Math.max(0, grant - 1),
        confirmed,
      ];
    }),
    permit: Math.max(0, state.permit - 1),
    runAge: Math.min(RUN_KNOWN, state.runAge + 1),
    refresh: step === 0 ? state.refresh : [step, Math.min(TTL, age + 1), run],
    sinceBlock: state.stop === 1 ? Math.min(FULL, state.sinceBlock + 1) : 0,
  };
}

function* stopSteps(state: State, bug: Bug | undefined): Generator<Step> {
  const { stop, isDurable, isSwitchSet } = state;
  if (stop === 0) {
    const hasLostData = state.runAge < RUN_KNOWN && bug !== 'new-run-trusted';
    const taken = { ...state, stop: 1, sinceBlock: 0, hasLostData };
    yield { name: 'Redis alone takes the stop', next: { ...taken, isSwitchSet: true, permit: 0 } };
    yield { name: 'both take the stop', next: { ...taken, isSwitchSet: true, permit: 0, isDurable: true } };
    yield { name: 'the record alone takes the stop', next: { ...taken, isDurable: true, hasLostData: true } };
    return;
  }
  if (!isDurable) yield { name: 'the record takes the stop too', next: { ...state, isDurable: true } };
  if (isDurable && !isSwitchSet)
    yield { name: 'the switch is restored', next: { ...state, isSwitchSet: true, permit: 0 } };
  if (stop === 1 && mayAcknowledge(state, bug))
    yield { name: 'ACKNOWLEDGED as drained', next: { ...state, stop: 2, sinceBlock: 0, hasLostData: false } };
}

function mayAcknowledge({ replicas, sinceBlock, hasLostData }: State, bug: Bug | undefined): boolean {
  if (bug === 'drain-skipped') return true;
  const isTrusting = bug === 'lost-key-trusted';
  // Whoever trusts an emptied Redis finds no members in it either.
  const members = isTrusting && hasLostData ? [] : replicas;
  const bounds = bug === 'bound-without-permit' ? { ...BOUNDS, permitTtlMs: 0 } : BOUNDS;
  return isDrained(
    {
      sinceBlockMs: sinceBlock,
      hasLostData: hasLostData && !isTrusting,
      openGrants: members.filter(([, , , grant]) => grant > 0).length,
      unconfirmed: members.filter(([, , , , confirmed]) => confirmed === 0).length,
    },
    bounds,
  );
}

function* refreshSteps(state: State, bug: Bug | undefined): Generator<Step> {
  const [step, age, run] = state.refresh;
  const done = [0, 0, false] as const;
  if (step === 0) yield { name: 'risk reads Redis', next: { ...state, refresh: [1, 0, state.isRunTwo] } };
  if (step === 1 && bug !== 'permit-before-record')
    yield {
      name: 'risk reads the record',
      next: { ...state, refresh: state.isDurable ? done : [2, age, run] },
    };
  if (step === 2 || (step === 1 && bug === 'permit-before-record')) {
    const life = bug === 'permit-life-from-write' ? TTL : TTL - age;
    const isAllowed = life > 0 && run === state.isRunTwo && !state.isSwitchSet;
    const permit = isAllowed ? Math.max(state.permit, life) : state.permit;
    yield { name: 'risk writes the permit', next: { ...state, permit, refresh: done } };
  }
}

function* replicaSteps(state: State, place: number, bug: Bug | undefined): Generator<Step> {
  const [phase, age, wire, grant, confirmed] = state.replicas[place] as Replica;
  const as = (...replica: Replica): State => ({
    ...state,
    replicas: state.replicas.map((known, index) => (index === place ? replica : known)),
  });
  const who = `replica ${place}`;
  if (phase === IDLE) {
    yield { name: `${who} stamps a request`, next: as(STAMPED, 0, wire, grant, confirmed) };
    if (state.isSwitchSet && confirmed === 0)
      yield { name: `${who} confirms`, next: as(phase, age, wire, grant, 1) };
  }
  if (phase === STAMPED) {
    const isGranted = state.permit > 0 && !state.isSwitchSet;
    const left = Math.max(0, RECV - age + 1);
    yield isGranted
      ? { name: `${who} is granted`, next: as(GRANTED, age, wire, Math.max(grant, left), confirmed) }
      : { name: `${who} is refused`, next: as(IDLE, 0, wire, grant, confirmed) };
  }
  if (phase === GRANTED && wire === OLD) {
    const sent = bug === 'timestamp-after-grant' ? 0 : age;
    yield { name: `${who} sends`, next: as(WAITING, 0, sent, grant, confirmed) };
  }
  if (phase === WAITING && wire === OLD)
    yield { name: `${who} gives its request up`, next: as(IDLE, 0, OLD, 0, confirmed) };
  if (wire < OLD) {
    const isBroken = state.stop === 2;
    const name = `the exchange accepts a request of ${who}`;
    // An answer to a process that died is nobody's: its grant stays until it ends.
    const isHeard = phase === WAITING;
    yield {
      name,
      isBroken,
      next: isHeard ? as(IDLE, 0, OLD, 0, confirmed) : as(phase, age, OLD, grant, confirmed),
    };
    if (isHeard)
      yield {
        name: `${name}, the answer is lost`,
        isBroken,
        next: as(phase, age, OLD, grant, confirmed),
      };
    yield { name: `a request of ${who} is lost`, next: as(phase, age, OLD, grant, confirmed) };
  }
  // Its heartbeat stays behind until it is waited out: a dead replica confirms nothing.
  if ((phase === GRANTED || phase === WAITING) && !state.hasDied) {
    const next = { ...as(IDLE, 0, wire, grant, confirmed), hasDied: true };
    yield { name: `${who} dies and restarts`, next };
  }
}

function lose(state: State): State {
  return {
    ...state,
    replicas: state.replicas.map(([phase, age, wire]): Replica => [phase, age, wire, 0, 0]),
    permit: 0,
    isSwitchSet: false,
    isRunTwo: true,
    runAge: 0,
    hasLostData: state.stop === 1,
    // The driver begins to wait anew: what it knew of this stop was in the Redis that is gone.
    sinceBlock: state.stop === 1 ? state.sinceBlock : 0,
  };
}
