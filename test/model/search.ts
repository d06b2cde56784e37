/** Visits every state that any order of steps can reach, and answers the shortest way to a broken promise. */
import { Bug, State, Step, start, stepsFrom } from './kill-switch-model';

export interface Verdict {
  readonly states: number;
  /** The steps of the shortest run that breaks the promise; undefined if there is none. */
  readonly trace: readonly string[] | undefined;
}

interface Visit {
  readonly state: State;
  readonly from: number;
  readonly step: string;
}

export function search(replicas: number, bug?: Bug): Verdict {
  const beginning = start(replicas);
  const visits: Visit[] = [{ state: beginning, from: -1, step: 'start' }];
  const seen = new Set([keyOf(beginning)]);
  for (let place = 0; place < visits.length; place += 1) {
    const { state } = visits[place] as Visit;
    for (const step of stepsFrom(state, bug)) {
      if (step.isBroken) return { states: seen.size, trace: traceOf(visits, place, step) };
      const key = keyOf(step.next);
      if (seen.has(key)) continue;
      seen.add(key);
      visits.push({ state: step.next, from: place, step: step.name });
    }
  }
  return { states: seen.size, trace: undefined };
}

/**
 * A number for each state. Replicas are alike, so states that differ by which one it was are one; so are states that
 * differ in something that nothing asks about any more.
 */
function keyOf(state: State): number {
  const { permit, isSwitchSet, isDurable, isRunTwo, refresh, stop, sinceBlock, hasLostData } = state;
  const isOver = stop === 2;
  const replicas = state.replicas.map(([phase, age, wire, grant, confirmed]) =>
    digits([phase, 4], [age, 3], [wire, 3], [isOver ? 0 : grant, 3], [isOver ? 0 : confirmed, 2]),
  );
  const [first = 0, second = 0, third = 0] = replicas.sort((left, right) => left - right);
  const [step, age, run] = refresh;
  return digits(
    ...[first, second, third].map((replica) => [replica, 216] as const),
    ...[isSwitchSet, isDurable, isRunTwo, hasLostData, run, state.hasDied].map(
      (flag) => [Number(flag), 2] as const,
    ),
    ...([
      [permit, 3],
      [stop === 0 ? state.runAge : 0, 3],
      [step, 3],
      [age, 3],
      [stop, 3],
      [sinceBlock, 5],
    ] as const),
  );
}

/** Digits of different bases as one number. */
function digits(...places: readonly (readonly [digit: number, base: number])[]): number {
  let value = 0;
  for (const [digit, base] of places) value = value * base + digit;
  return value;
}

function traceOf(visits: readonly Visit[], place: number, { name }: Step): string[] {
  const trace = [name];
  for (let at = place; at >= 0; at = (visits[at] as Visit).from) trace.unshift((visits[at] as Visit).step);
  return trace;
}
