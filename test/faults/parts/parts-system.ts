/**
 * A whole running Elvis, two replicas of what decides and sends, whose services say every word to NATS, Redis and PostgreSQL
 * over wires on which they can be killed by what they say. The launcher starts again what was killed.
 */
import { Redis } from 'ioredis';
import { Pool } from 'pg';
import {
  LOOPBACK,
  StackOptions,
  WiredServer,
  WiredServers,
  holderOf,
  startWiredServers,
  until,
} from '@elvis/testing';
import { Home } from '../../../tools/launcher/home';
import { askAdmin } from '../exchange-admin';
import { Answer, Stand } from '../kill-switch/stand';
import { Tap } from '../tap';
import { Records } from '../verdict';
import { Witness } from '../witness';
import { HistoryRows } from './history-rows';
import { PlantedStop } from './planted-stops';

const REPLICAS = { execution: 2, risk: 2 };
const BACK_WITHIN_MS = 90_000;

export class PartsSystem implements Witness {
  readonly keys: Witness['keys'];
  readonly hasSpot = false;
  readonly records = new Records(this);
  readonly history: HistoryRows;
  /** Past the wire. */
  readonly store: Redis;
  private readonly pool: Pool;

  private constructor(
    readonly stand: Stand,
    readonly servers: WiredServers,
    readonly taps: Readonly<Record<WiredServer, Tap>>,
  ) {
    const { host, port, password } = servers.redis;
    this.store = new Redis({ host, port, password });
    this.store.on('error', () => undefined);
    const { paperKey, paperSecret } = new Home(stand.home).secrets();
    this.keys = { apiKey: paperKey, apiSecret: paperSecret };
    this.pool = new Pool({ connectionString: servers.postgres.url });
    this.pool.on('error', () => undefined);
    this.history = new HistoryRows(this.pool);
  }

  static async start(
    options: Pick<StackOptions, 'replicas' | 'env'> = { replicas: REPLICAS },
  ): Promise<PartsSystem> {
    const taps: Partial<Record<WiredServer, Tap>> = {};
    const servers = await startWiredServers((server, port) => (taps[server] = new Tap(port)));
    try {
      const stand = await Stand.start({ ...options, env: { ...servers.env, ...options.env } });
      const system = new PartsSystem(stand, servers, taps as Record<WiredServer, Tap>);
      await system.records.open();
      return system;
    } catch (error) {
      await servers.stop();
      throw error;
    }
  }

  get redis(): Witness['redis'] {
    return this.servers.redis;
  }

  get nats(): Witness['nats'] {
    return { urls: { provision: this.servers.natsUrl } };
  }

  get restPort(): number {
    return Number(new URL(this.stand.stack.exchange.restUrl).port);
  }

  get mark(): number {
    return this.stand.price;
  }

  admin<Reply>(method: string, path: string, body?: object): Promise<Reply> {
    return askAdmin(this.stand.stack.exchange.adminUrl, method, path, body);
  }

  /** Status 0 where nobody answered. */
  call(method: string, path: string, body?: object, timeoutMs = 5_000): Promise<Answer> {
    return this.stand.call(method, path, body, timeoutMs);
  }

  /** Kills whichever replica says, or hears, the words of this stop; answers whether it has. */
  plant({ service, wire, from, words, when }: PlantedStop, clientOrderId: string): () => boolean {
    let hasSprung = false;
    const ofService = (): readonly { readonly pid: number }[] =>
      this.stand.stack.services.filter(({ name }) => name === service);
    this.taps[wire].set({
      from,
      when,
      pattern: words(clientOrderId),
      isBy: (port) => holderOf(port, ofService()) !== undefined,
      spring: (port) => {
        const victim = holderOf(port, ofService());
        if (victim) hasSprung = this.stand.signal(victim.pid, 'SIGKILL');
      },
    });
    return () => hasSprung;
  }

  /** Nothing is planted any more, every service runs again and is ready. */
  async healed(): Promise<void> {
    for (const tap of Object.values(this.taps)) tap.clear();
    const isReady = async (port: number): Promise<boolean> =>
      (await fetch(`http://${LOOPBACK}:${port}/health/ready`)).status === 200;
    const areReady = async (): Promise<boolean> => {
      const { services } = this.stand.stack;
      const checked = services.filter(({ name }) => name !== 'paper-exchange');
      return (await Promise.all(checked.map(({ port }) => isReady(port)))).every(Boolean);
    };
    await until(areReady, 'every service is ready again', BACK_WITHIN_MS);
  }

  /** The end of what every service wrote, for a failed run. */
  logs(): string {
    return this.stand.logs();
  }

  async close(): Promise<void> {
    this.store.disconnect();
    await Promise.allSettled([this.records.close(), this.pool.end()]);
    await this.stand.stop();
    await this.servers.stop();
  }
}
