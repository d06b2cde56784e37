/**
 * The relay of one order's events in small (ADR 20): a writer, a consumer that hands out what is not acknowledged, replicas
 * that publish what they hold, and a stream that keeps an event once by its id. Any records may come together, in any
 * batch, to several replicas at once; a send may be stored without being confirmed, or be lost; a replica may die at any
 * moment, and one that sleeps goes on much later.
 */
import { Step, Verdict, searchStates, withAlike } from './search-states';

export type RelayBug =
  | 'predecessor-not-looked-for'
  | 'delivered-counts-as-published'
  | 'all-sent-at-once'
  | 'acknowledged-first'
  | 'id-of-the-try';

/** Records are 1, 2, ...; each follows the one before it. */
type Sequence = number;

interface Replica {
  /** Delivered to it and not acknowledged. */
  readonly held: readonly Sequence[];
  /** What it is about to publish, in this order; with its predecessors that nobody is known to have published. */
  readonly sending: readonly Sequence[];
  /** It has published these, and remembers. */
  readonly published: readonly Sequence[];
}

interface State {
  readonly written: number;
  readonly acknowledged: readonly Sequence[];
  /** Delivered, and not to be delivered again before the consumer's wait is over. */
  readonly out: readonly Sequence[];
  /** The events as the stream holds them. */
  readonly told: readonly Sequence[];
  readonly replicas: readonly Replica[];
}

const IDLE: Replica = { held: [], sending: [], published: [] };

const start = (replicas: number): State => ({
  written: 0,
  acknowledged: [],
  out: [],
  told: [],
  replicas: Array.from({ length: replicas }, () => IDLE),
});

/** Everything up to here is acknowledged. */
const floorOf = (done: readonly Sequence[]): number => {
  let floor = 0;
  while (done.includes(floor + 1)) floor += 1;
  return floor;
};

const sorted = (sequences: Iterable<Sequence>): Sequence[] => [...new Set(sequences)].sort((a, b) => a - b);

function* stepsFrom(state: State, records: number, bug?: RelayBug): Generator<Step<State>> {
  const { written, acknowledged, out } = state;
  if (written < records)
    yield { name: `record ${written + 1} is written`, next: { ...state, written: written + 1 } };
  for (const sequence of out)
    yield {
      name: `the wait for ${sequence} is over`,
      next: { ...state, out: out.filter((each) => each !== sequence) },
    };
  const waiting = Array.from({ length: written }, (_, place) => place + 1).filter(
    (sequence) => !acknowledged.includes(sequence) && !out.includes(sequence),
  );
  for (let place = 0; place < state.replicas.length; place += 1) {
    yield* deliveries(state, place, waiting, bug);
    yield* replicaSteps(state, place, bug);
  }
}

const withReplica = (state: State, place: number, replica: Replica, change: Partial<State> = {}): State => ({
  ...state,
  ...change,
  replicas: state.replicas.map((each, at) => (at === place ? replica : each)),
});

/** Any of what waits may make a batch. */
function* deliveries(
  state: State,
  place: number,
  waiting: readonly Sequence[],
  bug?: RelayBug,
): Generator<Step<State>> {
  const replica = state.replicas[place] as Replica;
  if (replica.held.length > 0) return;
  for (let mask = 1; mask < 1 << waiting.length; mask += 1) {
    const held = waiting.filter((_, bit) => (mask & (1 << bit)) > 0);
    const out = sorted([...state.out, ...held]);
    const acknowledged =
      bug === 'acknowledged-first' ? sorted([...state.acknowledged, ...held]) : state.acknowledged;
    const sending = planOf({ ...state, out }, { ...replica, held }, bug);
    yield {
      name: `replica ${place} is brought ${held.join(' and ')}`,
      next: withReplica(state, place, { ...replica, held, sending }, { out, acknowledged }),
    };
  }
}

/** What it sends, in the order of the records, each behind its predecessors that are not known to be published. */
function planOf({ acknowledged, out }: State, { held, published }: Replica, bug?: RelayBug): Sequence[] {
  if (bug === 'predecessor-not-looked-for') return sorted(held);
  const floor = floorOf(bug === 'delivered-counts-as-published' ? [...acknowledged, ...out] : acknowledged);
  const plan = new Set(held);
  for (const sequence of held)
    for (let before = sequence - 1; before > floor && !published.includes(before); before -= 1)
      plan.add(before);
  return sorted(plan);
}

function* replicaSteps(state: State, place: number, bug?: RelayBug): Generator<Step<State>> {
  const replica = state.replicas[place] as Replica;
  const { held, sending } = replica;
  const who = `replica ${place}`;
  if (held.length === 0) return;
  yield { name: `${who} dies`, next: withReplica(state, place, IDLE) };
  if (sending.length === 0) {
    const published = sorted([...replica.published, ...held]);
    const done = { ...replica, held: [], published };
    const acknowledged = sorted([...state.acknowledged, ...held]);
    const out = state.out.filter((sequence) => !held.includes(sequence));
    yield { name: `${who} acknowledges`, next: withReplica(state, place, done, { acknowledged, out }) };
    return;
  }
  for (const sequence of bug === 'all-sent-at-once' ? sending : sending.slice(0, 1)) {
    const isKnown = state.told.includes(sequence) && bug !== 'id-of-the-try';
    const told = isKnown ? state.told : [...state.told, sequence];
    const rest = { ...replica, sending: sending.filter((each) => each !== sequence) };
    const again = { ...replica, sending: planOf(state, replica, bug) };
    yield { name: `${who} publishes ${sequence}`, next: withReplica(state, place, rest, { told }) };
    yield {
      name: `${who} publishes ${sequence} and is not told`,
      next: withReplica(state, place, again, { told }),
    };
  }
}

function problemIn({ acknowledged, told }: State): string | undefined {
  if (new Set(told).size !== told.length) return 'an event is in the stream twice';
  if (told.some((sequence, place) => place > 0 && sequence < (told[place - 1] as number)))
    return 'two events of an order are swapped';
  if (acknowledged.some((sequence) => !told.includes(sequence)))
    return 'an event that nobody publishes any more is missing';
  return undefined;
}

/** Visits every state that any order of steps can reach. */
export const searchRelay = (replicas: number, records: number, bug?: RelayBug): Verdict =>
  searchStates({
    start: start(replicas),
    stepsFrom: (state) => stepsFrom(state, records, bug),
    problemIn: (state) => problemIn(state),
    keyOf: ({ replicas: alike, ...state }) => withAlike(state, alike),
  });
