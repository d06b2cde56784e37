/**
 * The checkpoint of the open orders in small (ADR 21): a journal that grows, is trimmed and may be made anew, processes that
 * read it and are brought its records in any order, each with its own gaps and pauses, and one stored checkpoint that they
 * write by compare-and-set. A process may die at any moment. Whoever asks must be told of every order that is open.
 */
import { Step, Verdict, searchStates, withAlike } from './search-states';

export type CheckpointBug =
  'gap-skipped' | 'end-read-behind-the-records' | 'written-with-the-end' | 'other-journal-trusted';

const ORDERS = ['a', 'b'] as const;
type Order = (typeof ORDERS)[number];

/** What a record leaves its order as. */
interface Entry {
  readonly order: Order;
  readonly isOpen: boolean;
}

/** One order opens, ends and may be opened again; another one is there. */
const RECORDS: readonly Entry[] = [
  { order: 'a', isOpen: true },
  { order: 'a', isOpen: false },
  { order: 'b', isOpen: true },
];
/** What a process was brought and cannot take yet; more of it is the same once more. */
const MOST_WAITING = 1;

/** The open orders after the journal's records up to a sequence. */
interface Reading {
  /** Which journal. */
  readonly made: number;
  readonly sequence: number;
  readonly open: readonly Order[];
}

interface Process {
  readonly known: Reading | undefined;
  /** A read is under way, to the end that the journal had when it began. */
  readonly target: number | undefined;
  readonly waiting: readonly number[];
}

interface State {
  readonly made: number;
  readonly entries: readonly Entry[];
  readonly stored: Reading | undefined;
  readonly processes: readonly Process[];
}

const NEW: Process = { known: undefined, target: undefined, waiting: [] };

const start = (processes: number): State => ({
  made: 0,
  entries: [],
  stored: undefined,
  processes: Array.from({ length: processes }, () => NEW),
});

const openAfter = (entries: readonly Entry[], sequence: number): Order[] =>
  ORDERS.filter(
    (order) => entries.slice(0, sequence).findLast((entry) => entry.order === order)?.isOpen === true,
  );

/** A record that was taken before changes nothing. */
function take(known: Reading, { order, isOpen }: Entry, sequence: number): Reading {
  if (sequence <= known.sequence) return known;
  const others = known.open.filter((each) => each !== order);
  return { ...known, sequence, open: (isOpen ? [...others, order] : others).sort() };
}

function* stepsFrom(state: State, records: number, bug?: CheckpointBug): Generator<Step<State>> {
  const { entries, made } = state;
  if (entries.length < records)
    for (const entry of RECORDS)
      yield {
        name: `${entry.order} is ${entry.isOpen ? 'open' : 'over'} by record ${entries.length + 1}`,
        next: { ...state, entries: [...entries, entry] },
      };
  if (made === 0 && entries.length > 0)
    yield {
      name: 'the journal is made anew',
      next: { ...state, made: 1, entries: [], processes: state.processes.map(ofOldJournal) },
    };
  for (let place = 0; place < state.processes.length; place += 1) yield* processSteps(state, place, bug);
}

/** Of a journal that is gone only that it is another one matters. */
const ofOldJournal = (process: Process): Process =>
  process.known ? { ...process, known: { made: 0, sequence: 0, open: [] }, waiting: [] } : process;

function* processSteps(state: State, place: number, bug?: CheckpointBug): Generator<Step<State>> {
  const process = state.processes[place] as Process;
  const { known, target, waiting } = process;
  const { entries, made, stored } = state;
  const as = (change: Partial<Process>, others: Partial<State> = {}): State => ({
    ...state,
    ...others,
    processes: state.processes.map((each, at) => (at === place ? { ...process, ...change } : each)),
  });
  const who = `process ${place}`;
  if (known ?? target ?? waiting.length > 0) yield { name: `${who} dies`, next: as(NEW) };
  if (target === undefined) {
    const isOfThis = known?.made === made && known.sequence <= entries.length;
    const isStoredOfThis = stored && (bug === 'other-journal-trusted' || stored.made === made);
    const isFurther = isStoredOfThis && stored.sequence <= entries.length;
    const own = isOfThis ? known : undefined;
    const from = isFurther && stored.sequence > (own?.sequence ?? -1) ? { ...stored, made } : own;
    const begun = from ?? { made, sequence: 0, open: [] };
    yield {
      name: `${who} begins to read`,
      next: as({ known: begun, target: entries.length, waiting: isOfThis ? waiting : [] }),
    };
  } else if (known?.made === made) {
    let read = known;
    for (let sequence = known.sequence + 1; sequence <= target; sequence += 1)
      read = take(read, entries[sequence - 1] as Entry, sequence);
    const end = bug === 'end-read-behind-the-records' ? entries.length : target;
    const reached = { ...read, sequence: Math.max(read.sequence, end) };
    yield { name: `${who} has read`, next: as({ known: reached, target: undefined }) };
  } else yield { name: `${who} could not read`, next: as({ known: undefined, target: undefined }) };
  if (known?.made !== made) return;
  for (let sequence = known.sequence + 1; sequence <= entries.length; sequence += 1)
    if (!waiting.includes(sequence) && (waiting.length < MOST_WAITING || sequence === known.sequence + 1))
      yield {
        name: `${who} is brought record ${sequence}`,
        next: as(following(process, known, [...waiting, sequence].sort(), entries, bug)),
      };
  if (stored?.made === made && stored.sequence >= known.sequence) return;
  const written = bug === 'written-with-the-end' ? { ...known, sequence: entries.length } : known;
  yield { name: `${who} writes the checkpoint`, next: as({}, { stored: written }) };
}

/** Takes what follows without a gap. */
function following(
  process: Process,
  known: Reading,
  waiting: readonly number[],
  entries: readonly Entry[],
  bug?: CheckpointBug,
): Partial<Process> {
  let read = known;
  const left = waiting.filter((sequence) => {
    if (sequence > read.sequence + 1 && bug !== 'gap-skipped') return true;
    read = take(read, entries[sequence - 1] as Entry, sequence);
    return false;
  });
  return { ...process, known: read, waiting: left };
}

function problemIn({ made, entries, stored, processes }: State): string | undefined {
  const misses = (reading: Reading | undefined): boolean =>
    reading?.made === made &&
    reading.sequence <= entries.length &&
    openAfter(entries, reading.sequence).some((order) => !reading.open.includes(order));
  if (processes.some(({ known }) => misses(known))) return 'a process does not know of an open order';
  return misses(stored) ? 'the checkpoint leaves an open order out' : undefined;
}

/** Visits every state that any order of steps can reach. */
export const searchCheckpoint = (processes: number, records: number, bug?: CheckpointBug): Verdict =>
  searchStates({
    start: start(processes),
    stepsFrom: (state) => stepsFrom(state, records, bug),
    problemIn: (state) => problemIn(state),
    keyOf: ({ processes: alike, ...state }) => withAlike(state, alike),
  });
