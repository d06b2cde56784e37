/**
 * One client order id in small: several approvals of it at once, one reservation, one journal subject, the send script, a
 * risk that gives back what came to nothing, a sweeper, and processes that die. Every order of every step is allowed, so a
 * pause is a step that comes late and a crash one that never does. An order is filled once, and its fill has to move out of
 * the reservation into the position once.
 */

import { Step, Verdict, searchStates } from './search-states';

export type Bug =
  | 'grant-leaves-reservation'
  | 'living-order-loses-reservation'
  | 'charge-always-returned'
  | 'returned-by-anybody';

/** Phases of an approval. */
const NEW = 0;
const RESERVED = 1;
const LOST = 2;
const CLAIMED = 3;
const SENT = 4;
const FAILED = 5;
/** It knows what stands, and is about to return its reservation to it. */
const RETURNING = 6;
const DONE = 7;

/** `heir`: whose the reservation is instead of its own; -1: nobody's. */
interface Approval {
  readonly phase: number;
  readonly hasCharged: boolean;
  readonly heir: number;
  /** The claim was lost: what it charged goes back as well. */
  readonly isRepeat: boolean;
}

type Record = 'NONE' | 'INTENT' | 'OPEN' | 'OVER' | 'RELEASED' | 'VOID';

interface State {
  readonly approvals: readonly Approval[];
  readonly record: Record;
  /** Whose record; -1: none. */
  readonly by: number;
  /** Whose reservation stands; -1: none. */
  readonly reserved: number;
  readonly charges: number;
  readonly isFilled: boolean;
  /** How often the fill moved into the position. */
  readonly moved: number;
  /** The newest record is still to be followed by the process that wrote it. */
  readonly isFollowing: boolean;
  /** Something was refused, or died: then an answer may be a failure, and a charge may stay. */
  readonly isDisturbed: boolean;
}

const start = (approvals: number): State => ({
  approvals: Array.from({ length: approvals }, () => ({
    phase: NEW,
    hasCharged: false,
    heir: -1,
    isRepeat: false,
  })),
  record: 'NONE',
  by: -1,
  reserved: -1,
  charges: 0,
  isFilled: false,
  moved: 0,
  isFollowing: false,
  isDisturbed: false,
});

const isFree = ({ record }: State): boolean => record === 'RELEASED' || record === 'VOID';
const isAlive = ({ record }: State): boolean => record === 'INTENT' || record === 'OPEN';
const isDone = ({ phase }: Approval): boolean => phase === DONE;

function* stepsFrom(state: State, bug: Bug | undefined): Generator<Step<State>> {
  for (let place = 0; place < state.approvals.length; place += 1) yield* approvalSteps(state, place, bug);
  if (state.isFollowing)
    yield { name: 'execution follows the record', next: { ...follow(state), isFollowing: false } };
  const isLeftOver = state.reserved >= 0 && isDone(state.approvals[state.reserved] as Approval);
  // Whoever looks after what is reserved finds a record that nobody followed.
  if (!state.isFollowing && state.reserved >= 0 && state.reserved === state.by && !isAlive(state))
    yield { name: 'the reconciler follows the record', next: follow(state) };
  if (isLeftOver && state.reserved !== state.by) yield { name: 'the sweeper looks', next: sweep(state) };
}

function* approvalSteps(state: State, place: number, bug: Bug | undefined): Generator<Step<State>> {
  const approval = state.approvals[place] as Approval;
  const { phase } = approval;
  const as = (change: Partial<Approval>, others: Partial<State> = {}): State => ({
    ...state,
    ...others,
    approvals: state.approvals.map((each, at) => (at === place ? { ...each, ...change } : each)),
  });
  const who = `approval ${place}`;
  const disturbed = { isDisturbed: true };
  if (phase === NEW) {
    const isFirst = state.reserved < 0;
    const made = isFirst ? { reserved: place, charges: state.charges + 1 } : {};
    yield { name: `${who} reserves`, next: as({ phase: RESERVED, hasCharged: isFirst }, made) };
  }
  if (phase === RESERVED) {
    if (state.record === 'NONE' || (isFree(state) && state.by !== place)) {
      const isTakenOver = isFree(state) && state.reserved >= 0;
      const claim = { record: 'INTENT', by: place, ...(isTakenOver && { reserved: place }) } as const;
      yield { name: `${who} claims the id`, next: as({ phase: CLAIMED }, claim) };
    } else yield { name: `${who} loses the claim`, next: as({ phase: isFree(state) ? FAILED : LOST }) };
    yield { name: `${who} is refused before its claim`, next: as({ phase: FAILED }, disturbed) };
  }
  if (phase === CLAIMED) {
    const released = { record: 'RELEASED', isFollowing: true, ...disturbed } as const;
    if (state.reserved < 0) {
      const because = { ...released, isDisturbed: state.isDisturbed };
      yield { name: `${who} finds no reservation and is released`, next: as({ phase: FAILED }, because) };
    } else {
      const owned = bug === 'grant-leaves-reservation' ? {} : { reserved: place };
      yield { name: `${who} is granted and sent`, next: as({ phase: SENT }, { record: 'OPEN', ...owned }) };
    }
    yield { name: `${who} is refused by the script`, next: as({ phase: FAILED }, released) };
    const absent = { record: 'OVER', isFollowing: true, ...disturbed } as const;
    yield { name: `execution dies; the order of ${who} is found absent`, next: as({ phase: DONE }, absent) };
  }
  if (phase === SENT) {
    const over = { record: 'OVER', isFilled: true, isFollowing: true } as const;
    yield { name: `the order of ${who} is filled`, next: as({ phase: DONE }, over) };
  }
  if (phase === LOST) yield { name: `${who} reads what stands`, next: as(knowing(state, true)) };
  if (phase === FAILED) {
    const isOwn = state.by === place && isFree(state);
    if (isOwn) yield { name: `${who} finds its release`, next: as({ phase: RETURNING, heir: -1 }) };
    else if (state.record === 'NONE' || isFree(state)) {
      const withdrawn = { record: 'VOID', by: place } as const;
      yield { name: `${who} is withdrawn by VOID`, next: as({ phase: RETURNING, heir: -1 }, withdrawn) };
    } else yield { name: `${who} reads what stands`, next: as(knowing(state, true)) };
  }
  if (phase === RETURNING)
    yield { name: `${who} gives back`, next: giveBack(as({ phase: DONE }), place, bug) };
  if (phase !== DONE && phase !== CLAIMED && phase !== SENT && phase !== NEW)
    yield { name: `the risk of ${who} dies`, next: as({ phase: DONE }, disturbed) };
}

const knowing = (state: State, isRepeat: boolean): Partial<Approval> => ({
  phase: RETURNING,
  heir: isAlive(state) ? state.by : -1,
  isRepeat,
});

function giveBack(state: State, place: number, bug: Bug | undefined): State {
  const { heir, hasCharged, isRepeat } = state.approvals[place] as Approval;
  const uncharged = state.charges - (isRepeat && hasCharged ? 1 : 0);
  if (bug === 'charge-always-returned' && state.reserved !== place) return { ...state, charges: uncharged };
  if (state.reserved !== place && bug !== 'returned-by-anybody') return state;
  if (heir >= 0 && bug !== 'living-order-loses-reservation') return { ...state, reserved: heir };
  return { ...state, reserved: -1, charges: uncharged };
}

/** What `ExposureLedger` does with a record that is over: only its own reservation ends, and its fill moves out of it. */
function follow(state: State): State {
  if (state.reserved !== state.by || isAlive(state)) return state;
  return { ...state, reserved: -1, moved: state.moved + (state.isFilled ? 1 : 0) };
}

function sweep(state: State): State {
  if (isAlive(state)) return { ...state, reserved: state.by };
  const isStanding = state.record === 'OVER';
  return { ...state, reserved: -1, ...(!isStanding && { record: 'VOID', by: state.reserved }) };
}

/** What is wrong with this state; `isAtRest`: no step is left. */
function problemIn(state: State, isAtRest: boolean): string | undefined {
  const { record, by, reserved, isFilled, moved, charges, isDisturbed } = state;
  if (record === 'OPEN' && reserved !== by) return 'an order that is alive has no reservation';
  if (moved > 1) return 'a fill moved twice';
  if (record === 'RELEASED' && !isDisturbed) return 'an order was refused although nothing was in its way';
  if (!isAtRest) return undefined;
  if (reserved >= 0) return 'a reservation is left behind';
  if (isFilled && moved !== 1) return 'a fill never moved';
  if (!isDisturbed && charges !== 1) return `an order was charged ${charges} times`;
  return undefined;
}

/** Visits every state that any order of steps can reach. */
export const search = (approvals: number, bug?: Bug): Verdict =>
  searchStates({ start: start(approvals), stepsFrom: (state) => stepsFrom(state, bug), problemIn });
