/** How a bot changes: each is a function of how it stands, and gives what is told of it and how it stands then. */
import {
  BotConfigView,
  BotFault,
  BotPauseCause,
  BotStanding,
  BotState,
  BotStopProgress,
  DueStep,
  StateRecord,
} from '@elvis/contracts';
import { CandleInterval, intervalStart } from '@elvis/trading';
import { BotWrite } from './bot-journal';
import { NO_FIGURES, figuresOfNewRun, positionOf } from '../figures/bot-figures';
import { NO_GUARD } from '../protection/guard';

const LIVE: ReadonlySet<BotState> = new Set(['STARTING', 'WARMING', 'RUNNING', 'PAUSED', 'REDUCING']);

/** Whether it takes steps of its strategy. */
export const isLive = ({ state }: Pick<BotStanding, 'state'>): boolean => LIVE.has(state);
/** Whether anything of it is under way: live, or being stopped. */
export const isUnderWay = ({ state }: Pick<BotStanding, 'state'>): boolean =>
  LIVE.has(state) || state === 'STOPPING';

export interface NewRun {
  readonly config: BotConfigView;
  readonly run: number;
  readonly runId: string;
  /** Hooks that the strategy has beside `onCandle`. */
  readonly hooks: readonly string[];
  readonly codeHash: string;
  readonly build: string;
  readonly actor: string;
  readonly atMs: number;
  readonly decideByMs: number;
}

/** A run begins with a due step of its own, in which a worker checks what must hold before anything is traded. */
export function runBegun(
  { config, run, runId, hooks, codeHash, build, actor, atMs, decideByMs }: NewRun,
  before: BotStanding | undefined,
): BotWrite {
  const due: DueStep = { step: 1, cause: 'start', causeId: runId, dueAtMs: atMs, decideByMs };
  return {
    change: { type: 'RUN', run, atMs, runId, config, codeHash, build, clearanceId: null, actor },
    standing: {
      config,
      run,
      runId,
      state: 'STARTING',
      causes: [],
      reason: `started by ${actor}`,
      isWarm: false,
      hooks,
      lastStep: null,
      lastFailure: null,
      lastDueStep: 1,
      lastCandleMs: lastClosed(config.interval, atMs),
      memory: null,
      idle: null,
      due: [due],
      pending: null,
      // What an earlier run left at the exchange is this run's to look after.
      orders: before?.orders ?? [],
      position: before?.position ?? positionOf(NO_FIGURES),
      figures: before ? figuresOfNewRun(before.figures) : NO_FIGURES,
      isDrawnDown: false,
      guard: before?.guard ?? NO_GUARD,
      lateSteps: 0,
      orderedAtMs: before?.orderedAtMs ?? [],
      appliedFills: before?.appliedFills ?? [],
      signals: before?.signals ?? [],
      denials: 0,
      failures: 0,
      fault: null,
      stop: null,
      stopAttempts: 0,
    },
  };
}

/** Open time of the last candle that had closed then. */
const lastClosed = (interval: CandleInterval, atMs: number): number =>
  intervalStart(interval, intervalStart(interval, atMs) - 1);

export type NewDue = Omit<DueStep, 'step'>;

/** One cause, one step. */
export function stepDue(standing: BotStanding, cause: NewDue): BotWrite {
  const due: DueStep = { ...cause, step: standing.lastDueStep + 1 };
  return {
    change: { type: 'STEP_DUE', run: standing.run, atMs: cause.dueAtMs, ...due },
    standing: withDue(standing, due),
  };
}

/** Whether such a step waits; one that is being carried out does not count. */
export const hasDue = ({ due, pending }: BotStanding, cause: DueStep['cause']): boolean =>
  due.some((step) => step.cause === cause && step.step !== pending?.due.step);

/**
 * The step to be taken next: what was begun, then what protects, then the others in their order. A bot that is STOPPED or
 * FAULTED takes those alone that protect what it left.
 */
export function nextDue(standing: BotStanding): DueStep | undefined {
  const { due, pending } = standing;
  const isTaken = ({ cause }: DueStep): boolean => isUnderWay(standing) || cause === 'protection';
  if (pending) return isTaken(pending.due) ? pending.due : undefined;
  const protection = due.find(({ cause }) => cause === 'protection');
  if (protection) return protection;
  return isUnderWay(standing) ? due[0] : undefined;
}

export const withDue = (standing: BotStanding, due: DueStep): BotStanding => ({
  ...standing,
  lastDueStep: due.step,
  lastCandleMs: due.candle ? due.candle.openTimeMs : standing.lastCandleMs,
  due: [...standing.due, due],
});

/** The first step once more; undefined where it is not wanted any more. */
export function warmAgain(standing: BotStanding, atMs: number, decideByMs: number): BotWrite | undefined {
  if (!isLive(standing) || standing.isWarm || standing.due.length > 0) return undefined;
  const causeId = `${standing.runId}:${standing.lastDueStep + 1}`;
  return stepDue(standing, { cause: 'start', causeId, dueAtMs: atMs, decideByMs });
}

interface Because {
  readonly reason: string;
  readonly actor: string;
  readonly atMs: number;
}

export interface StateChange extends Because {
  /** Limits that are used up, where that is why. */
  readonly limits?: StateRecord['limits'];
  readonly fault?: BotFault;
  readonly stop?: BotStopProgress;
}

/** Another state, with what is told of it. */
export function stateChanged(
  standing: BotStanding,
  change: Partial<BotStanding>,
  { reason, actor, atMs, fault, stop, limits }: StateChange,
): BotWrite {
  const { run, state = standing.state, causes = standing.causes } = { ...standing, ...change };
  const idled = state === 'STOPPED' || state === 'FAULTED' ? (standing.idle ?? null) : null;
  const next: BotStanding = { ...standing, ...change, reason, ...(idled && { idle: null }) };
  return {
    change: {
      type: 'STATE',
      run,
      atMs,
      state,
      causes,
      reason,
      actor,
      ...(fault && { fault }),
      ...(stop && { stop }),
      ...(limits && { limits }),
      ...(idled && { idled }),
    },
    standing: next,
  };
}

/** Adds a cause; undefined where it has it, or where it takes no steps anyway. */
export function paused(
  standing: BotStanding,
  cause: BotPauseCause,
  because: StateChange,
): BotWrite | undefined {
  const { state, causes } = standing;
  if (causes.includes(cause) || !(state === 'WARMING' || state === 'RUNNING' || state === 'PAUSED'))
    return undefined;
  return stateChanged(standing, { state: 'PAUSED', causes: [...causes, cause] }, because);
}

/** Takes a cause away; it goes on when none is left. Undefined where it has not got it. */
export function resumed(standing: BotStanding, cause: BotPauseCause, because: Because): BotWrite | undefined {
  if (standing.state !== 'PAUSED' || !standing.causes.includes(cause)) return undefined;
  const causes = standing.causes.filter((each) => each !== cause);
  const state = causes.length > 0 ? 'PAUSED' : standing.isWarm ? 'RUNNING' : 'WARMING';
  // A person, or a limit's new day, begins the count of refusals anew.
  const denials = cause === 'refusals' ? 0 : standing.denials;
  return stateChanged(standing, { state, causes, denials }, because);
}

/** It does nothing more until a person has looked; its protections stay at the exchange. */
export function faulted(
  standing: BotStanding,
  { code, message, atMs }: Pick<BotFault, 'code' | 'message' | 'atMs'>,
): BotWrite {
  const fault: BotFault = { code, message, atMs };
  return stateChanged(
    standing,
    { state: 'FAULTED', causes: [], due: [], pending: null, fault },
    { reason: message, actor: 'system', atMs, fault },
  );
}
