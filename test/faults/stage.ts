/**
 * The stage of the fault runs: real Redis, NATS, paper exchange and execution processes, each behind a wire that can be
 * tapped. It lives over many runs; a run leaves it as it found it.
 */
import { ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import {
  LOOPBACK,
  PrivateNats,
  PrivateRedis,
  freePort,
  generateNatsPasswords,
  startNats,
  startRedis,
  until,
} from '@elvis/testing';
import { askAdmin } from './exchange-admin';
import { Tap } from './tap';
import { Witness } from './witness';

export const APPROVAL_KEY = 'f'.repeat(40);
const RECV_WINDOW_MS = 500;
const KEYS = { apiKey: 'fault-run-key', apiSecret: 'fault-run-secret' };
export const SYMBOLS: readonly string[] = ['BTCUSDT', 'ETHUSDT'];
const DIST = resolve(process.env.ELVIS_DIST ?? 'dist');

export interface StageOptions {
  readonly replicas?: number;
  /** The recorded market has spot too; the synthetic one is the same for every seed. */
  readonly market?: 'synthetic' | 'recording';
  /** What the account holds of BTC on spot before anything starts. */
  readonly spotBitcoin?: string;
}

export interface Replica {
  readonly number: number;
  process: ChildProcess;
  readonly redis: Tap;
  readonly nats: Tap;
  readonly exchange: Tap;
  readonly stream: Tap;
  readonly opsPort: number;
}

export class Stage implements Witness {
  readonly replicas: Replica[] = [];
  readonly keys = KEYS;
  exchange!: ChildProcess;
  redis!: PrivateRedis;
  nats!: PrivateNats;
  restPort = 0;
  adminPort = 0;
  /** Whoever keeps the permit takes it away instead, within half a second. */
  isPermitHeld = false;
  /** By how much the exchange's clock is ahead of this machine's. */
  clockShiftMs = 0;
  private readonly folder = mkdtempSync(join(tmpdir(), 'elvis-faults-'));
  private readonly passwords = generateNatsPasswords();
  private redisPort = 0;
  private natsPort = 0;
  private market: 'synthetic' | 'recording' = 'synthetic';

  /** The recorded market has spot, too. */
  get hasSpot(): boolean {
    return this.market === 'recording';
  }

  /** Time goes by on the exchange alone. It never goes back. */
  async passTime(ms: number): Promise<void> {
    this.clockShiftMs += ms;
    await this.admin('POST', '/clock', { shiftMs: this.clockShiftMs });
  }

  async open({ replicas = 2, market = 'synthetic', spotBitcoin }: StageOptions = {}): Promise<void> {
    this.market = market;
    [this.redisPort, this.natsPort, this.restPort, this.adminPort] = await Promise.all([
      freePort(),
      freePort(),
      freePort(),
      freePort(),
    ]);
    await Promise.all([this.startRedis(), this.startNats(), this.startExchange()]);
    if (spotBitcoin !== undefined)
      await this.admin('POST', '/deposit', { market: 'spot', asset: 'BTC', amount: spotBitcoin });
    for (let number = 0; number < replicas; number += 1) await this.addReplica(number);
    await Promise.all(this.replicas.map((replica) => this.ready(replica)));
  }

  async close(): Promise<void> {
    for (const { process, redis, nats, exchange, stream } of this.replicas) {
      process.kill('SIGKILL');
      await Promise.all([redis.close(), nats.close(), exchange.close(), stream.close()]);
    }
    this.exchange.kill('SIGKILL');
    await Promise.all([this.redis.stop(), this.nats.stop()]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  async startRedis(): Promise<void> {
    this.redis = await startRedis({
      port: this.redisPort,
      password: 'faults',
      folder: this.folderOf('redis'),
      lasting: true,
    });
  }

  async startNats(): Promise<void> {
    this.nats = await startNats({
      port: this.natsPort,
      passwords: this.passwords,
      folder: this.folderOf('nats'),
    });
  }

  /** Empties Redis as a failover to an empty replica would: another process, another run id, no data. */
  async emptyRedis(): Promise<void> {
    await this.redis.stop();
    rmSync(this.folderOf('redis'), { recursive: true, force: true });
    await this.startRedis();
  }

  /** Starts the replica anew after it was killed; its wires stay. */
  revive(replica: Replica): void {
    if (replica.process.exitCode === null && replica.process.signalCode === null) return;
    replica.process = this.spawnReplica(replica.number, replica);
  }

  async ready(replica: Replica, withinMs = 150_000): Promise<void> {
    const { opsPort } = replica;
    const isReady = async (): Promise<boolean> => {
      const answer = await fetch(`http://${LOOPBACK}:${opsPort}/health/ready`).catch(() => undefined);
      if (answer?.status === 200) return true;
      this.revive(replica);
      throw new Error((await answer?.text()) ?? 'no answer');
    };
    await this.until(isReady, 'execution is ready', withinMs);
  }

  admin<Reply>(method: string, path: string, body?: object): Promise<Reply> {
    return askAdmin(`http://${LOOPBACK}:${this.adminPort}`, method, path, body);
  }

  /** What is waited for, or an error that has the end of what the processes wrote. */
  async until<Thing>(
    look: () => Thing | Promise<Thing>,
    what: string,
    withinMs = 150_000,
  ): Promise<Exclude<Thing, undefined | null | false>> {
    return until(look, what, withinMs).catch((error: Error) => {
      throw new Error(`${error.message}\n${this.logs()}`);
    });
  }

  /** The end of what the processes wrote, for a failed run. */
  logs(): string {
    return ['exchange', ...this.replicas.map(({ number }) => `execution-${number}`)]
      .map((name) => {
        const file = join(this.folder, `${name}.log`);
        return `--- ${name}\n${existsSync(file) ? readFileSync(file, 'utf8').slice(-6_000) : ''}`;
      })
      .join('\n');
  }

  /** What the processes of the fleet wrote since the last call. */
  newLines(): readonly string[] {
    return this.replicas.flatMap(({ number }) => {
      const file = join(this.folder, `execution-${number}.log`);
      const from = this.readTo.get(number) ?? 0;
      const bytes = readFileSync(file);
      this.readTo.set(number, bytes.length);
      return bytes.subarray(from).toString().split('\n');
    });
  }

  private readonly readTo = new Map<number, number>();

  private async startExchange(): Promise<void> {
    this.exchange = this.spawn('exchange', 'paper-exchange', {
      PAPER_PORT: `${this.restPort}`,
      PAPER_ADMIN_PORT: `${this.adminPort}`,
      PAPER_MARKET: this.market,
      PAPER_ORDERS_1M: '1000000',
      PAPER_ORDERS_10S: '1000000',
      PAPER_WEIGHT_1M: '1000000',
      PAPER_SPOT_ORDERS_10S: '1000000',
      PAPER_SPOT_ORDERS_1D: '1000000',
      PAPER_SPOT_WEIGHT_1M: '1000000',
      PAPER_BALANCE: '100000000',
      // The verdict compares with the whole history, also of runs of hours.
      PAPER_CLOSED_ORDERS_KEPT: '250000',
      BINANCE_API_KEY: KEYS.apiKey,
      BINANCE_API_SECRET: KEYS.apiSecret,
      PAPER_OTHER_API_KEY: 'other-client-key',
      PAPER_OTHER_API_SECRET: 'other-client-secret',
      SYMBOLS: SYMBOLS.join(),
    });
    const report = `http://${LOOPBACK}:${this.adminPort}/report`;
    await this.until(async () => (await fetch(report)).ok, 'the exchange is ready');
  }

  private async addReplica(number: number): Promise<void> {
    const taps = {
      redis: new Tap(this.redisPort),
      nats: new Tap(this.natsPort),
      exchange: new Tap(this.restPort),
      stream: new Tap(this.restPort),
    };
    const replica = { number, ...taps, opsPort: await freePort() };
    const ports = await Promise.all(Object.values(taps).map((tap) => tap.listen()));
    this.ports.set(number, ports);
    this.replicas.push({ ...replica, process: this.spawnReplica(number, replica) });
  }

  private readonly ports = new Map<number, readonly number[]>();

  private spawnReplica(number: number, { opsPort }: { readonly opsPort: number }): ChildProcess {
    const [redis, nats, exchange, stream] = this.ports.get(number) ?? [];
    return this.spawn(`execution-${number}`, 'execution', {
      REPLICA: `${number}`,
      OPS_PORT: `${opsPort}`,
      LOG_LEVEL: 'info',
      NATS_URL: `nats://execution:${this.passwords.execution}@${LOOPBACK}:${nats}`,
      REDIS_HOST: LOOPBACK,
      REDIS_PORT: `${redis}`,
      REDIS_PASSWORD: 'faults',
      APPROVAL_KEY,
      BINANCE_API_KEY: KEYS.apiKey,
      BINANCE_API_SECRET: KEYS.apiSecret,
      BINANCE_FUTURES_URL: `http://${LOOPBACK}:${exchange}`,
      BINANCE_FUTURES_WS_URL: `ws://${LOOPBACK}:${stream}`,
      BINANCE_RECV_WINDOW_MS: `${RECV_WINDOW_MS}`,
      EXECUTION_MAX_REPLICAS: '4',
      HALT_ON_RECONCILE_DIFF: 'off',
      SYMBOLS: SYMBOLS.join(),
      ...(this.hasSpot && {
        BINANCE_SPOT_URL: `http://${LOOPBACK}:${exchange}`,
        BINANCE_SPOT_WS_URL: `ws://${LOOPBACK}:${stream}`,
      }),
    });
  }

  private spawn(name: string, app: string, env: Record<string, string>): ChildProcess {
    const log = openSync(join(this.folder, `${name}.log`), 'a');
    try {
      const main = join(DIST, 'apps', app, 'src', 'main.js');
      const args = ['--pdeathsig', 'SIGKILL', process.execPath, '--enable-source-maps', main];
      return spawn('setpriv', args, {
        env: { PATH: process.env.PATH ?? '', ...env },
        stdio: ['ignore', log, log],
      });
    } finally {
      closeSync(log);
    }
  }

  private folderOf(name: string): string {
    return join(this.folder, name);
  }
}
