/** N client processes against one exchange, with a Redis and a NATS of their own. */
import { ChildProcess, fork, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { elvisHome, ensurePrograms, freePort, startNats, until } from '@elvis/testing';
import { Exchange, ended, told } from './exchange';
import type { WorkerOrder } from './worker-order';
import { Sample, WorkloadOptions, sleep } from './workload';

/** A Redis that can be ended, and started again on the same port. */
export class BenchRedis {
  readonly host = '127.0.0.1';
  readonly password = 'bench';
  private child: ChildProcess | undefined;

  private constructor(
    readonly port: number,
    private readonly program: string,
    private readonly folder: string,
  ) {}

  static async start(): Promise<BenchRedis> {
    const { redis } = await ensurePrograms(['redis'], elvisHome());
    const server = new BenchRedis(await freePort(), redis.path, mkdtempSync(join(tmpdir(), 'bench-redis-')));
    await server.begin();
    return server;
  }

  /** Empty: nothing is kept on disk. */
  async begin(): Promise<void> {
    const words = ['--port', `${this.port}`, '--bind', this.host, '--requirepass', this.password];
    this.child = spawn(this.program, [...words, '--save', '', '--appendonly', 'no', '--dir', this.folder], {
      stdio: 'ignore',
    });
    await until(async () => (await this.command('PING')).includes('PONG'));
  }

  async end(): Promise<void> {
    if (this.child) await ended(this.child);
  }

  /** One command over a connection of its own. */
  async command(words: string): Promise<string> {
    const { connect } = await import('node:net');
    return new Promise((resolve, reject) => {
      const socket = connect(this.port, this.host, () =>
        socket.write(`AUTH ${this.password}\r\n${words}\r\nQUIT\r\n`),
      );
      let text = '';
      socket.on('data', (chunk) => (text += chunk.toString()));
      socket.on('end', () => resolve(text));
      socket.on('error', reject);
    });
  }

  async stop(): Promise<void> {
    await this.end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface FleetOptions {
  readonly client: string;
  readonly processes: number;
  readonly windowMs: number;
  readonly workload: Omit<WorkloadOptions, 'processes'>;
  readonly wallClocks?: readonly number[];
}

interface Member {
  readonly child: ChildProcess;
  readonly samples: Sample[];
}

export class Fleet {
  private readonly members: Member[] = [];
  /** Of members that were killed. */
  private readonly lost: Sample[] = [];

  private constructor(
    private readonly exchange: Exchange,
    readonly redis: BenchRedis,
    private readonly nats: Awaited<ReturnType<typeof startNats>>,
    private readonly options: FleetOptions,
  ) {}

  static async start(exchange: Exchange, options: FleetOptions): Promise<Fleet> {
    const [redis, nats] = await Promise.all([BenchRedis.start(), startNats()]);
    const fleet = new Fleet(exchange, redis, nats, options);
    for (let replica = 0; replica < options.processes; replica += 1) await fleet.join(replica);
    return fleet;
  }

  begin(): void {
    for (const { child } of this.members) child.send('start');
  }

  /** Kill -9, and another in its place. */
  async replace(place: number): Promise<void> {
    const member = this.members[place];
    if (!member) return;
    await this.collect();
    this.lost.push(...member.samples);
    await ended(member.child);
    await this.join(place);
    this.members[place]?.child.send('start');
  }

  /** Everything sampled so far, by member; those of killed ones come last. */
  async samples(): Promise<Sample[][]> {
    await this.collect();
    return [...this.members.map(({ samples }) => samples), this.lost];
  }

  async costs(): Promise<Record<string, number>> {
    const child = this.members[0]?.child;
    if (!child) return {};
    child.send('costs');
    return (await told<{ costs: Record<string, number> }>(child)).costs;
  }

  async halt(): Promise<void> {
    for (const { child } of this.members) child.send('stop');
    await sleep(500);
  }

  async stop(): Promise<void> {
    await Promise.all(this.members.map(({ child }) => ended(child)));
    await Promise.all([this.redis.stop(), this.nats.stop()]);
  }

  private async collect(): Promise<void> {
    await Promise.all(
      this.members.map(async ({ child, samples }) => {
        if (!child.connected) return;
        child.send('take');
        samples.push(...(await told<{ samples: Sample[] }>(child)).samples);
      }),
    );
  }

  private async join(replica: number): Promise<void> {
    const { client, windowMs, workload, processes, wallClocks } = this.options;
    const { host, port, password } = this.redis;
    const order: WorkerOrder = {
      client,
      ...{ origin: this.exchange.origin, apiKey: this.exchange.apiKey, apiSecret: this.exchange.apiSecret },
      redis: { host, port, password },
      windowMs,
      workload: { ...workload, processes },
      replica,
      wallClockMs: wallClocks?.[replica] ?? 0,
      nats: this.nats.urls.execution,
    };
    const child = fork(join(__dirname, 'worker.js'), [JSON.stringify(order)]);
    await told<{ ready: true }>(child);
    this.members[replica] = { child, samples: [] };
  }
}
