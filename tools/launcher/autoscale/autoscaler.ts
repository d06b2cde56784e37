/**
 * Starts and stops processes of the bots service as their queues want it. It looks once a second; a process that is taken
 * away is told to end, takes no further token, and ends the steps it has begun.
 */
import { WorkQueueName } from '@elvis/contracts';
import { Rounds } from '@elvis/platform';
import { Supervised } from '../supervised';
import { POOL_KINDS } from './pools';
import { QueueReader } from './queue-reader';
import { NO_MEMORY, ScaleMemory, ScaleRule, replicasWanted } from './replicas-wanted';

const LOOK_EVERY_MS = 1_000;

export interface Pool {
  readonly queue: WorkQueueName;
  readonly rule: ScaleRule;
}

export interface Processes {
  /** The `slot`th of the pool, counted from 0; it is started and kept alive. */
  start(queue: WorkQueueName, slot: number): Supervised;
  /** Told to end; resolves when it has. */
  stop(process: Supervised): Promise<void>;
  say(sentence: string): void;
  complain(sentence: string): void;
}

interface Scaling extends Pool {
  memory: ScaleMemory;
  /** By slot. */
  readonly running: Map<number, Supervised>;
  /** Slots whose process was told to end and has not yet. */
  readonly ending: Set<number>;
}

export class Autoscaler {
  private readonly pools: readonly Scaling[];
  private readonly rounds = new Rounds(() => this.look());
  private isBlind = false;

  constructor(
    pools: readonly Pool[],
    private readonly queues: QueueReader,
    private readonly processes: Processes,
  ) {
    this.pools = pools.map((pool) => ({
      ...pool,
      memory: NO_MEMORY,
      running: new Map<number, Supervised>(),
      ending: new Set<number>(),
    }));
  }

  /** The least of each pool at once. */
  start(): void {
    for (const pool of this.pools) this.scale(pool, pool.rule.min);
    this.rounds.start(LOOK_EVERY_MS);
  }

  /** No process is started any more; those that run are its owner's to stop. */
  async stop(): Promise<void> {
    this.rounds.stop();
    await this.queues.close();
  }

  private async look(): Promise<number> {
    try {
      for (const pool of this.pools) await this.lookAt(pool);
      this.isBlind = false;
    } catch (error) {
      if (!this.isBlind)
        this.processes.complain(
          `The work queues could not be read, so no process is started or stopped until they can: ${String(error)}`,
        );
      this.isBlind = true;
    }
    return LOOK_EVERY_MS;
  }

  private async lookAt(pool: Scaling): Promise<void> {
    const triggers = POOL_KINDS[pool.queue].triggers(await this.queues.figures(pool.queue));
    const { size } = pool.running;
    const { replicas, memory } = replicasWanted(pool.rule, triggers, size, pool.memory, performance.now());
    pool.memory = memory;
    if (replicas === size) return;
    const figures = triggers.map(({ value, threshold }) => `${value} (${threshold} each)`).join(', ');
    this.processes.say(`${pool.queue}: ${size} to ${replicas} processes; figures: ${figures}`);
    this.scale(pool, replicas);
  }

  /** A slot whose process still ends is free once it has: the next look finds it. */
  private scale({ queue, rule, running, ending }: Scaling, replicas: number): void {
    for (let slot = 0; slot < rule.max && running.size < replicas; slot += 1)
      if (!running.has(slot) && !ending.has(slot)) running.set(slot, this.processes.start(queue, slot));
    for (const [slot, process] of [...running].reverse()) {
      if (running.size <= replicas) return;
      running.delete(slot);
      ending.add(slot);
      void this.processes.stop(process).finally(() => ending.delete(slot));
    }
  }
}
