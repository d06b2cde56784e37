/** The bots service in this process, over real servers, in a world that stands in for the other services. */
import { RunningService, Redis, connectNats, connectRedis, startService } from '@elvis/platform';
import { Bus, createLog } from '@elvis/platform';
import { PrivateNats, PrivateRedis, startNats, startRedis, until } from '@elvis/testing';
import { BotConfigOfRuns, BotStanding, StartBotReply, startBot } from '@elvis/contracts';
import { NatsConnection } from 'nats';
import { BotsConfig } from '../src/bots.config';
import { BotsModule } from '../src/bots.module';
import { BotJournal } from '../src/journal/bot-journal';
import { World } from './world';

export class BotsUnderTest {
  readonly bus: Bus;
  readonly journal: BotJournal;
  private readonly services: RunningService[] = [];

  private constructor(
    readonly nats: PrivateNats,
    readonly redisServer: PrivateRedis,
    readonly redis: Redis,
    readonly world: World,
    private readonly gateway: NatsConnection,
    private readonly reader: NatsConnection,
  ) {
    this.bus = new Bus(gateway);
    this.journal = new BotJournal(reader);
  }

  static async start(): Promise<BotsUnderTest> {
    const [nats, redisServer] = await Promise.all([startNats(), startRedis()]);
    const config = Object.assign(new BotsConfig(), numbersOf(redisServer));
    const redis = connectRedis(config);
    const [world, gateway, reader] = await Promise.all([
      World.start(nats),
      connectNats(nats.urls.gateway, 'gateway'),
      connectNats(nats.urls.bots, 'bots'),
    ]);
    return new BotsUnderTest(nats, redisServer, redis, world, gateway, reader);
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

  /** Made and started. */
  async begin(config: BotConfigOfRuns): Promise<StartBotReply> {
    this.world.configs.set(config.id, config);
    const reply = await this.bus.request(startBot, { botId: config.id, actor: 'user:spec', revision: 1 });
    await until(async () => (await this.standing(config)).state === 'RUNNING', 'the bot runs');
    return reply;
  }

  async standing({ id }: BotConfigOfRuns): Promise<BotStanding> {
    const entry = await this.journal.last(id);
    if (!entry) throw new Error('The bot was never started');
    return entry.standing;
  }

  /** Every due step is committed and every order over, and the bot holds a position or not. */
  async settled(config: BotConfigOfRuns, holds: boolean): Promise<BotStanding> {
    return until(
      async () => {
        const standing = await this.standing(config);
        const isDone = standing.due.length === 0 && standing.pending === null && standing.orders.length === 0;
        return isDone && (standing.position.quantity !== '0') === holds && standing;
      },
      `the bot is done and ${holds ? 'holds a position' : 'flat'}`,
    );
  }

  async stop(): Promise<void> {
    for (const service of this.services) await service.stop().catch(() => undefined);
    await this.world.stop();
    await Promise.all([this.gateway.close(), this.reader.close()]);
    this.redis.disconnect();
    await Promise.all([this.nats.stop(), this.redisServer.stop()]);
  }
}

const numbersOf = ({ env }: PrivateRedis): Partial<BotsConfig> => ({
  REDIS_HOST: env.REDIS_HOST,
  REDIS_PORT: Number(env.REDIS_PORT),
  REDIS_PASSWORD: env.REDIS_PASSWORD,
});
