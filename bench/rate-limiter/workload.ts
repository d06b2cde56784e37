/** What every client is asked to do, the same for Elvis and its peers, and what it tells about it. */

/** One client's way to the exchange, its own limiter included; each answers the HTTP status, 0 for none. */
export interface LimitedClient {
  query(weight: 1 | 5): Promise<Outcome>;
  cancel(): Promise<Outcome>;
  order(slot: number): Promise<Outcome>;
  /** Microseconds of CPU and round trips to Redis per reservation, where it can tell. */
  readonly costs?: () => Promise<Record<string, number>>;
}

export interface Outcome {
  readonly status: number;
  /** From asking until it was sent (or refused). */
  readonly waitedMs: number;
}

export type WorkloadName = 'saturation' | 'half' | 'orders' | 'mixed';

export interface WorkloadOptions {
  readonly name: WorkloadName;
  /** Of the whole fleet. */
  readonly weightPerSecond: number;
  readonly processes: number;
  readonly cancelsPerSecond: number;
  readonly outstanding: number;
}

export interface Sample {
  readonly kind: 'query' | 'cancel' | 'order';
  readonly status: number;
  readonly waitedMs: number;
  /** Monotonic milliseconds that all processes of this machine share: when it was sent, and when it was over. */
  readonly sentAt: number;
  readonly doneAt: number;
}

/** Runs until `stop`; hands out what happened since the last time it was asked. */
export class Workload {
  private samples: Sample[] = [];
  private isStopped = false;

  constructor(
    private readonly client: LimitedClient,
    private readonly options: WorkloadOptions,
  ) {}

  start(): void {
    const { name, outstanding, cancelsPerSecond } = this.options;
    if (name === 'saturation' || name === 'mixed')
      for (let slot = 0; slot < outstanding; slot += 1) void this.queryForEver();
    if (name === 'mixed') void this.orderForEver(0);
    if (name === 'orders') for (let slot = 0; slot < outstanding; slot += 1) void this.orderForEver(slot);
    if (name === 'half') void this.poisson();
    if (cancelsPerSecond > 0) this.cancelForEver(1_000 / cancelsPerSecond);
  }

  stop(): void {
    this.isStopped = true;
  }

  take(): Sample[] {
    const taken = this.samples;
    this.samples = [];
    return taken;
  }

  private async queryForEver(): Promise<void> {
    while (!this.isStopped) await this.record('query', () => this.client.query(Math.random() < 0.8 ? 1 : 5));
  }

  private async orderForEver(slot: number): Promise<void> {
    while (!this.isStopped) await this.record('order', () => this.client.order(slot));
  }

  private cancelForEver(everyMs: number): void {
    const timer = setInterval(() => {
      if (this.isStopped) clearInterval(timer);
      else void this.record('cancel', () => this.client.cancel());
    }, everyMs);
  }

  /** Calls of mean weight 1.8, as many as make the asked weight. */
  private async poisson(): Promise<void> {
    const perSecond = this.options.weightPerSecond / this.options.processes / 1.8;
    while (!this.isStopped) {
      await sleep((-Math.log(1 - Math.random()) / perSecond) * 1_000);
      if (!this.isStopped) void this.record('query', () => this.client.query(Math.random() < 0.8 ? 1 : 5));
    }
  }

  private async record(kind: Sample['kind'], work: () => Promise<Outcome>): Promise<void> {
    const askedAt = sharedNow();
    const { status, waitedMs } = await work();
    this.samples.push({ kind, status, waitedMs, sentAt: askedAt + waitedMs, doneAt: sharedNow() });
    if (status === 0) await sleep(20);
  }
}

/** Not touched by a process's own wall clock offset. */
export const sharedNow = (): number => Number(process.hrtime.bigint() / 1_000n) / 1_000;

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
