/**
 * How many processes a queue is to have: the arithmetic of KEDA and of the autoscaler of pods that it feeds (HPA), as their
 * documents give it, so that what scales here is what scales in a cluster.
 *
 * KEDA alone goes between none and one, by whether a trigger is active; above that HPA divides each figure by its threshold
 * and takes the largest. Fewer come only after a window in which nothing more was wanted, and one at a time.
 */

/** As `spec` of a ScaledObject has it. */
export interface ScaleRule {
  readonly min: number;
  readonly max: number;
  /** From the last activity to none, where `min` is 0. */
  readonly cooldownMs: number;
  /** Of HPA, downwards: the largest number that was wanted within it counts. */
  readonly stabilizationMs: number;
  /** One fewer in each. */
  readonly downEveryMs: number;
}

/** One trigger's figure now. */
export interface Trigger {
  readonly value: number;
  /** What one process is to have of it. */
  readonly threshold: number;
  /** Active above this. */
  readonly activation: number;
}

/** What is remembered between two looks; times of a steady clock, milliseconds. */
export interface ScaleMemory {
  readonly lastActiveMs: number;
  readonly lastDownMs: number;
  readonly wanted: readonly { readonly atMs: number; readonly count: number }[];
}

export const NO_MEMORY: ScaleMemory = { lastActiveMs: -Infinity, lastDownMs: -Infinity, wanted: [] };

export interface Scaled {
  readonly replicas: number;
  readonly memory: ScaleMemory;
}

/** HPA leaves the number as it is while the figure of each is so near to its threshold. */
const TOLERANCE = 0.1;

/** HPA's number for one figure that is a sum over all: `ceil(value / threshold)`, or as it is within the tolerance. */
export function byTrigger({ value, threshold }: Trigger, current: number): number {
  const ratio = value / (threshold * current);
  return Math.abs(1 - ratio) <= TOLERANCE ? current : Math.ceil(value / threshold);
}

const isActive = ({ value, activation }: Trigger): boolean => value > activation;

export function replicasWanted(
  rule: ScaleRule,
  triggers: readonly Trigger[],
  current: number,
  memory: ScaleMemory,
  nowMs: number,
): Scaled {
  const { min, max, cooldownMs } = rule;
  const isBusy = triggers.some(isActive);
  const lastActiveMs = isBusy ? nowMs : memory.lastActiveMs;
  if (current === 0) {
    const replicas = Math.max(min, isBusy ? 1 : 0);
    return { replicas, memory: { ...memory, lastActiveMs, wanted: [{ atMs: nowMs, count: replicas }] } };
  }
  if (!isBusy && min === 0 && nowMs - lastActiveMs >= cooldownMs)
    return { replicas: 0, memory: { ...memory, lastActiveMs, lastDownMs: nowMs, wanted: [] } };
  const count = clamp(Math.max(...triggers.map((trigger) => byTrigger(trigger, current))), min, max);
  return stabilized(rule, count, current, { ...memory, lastActiveMs }, nowMs);
}

/** Upwards at once; downwards what was wanted at most within the window, one at a time. */
function stabilized(
  { stabilizationMs, downEveryMs }: ScaleRule,
  count: number,
  current: number,
  memory: ScaleMemory,
  nowMs: number,
): Scaled {
  const wanted = [
    ...memory.wanted.filter(({ atMs }) => nowMs - atMs < stabilizationMs),
    { atMs: nowMs, count },
  ];
  const most = Math.max(...wanted.map((each) => each.count));
  if (most >= current) return { replicas: Math.max(count, current), memory: { ...memory, wanted } };
  if (nowMs - memory.lastDownMs < downEveryMs) return { replicas: current, memory: { ...memory, wanted } };
  return { replicas: Math.max(most, current - 1), memory: { ...memory, lastDownMs: nowMs, wanted } };
}

/** HPA takes none away below one: only KEDA goes to zero. */
const clamp = (count: number, min: number, max: number): number => Math.min(max, Math.max(count, min, 1));
