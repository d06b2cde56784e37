/** Latencies and memory, measured the same way for everything that is compared. */
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

export interface Latency {
  readonly what: string;
  readonly p50: number;
  readonly p99: number;
  readonly count: number;
}

type Ask = (round: number) => Promise<unknown>;

interface Amount {
  /** For each of what is asked. */
  readonly windowMs?: number;
  readonly least?: number;
  /** Rounds that are not counted, as a service that has run for a while is warm. */
  readonly warmUp?: number;
}

/** Calls `ask` again and again, one at a time, for at least `windowMs`. */
export async function latencyOf(what: string, ask: Ask, amount: Amount = {}): Promise<Latency> {
  const [latency] = await latenciesInTurns([[what, ask]], amount);
  return latency as Latency;
}

/** Several by turns, call by call: what else the machine does meanwhile strikes all of them alike. */
export async function latenciesInTurns(
  asks: readonly (readonly [string, Ask])[],
  { windowMs = 4_000, least = 50, warmUp = 200 }: Amount = {},
): Promise<Latency[]> {
  const took = asks.map((): number[] => []);
  for (let round = 0; round < warmUp; round += 1) for (const [, ask] of asks) await ask(round);
  const end = performance.now() + windowMs * asks.length;
  for (let round = 0; performance.now() < end || round < least; round += 1) {
    for (const [index, [, ask]] of asks.entries()) {
      const started = performance.now();
      await ask(round);
      took[index]?.push(performance.now() - started);
    }
  }
  return asks.map(([what], index) => summary(what, took[index] ?? []));
}

function summary(what: string, took: number[]): Latency {
  took.sort((left, right) => left - right);
  const at = (share: number): number => took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0;
  return { what, p50: at(0.5), p99: at(0.99), count: took.length };
}

/** Resident memory of a process, in bytes. */
function residentBytes(pid: number): number {
  const line = readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+) kB/);
  return Number(line?.[1] ?? 0) * 1_024;
}

/** Watches how far a process grows while `work` runs. */
export async function growthWhile(pid: number, work: () => Promise<void>): Promise<number> {
  const before = residentBytes(pid);
  let most = before;
  const sampler = setInterval(() => (most = Math.max(most, residentBytes(pid))), 50);
  try {
    await work();
  } finally {
    clearInterval(sampler);
  }
  return most - before;
}

export const verdict = (holds: boolean): string => (holds ? 'yes' : 'NO');
