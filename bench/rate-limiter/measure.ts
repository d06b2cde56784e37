/** From what the exchange counted and the clients sampled to the figures of one row. */
import { CountedWindow } from './exchange';
import { Sample } from './workload';

export interface Figures {
  /** Smallest and mean share of the limit used, over full windows. */
  readonly least: number;
  readonly mean: number;
  readonly windows: number;
  readonly highest: number;
  readonly refused429: number;
  readonly most429InAWindow: number;
  readonly banned418: number;
}

/** The first and the last window are not full ones, and those before `settledAt` do not count. */
export function figuresOf(
  windows: readonly CountedWindow[],
  limit: number,
  samples: readonly Sample[],
  fromWindow: number,
  foreign: ReadonlyMap<number, number> = new Map(),
): Figures {
  const full = windows.filter(({ start }) => start >= fromWindow);
  const shares = full.map(({ start, used }) => {
    const others = foreign.get(start) ?? 0;
    return (used - others) / (limit - others);
  });
  const refused = samples.filter(({ status }) => status === 429);
  return {
    least: Math.min(...shares),
    mean: shares.reduce((sum, share) => sum + share, 0) / shares.length,
    windows: full.length,
    highest: Math.max(0, ...windows.map(({ used }) => used / limit)),
    refused429: refused.length,
    most429InAWindow: mostInAWindow(refused.map(({ doneAt }) => doneAt)),
    banned418: samples.filter(({ status }) => status === 418).length,
  };
}

const MINUTE_MS = 60_000;

const mostInAWindow = (times: readonly number[]): number => {
  const sorted = [...times].sort((left, right) => left - right);
  return sorted.reduce(
    (most, time) =>
      Math.max(most, sorted.filter((other) => other >= time && other < time + MINUTE_MS).length),
    0,
  );
};

export interface Waits {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
}

export function waitsOf(samples: readonly Sample[], kind?: Sample['kind']): Waits {
  const sorted = samples
    .filter((sample) => (kind === undefined || sample.kind === kind) && sample.status !== 0)
    .map(({ waitedMs }) => waitedMs)
    .sort((left, right) => left - right);
  const at = (share: number): number =>
    sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? NaN;
  return { count: sorted.length, p50: at(0.5), p99: at(0.99) };
}

/** Each tenth of the window apart: a limiter may be good on average and bad at the edge. */
export function worstPhaseP99(samples: readonly Sample[], windowMs: number, windowStartAt: number): number {
  const phases = new Map<number, Sample[]>();
  for (const sample of samples) {
    const askedAt = sample.sentAt - sample.waitedMs - windowStartAt;
    const phase = Math.floor((((askedAt % windowMs) + windowMs) % windowMs) / (windowMs / 10));
    phases.set(phase, [...(phases.get(phase) ?? []), sample]);
  }
  return Math.max(...[...phases.values()].map((each) => waitsOf(each).p99));
}
