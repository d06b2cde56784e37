/** What happened to a bot, from the lists of its states and of its steps: one log, newest first. */
import type { AnswerOf } from '../../api/api';

export type State = AnswerOf<'/api/v1/bot-states/{id}/history', 'get'>['items'][number];
export type Step = AnswerOf<'/api/v1/bots/{id}/steps', 'get'>['items'][number];

export const LEVELS = ['info', 'warning', 'error'] as const;
export const KINDS = ['state', 'step', 'order'] as const;
export type Level = (typeof LEVELS)[number];
/** `order` is a step that sent orders. */
export type Kind = (typeof KINDS)[number];

export interface LogLine {
  readonly key: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly level: Level;
  readonly kind: Kind;
  readonly told: { readonly state: State } | { readonly step: Step };
}

export interface LogFilter {
  readonly level?: Level;
  readonly kind?: Kind;
  /** UTC milliseconds; older lines are left out. */
  readonly fromMs?: number;
}

/** As much of a list as was read, newest first. */
export interface Read<Item> {
  readonly items: readonly Item[];
  readonly hasMore: boolean;
}

/** Both lists as one. What is older than the end of a list of which there is more is held back: something is missing between. */
export function logOf(states: Read<State>, steps: Read<Step>): readonly LogLine[] {
  const ends = [states, steps].flatMap(({ items, hasMore }) => (hasMore ? [items.at(-1)?.at ?? ''] : []));
  const bound = ends.reduce((one, other) => (one > other ? one : other), '');
  return [...states.items.map(lineOfState), ...steps.items.map(lineOfStep)]
    .filter(({ at }) => at >= bound)
    .sort((one, other) => (one.at === other.at ? 0 : one.at < other.at ? 1 : -1));
}

export const matching = (
  lines: readonly LogLine[],
  { level, kind, fromMs = -Infinity }: LogFilter,
): readonly LogLine[] =>
  lines.filter(
    (line) =>
      (level === undefined || line.level === level) &&
      (kind === undefined || line.kind === kind) &&
      Date.parse(line.at) >= fromMs,
  );

const lineOfState = (state: State): LogLine => ({
  key: `${state.run} ${state.state} ${state.at}`,
  at: state.at,
  level: state.state === 'FAULTED' ? 'error' : isForced(state) ? 'warning' : 'info',
  kind: 'state',
  told: { state },
});

const lineOfStep = (step: Step): LogLine => ({
  key: `${step.run} ${step.step}`,
  at: step.at,
  level: step.failure !== null ? 'error' : step.isLate ? 'warning' : 'info',
  kind: step.orders.length > 0 ? 'order' : 'step',
  told: { step },
});

/** A pause that a person asked for is what it should be; any other is not. */
const isForced = ({ state, causes }: State): boolean =>
  state === 'REDUCING' || (state === 'PAUSED' && causes.some((cause) => cause !== 'person'));
