/**
 * What may be scaled on this machine, by the rules that the manifests for KEDA have: workers of bots, which are sized by plan
 * with their queue as the net below, and research, which comes from none as its queue fills.
 */
import { WORK_QUEUES, WorkQueueName } from '@elvis/contracts';
import { ScaleRule, Trigger } from './replicas-wanted';

export interface Bounds {
  readonly min: number;
  readonly max: number;
}

export type Autoscale = Readonly<Partial<Record<WorkQueueName, Bounds>>>;

/** A queue as it is now. */
export interface QueueFigures {
  /** Tokens that wait and those that are held: work that is not done. */
  readonly depth: number;
  /** By plan; 0 where nothing is planned. */
  readonly workersWanted: number;
}

/** The role that a process of the pool has, and its triggers. */
interface PoolKind {
  readonly role: 'worker' | 'research';
  readonly triggers: (figures: QueueFigures) => readonly Trigger[];
}

export const POOL_KINDS: Readonly<Record<WorkQueueName, PoolKind>> = {
  bots: {
    role: 'worker',
    triggers: ({ depth, workersWanted }) => [
      { value: workersWanted, threshold: 1, activation: 0 },
      { value: depth, threshold: 25, activation: 0 },
    ],
  },
  research: {
    role: 'research',
    triggers: ({ depth }) => [{ value: depth, threshold: 1, activation: 0 }],
  },
};

/** How much sooner than the whole window one process of many is taken away. */
const DOWN_STEPS = 5;

/** @param windowMs AUTOSCALE_WINDOW_MS */
export const ruleOf = ({ min, max }: Bounds, windowMs: number): ScaleRule => ({
  min,
  max,
  cooldownMs: windowMs,
  stabilizationMs: windowMs,
  downEveryMs: windowMs / DOWN_STEPS,
});

/** Such as `bots=1..4,research=0..2`; a sentence about what is wrong with it. */
export function readAutoscale(text: string | undefined): Autoscale | string {
  const read: Partial<Record<WorkQueueName, Bounds>> = {};
  for (const part of text?.split(',') ?? []) {
    const [, name = '', min = '', max = ''] = /^\s*(\w+)=(\d{1,2})\.\.(\d{1,2})\s*$/.exec(part) ?? [];
    const isKnown = (WORK_QUEUES as readonly string[]).includes(name);
    if (!isKnown || Number(max) < 1 || Number(min) > Number(max))
      return `"${part}" is not <queue>=<least>..<most>, such as bots=1..4; queues: ${WORK_QUEUES.join(', ')}`;
    if (name === 'bots' && min === '0')
      return '"bots" needs at least 1: a step is due in seconds, and a process takes longer to start';
    read[name as WorkQueueName] = { min: Number(min), max: Number(max) };
  }
  return read;
}
