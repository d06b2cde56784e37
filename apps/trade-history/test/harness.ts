/**
 * A running trade history on real servers, asked the way the gateway asks, with the specs in execution's place. It
 * signs in as the role of least rights; `pool` is the owner's.
 */
import { Contract } from '@elvis/contracts';
import { Bus, RunningService, loadConfig, natsOptions, startService } from '@elvis/platform';
import { JSONCodec, NatsConnection, connect } from 'nats';
import { Pool } from 'pg';
import { PrivateNats, PrivatePostgres, startNats, startPostgres, until } from '@elvis/testing';
import { prepareDatabase } from '../src/database/prepare';
import { TradeHistoryConfig } from '../src/trade-history.config';
import { TradeHistoryModule } from '../src/trade-history.module';
import { EventPublisher } from './events';

const codec = JSONCodec();

export class History {
  private constructor(
    readonly nats: PrivateNats,
    readonly postgres: PrivatePostgres,
    readonly service: RunningService,
    readonly bus: Bus,
    readonly pool: Pool,
    readonly publisher: EventPublisher,
    private readonly connections: readonly NatsConnection[],
    private readonly others: Readonly<Record<string, NatsConnection>>,
    private readonly config: TradeHistoryConfig,
  ) {}

  static async start(env: Readonly<Record<string, string>> = {}): Promise<History> {
    const [nats, postgres] = await Promise.all([startNats(), startPostgres()]);
    const environment = {
      NATS_URL: nats.urls['trade-history'],
      LOG_LEVEL: 'fatal',
      ...env,
    };
    const owner = loadConfig(TradeHistoryConfig, { ...postgres.env, ...environment });
    await prepareDatabase(owner, owner, postgres.serviceEnv.DB_USER);
    const config = loadConfig(TradeHistoryConfig, { ...postgres.serviceEnv, ...environment });
    const service = await startService(
      { name: 'trade-history', module: TradeHistoryModule, config: TradeHistoryConfig },
      config,
    );
    await until(async () => (await fetch(`http://127.0.0.1:${service.opsPort}/health/ready`)).ok);
    const gateway = await connect(natsOptions(nats.urls.gateway, 'spec-gateway'));
    const [execution, risk, bots] = await Promise.all(
      (['execution', 'risk', 'bots'] as const).map((user) =>
        connect(natsOptions(nats.urls[user], `spec-${user}`)),
      ),
    );
    const others = { execution: execution!, risk: risk!, bots: bots! };
    return new History(
      nats,
      postgres,
      service,
      new Bus(gateway),
      new Pool({ connectionString: postgres.url }),
      await EventPublisher.connect(nats),
      [gateway, ...Object.values(others)],
      others,
      config,
    );
  }

  /** Another one beside it, on the same servers. */
  startReplica(): Promise<RunningService> {
    return startService(
      { name: 'trade-history', module: TradeHistoryModule, config: TradeHistoryConfig },
      this.config,
    );
  }

  /** Answers this question in the place of the service that its subject names. */
  answer<Payload extends object, Reply>(
    { subject }: Contract<string, Payload, Reply>,
    reply: (payload: Payload) => Reply,
  ): void {
    this.others[subject.split('.')[2]!]!.subscribe(subject, {
      callback: (_, message) => {
        const { data, id } = codec.decode(message.data) as { data: Payload; id: string };
        message.respond(codec.encode({ id, response: reply(data), isDisposed: true }));
      },
    });
  }

  async count(what: string, values: unknown[] = []): Promise<number> {
    const { rows } = await this.pool.query<{ n: string }>(`SELECT count(*) AS n FROM ${what}`, values);
    return Number(rows[0]?.n);
  }

  async stop(): Promise<void> {
    await this.service.stop();
    await this.publisher.close();
    for (const connection of this.connections) await connection.close();
    await this.pool.end();
    await Promise.all([this.nats.stop(), this.postgres.stop()]);
  }
}
