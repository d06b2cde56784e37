/** Visits every state that any order of steps can reach, and answers the shortest way to a broken promise. */
export interface Step<State> {
  readonly name: string;
  readonly next: State;
}

export interface Model<State> {
  readonly start: State;
  readonly stepsFrom: (state: State) => Iterable<Step<State>>;
  /** What is wrong with this state; `isAtRest`: no step is left. */
  readonly problemIn: (state: State, isAtRest: boolean) => string | undefined;
  /** States of the same name are one; those of the same content, unless given. */
  readonly keyOf?: (state: State) => string;
}

export interface Verdict {
  readonly states: number;
  /** The steps of the shortest run that breaks a promise, and which. */
  readonly trace: readonly string[] | undefined;
}

/** The states are made of plain values. */
export function searchStates<State>({
  start,
  stepsFrom,
  problemIn,
  keyOf = (state) => JSON.stringify(state),
}: Model<State>): Verdict {
  interface Visit {
    readonly state: State;
    readonly from: number;
    readonly step: string;
  }
  const visits: Visit[] = [{ state: start, from: -1, step: 'start' }];
  const seen = new Set([keyOf(start)]);
  for (let place = 0; place < visits.length; place += 1) {
    const { state } = visits[place] as Visit;
    const steps = [...stepsFrom(state)];
    const problem = problemIn(state, steps.length === 0);
    if (problem !== undefined) {
      const trace = [problem];
      for (let at = place; at >= 0; at = (visits[at] as Visit).from)
        trace.unshift((visits[at] as Visit).step);
      return { states: seen.size, trace };
    }
    for (const { name, next } of steps) {
      const key = keyOf(next);
      if (seen.has(key)) continue;
      seen.add(key);
      visits.push({ state: next, from: place, step: name });
    }
  }
  return { states: seen.size, trace: undefined };
}

/** The name of a state in which these parts are alike, so that it does not matter which of them is which. */
export const withAlike = (state: object, parts: readonly object[]): string =>
  JSON.stringify([state, parts.map((part) => JSON.stringify(part)).sort()]);
