/** The bots service in this process, over real servers, in a world that stands in for the other services. */
import { RunningService, Redis, connectNats, connectRedis, startService } from '@elvis/platform';
import { Bus, createLog } from '@elvis/platform';
import {
  PrivateNats,
  PrivateRedis,
  TestNatsOptions,
  generateNatsPasswords,
  startNats,
  startRedis,
  until,
} from '@elvis/testing';
import {
  BOT_STATES_KEY,
  BotConfigOfRuns,
  BotStanding,
  BotStateView,
  EventEnvelope,
  StartBotReply,
  startBot,
} from '@elvis/contracts';
import { NatsConnection } from 'nats';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BotsConfig } from '../src/bots.config';
import { BotsModule } from '../src/bots.module';
import { NO_FIGURES, positionOf } from '../src/figures/bot-figures';
import { BotJournal } from '../src/journal/bot-journal';
import { faulted } from '../src/journal/changes';
import { roleOf } from '../src/protection/domain/protection-ids';
import { NO_GUARD } from '../src/protection/guard';
import { World } from './world';

export class BotsUnderTest {
  readonly bus: Bus;
  readonly journal: BotJournal;
  private readonly services: RunningService[] = [];

  private constructor(
    private readonly stored: Required<Pick<TestNatsOptions, 'folder' | 'passwords'>>,
    public nats: PrivateNats,
    public redisServer: PrivateRedis,
    readonly redis: Redis,
    readonly world: World,
    private readonly gateway: NatsConnection,
    private readonly reader: NatsConnection,
  ) {
    this.bus = new Bus(gateway);
    this.journal = new BotJournal(reader);
  }

  static async start(): Promise<BotsUnderTest> {
    const folder = mkdtempSync(join(tmpdir(), 'elvis-bots-nats-'));
    const stored = { folder, passwords: generateNatsPasswords() };
    const [nats, redisServer] = await Promise.all([startNats(stored), startRedis()]);
    const config = Object.assign(new BotsConfig(), numbersOf(redisServer));
    const redis = connectRedis(config);
    const [world, gateway, reader] = await Promise.all([
      World.start(nats),
      connectNats(nats.urls.gateway, 'gateway'),
      connectNats(nats.urls.bots, 'bots'),
    ]);
    return new BotsUnderTest(stored, nats, redisServer, redis, world, gateway, reader);
  }

  /** One more process of the service, as far as that goes in this one. */
  async serve(change: Partial<BotsConfig> = {}): Promise<RunningService> {
    const config = Object.assign(new BotsConfig(), numbersOf(this.redisServer), {
      NATS_URL: this.nats.urls.bots,
      REPLICA: this.services.length,
      LOG_LEVEL: 'fatal',
      BOT_DECIDE_WITHIN_MS: 600_000,
      ...change,
    });
    const definition = { name: 'bots', module: BotsModule, config: BotsConfig };
    const service = await startService(definition, config, createLog('bots', 0, config.LOG_LEVEL));
    this.services.push(service);
    return service;
  }

  /** NATS dies as in a crash, and comes back with what it had stored when `whileDown` is over. */
  async crashNats(whileDown: () => Promise<void>): Promise<void> {
    const { port, pid } = this.nats;
    process.kill(pid, 'SIGKILL');
    await this.nats.stop();
    await whileDown();
    this.nats = await startNats({ ...this.stored, port, provisioned: false });
  }

  /** Redis is gone, with all it had, until `whileDown` is over. */
  async withoutRedis(whileDown: () => Promise<void>): Promise<void> {
    const { port, password } = this.redisServer;
    await this.redisServer.stop();
    await whileDown();
    this.redisServer = await startRedis({ port, password });
  }

  /** Made and started. */
  async begin(config: BotConfigOfRuns): Promise<StartBotReply> {
    this.world.configs.set(config.id, config);
    const reply = await this.bus.request(
      startBot,
      { botId: config.id, actor: 'user:spec', revision: 1 },
      { timeoutMs: 20_000 },
    );
    await until(async () => {
      this.world.catchUp();
      return (await this.standing(config)).state === 'RUNNING';
    }, 'the bot runs');
    return reply;
  }

  async standing({ id }: BotConfigOfRuns): Promise<BotStanding> {
    const entry = await this.journal.last(id);
    if (!entry) throw new Error('The bot was never started');
    return entry.standing;
  }

  /** Every due step is committed and every order over but its protections, and the bot holds a position or not. */
  async settled(config: BotConfigOfRuns, holds: boolean): Promise<BotStanding> {
    return until(
      async () => {
        const standing = await this.standing(config);
        const isDone = standing.due.length === 0 && standing.pending === null && !standing.orders.some(isOwn);
        return isDone && (standing.position.quantity !== '0') === holds && standing;
      },
      `the bot is done and ${holds ? 'holds a position' : 'flat'}`,
    );
  }

  /** As anyone who looks is shown it. */
  async viewOf({ id }: BotConfigOfRuns): Promise<BotStateView | undefined> {
    const text = await this.redis.hget(BOT_STATES_KEY, id);
    return text === null ? undefined : (JSON.parse(text) as BotStateView);
  }

  /** It does nothing more, and its symbol is free for the next. */
  async retire({ id }: BotConfigOfRuns): Promise<void> {
    await this.journal.change(id, ({ standing }) => {
      const flat = { figures: NO_FIGURES, position: positionOf(NO_FIGURES), guard: NO_GUARD, orders: [] };
      return faulted(
        { ...standing, ...flat },
        { code: 'SPEC', message: 'the spec is over', atMs: Date.now() },
      );
    });
  }

  /** Hears what is published. */
  listen(subject: string, hear: (event: EventEnvelope) => void): void {
    this.gateway.subscribe(subject, { callback: (_, message) => hear(message.json<EventEnvelope>()) });
  }

  async stop(): Promise<void> {
    for (const service of this.services) await service.stop().catch(() => undefined);
    await this.world.stop();
    await Promise.all([this.gateway.close(), this.reader.close()]);
    this.redis.disconnect();
    await Promise.all([this.nats.stop(), this.redisServer.stop()]);
    rmSync(this.stored.folder, { recursive: true, force: true });
  }
}

const numbersOf = ({ env }: PrivateRedis): Partial<BotsConfig> => ({
  REDIS_HOST: env.REDIS_HOST,
  REDIS_PORT: Number(env.REDIS_PORT),
  REDIS_PASSWORD: env.REDIS_PASSWORD,
});

/** An order that its strategy wished. */
export const isOwn = ({ clientOrderId }: { readonly clientOrderId: string }): boolean =>
  roleOf(clientOrderId) === undefined;
