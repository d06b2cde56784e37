/**
 * Several requests for the same new order at once, in small (ADR 20: a new id is not looked up): each is judged, and the
 * checks may refuse one that they let pass a moment ago; the claim and the denial are written by compare-and-set; the
 * journal may be unreadable for a moment. Whatever is answered but the order itself says that no order stands under the id.
 */
import { Step, Verdict, searchStates } from './search-states';

export type AnswerBug =
  | 'failed-without-a-look'
  | 'unreadable-counts-as-free'
  | 'lost-claim-is-a-failure'
  | 'denied-whatever-stands';

type Phase = 'NEW' | 'REFUSED' | 'PASSED' | 'CLAIMED' | 'FAILING' | 'ANSWERED';

interface Request {
  readonly phase: Phase;
  /** The record that it expects before its own. */
  readonly expected: number;
  readonly answer?: 'order' | 'denial' | 'failure' | 'unknown';
}

/** `FREE`: released or withdrawn; the id may be claimed again. */
type Standing = 'NONE' | 'INTENT' | 'ORDER' | 'DENIED' | 'FREE';

interface State {
  readonly standing: Standing;
  /** How many records there are. */
  readonly sequence: number;
  readonly requests: readonly Request[];
  /** What was answered or written wrongly. */
  readonly problem?: string;
}

const MOST_RECORDS = 5;

const start = (requests: number): State => ({
  standing: 'NONE',
  sequence: 0,
  requests: Array.from({ length: requests }, () => ({ phase: 'NEW', expected: 0 })),
});

const isFree = (standing: Standing): boolean => standing === 'NONE' || standing === 'FREE';

function* stepsFrom(state: State, bug?: AnswerBug): Generator<Step<State>> {
  for (const [place, request] of state.requests.entries()) yield* requestSteps(state, place, request, bug);
  if (state.standing === 'INTENT') yield { name: 'the order is sent', next: { ...state, standing: 'ORDER' } };
}

function* requestSteps(
  state: State,
  place: number,
  request: Request,
  bug?: AnswerBug,
): Generator<Step<State>> {
  const { standing, sequence } = state;
  const { phase, expected } = request;
  const who = `request ${place}`;
  const as = (change: Partial<Request>, others: Partial<State> = {}): State => ({
    ...state,
    ...others,
    requests: state.requests.map((each, at) => (at === place ? { ...request, ...change } : each)),
  });
  const written = (next: Standing): Partial<State> => ({ standing: next, sequence: sequence + 1 });
  const answered = (answer: NonNullable<Request['answer']>, others: Partial<State> = {}): State => {
    const after = { ...state, ...others };
    const isWrong =
      (answer === 'failure' && !isFree(after.standing)) ||
      (answer === 'denial' && after.standing !== 'DENIED');
    const problem = isWrong ? `${answer} was answered where ${after.standing} stands` : undefined;
    return as({ phase: 'ANSWERED', answer }, { ...others, ...(problem && { problem }) });
  };
  switch (phase) {
    case 'NEW':
      yield { name: `${who} passes the checks`, next: as({ phase: 'PASSED' }) };
      yield { name: `${who} is refused by the checks`, next: as({ phase: 'REFUSED' }) };
      yield { name: `${who} cannot be checked`, next: as({ phase: 'FAILING' }) };
      return;
    case 'REFUSED':
      if (sequence === expected || bug === 'denied-whatever-stands') {
        const isOverwritten = standing === 'INTENT' || standing === 'ORDER';
        const problem = isOverwritten ? { problem: 'a denial was written over an order' } : {};
        yield { name: `${who} is denied`, next: answered('denial', { ...written('DENIED'), ...problem }) };
      } else if (isFree(standing)) {
        yield { name: `${who} finds the id free`, next: as({ expected: sequence }) };
      } else yield { name: `${who} finds what stands`, next: answered('order') };
      return;
    case 'PASSED':
      if (sequence === expected && sequence < MOST_RECORDS)
        yield {
          name: `${who} claims the id`,
          next: as({ phase: 'CLAIMED', expected: sequence + 1 }, written('INTENT')),
        };
      else if (isFree(standing)) yield { name: `${who} finds the id free`, next: as({ expected: sequence }) };
      else if (bug === 'lost-claim-is-a-failure')
        yield { name: `${who} loses the claim`, next: answered('failure') };
      else yield { name: `${who} finds what stands`, next: answered('order') };
      yield { name: `${who} fails before its claim`, next: as({ phase: 'FAILING' }) };
      return;
    case 'CLAIMED':
      if (standing === 'INTENT' && sequence === expected)
        yield { name: `${who} is released`, next: as({ phase: 'FAILING' }, written('FREE')) };
      else yield { name: `${who} is answered by execution`, next: answered('order') };
      yield { name: `${who} hears nothing`, next: as({ phase: 'FAILING' }) };
      return;
    case 'FAILING':
      if (bug === 'failed-without-a-look') yield { name: `${who} fails`, next: answered('failure') };
      else
        yield {
          name: `${who} looks, and is answered`,
          next: answered(isFree(standing) ? 'failure' : 'order'),
        };
      yield {
        name: `${who} cannot look`,
        next: answered(bug === 'unreadable-counts-as-free' ? 'failure' : 'unknown'),
      };
  }
}

/** Visits every state that any order of steps can reach. */
export const searchAnswers = (requests: number, bug?: AnswerBug): Verdict =>
  searchStates({
    start: start(requests),
    stepsFrom: (state) => stepsFrom(state, bug),
    problemIn: ({ problem }) => problem,
  });
