/** What every service has without asking: configuration, log, metrics, health, bus, event log and journal. */
import {
  DynamicModule,
  Global,
  Inject,
  Injectable,
  Module,
  OnApplicationShutdown,
  Provider,
  Type,
} from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { NatsConnection } from 'nats';
import { Bus } from './bus';
import { EventLog } from './event-log';
import { Health } from './health';
import { createLog, Log } from './logger';
import { Metrics } from './metrics';
import { connectNats } from './nats-connection';
import { OrderJournal } from './order-journal';
import { ServiceIdentity } from './service-identity';
import { ProcessConfig, ServiceConfig } from './service.config';

/** Injection token of the service's log: `@Inject(LOG) private readonly log: Log`. */
export const LOG = 'elvis:log';
/** Injection token of the service's plain NATS connection, for adapters that need more than the bus. */
export const NATS = 'elvis:nats';

@Injectable()
class NatsLifetime implements OnApplicationShutdown {
  constructor(
    @Inject(NATS) private readonly connection: NatsConnection,
    health: Health,
    @Inject(LOG) log: Log,
  ) {
    let connected = true;
    health.require('nats', () => (connected ? undefined : 'NATS is away'));
    void (async () => {
      for await (const status of connection.status()) {
        const type: string = status.type;
        if (type === 'disconnect') connected = false;
        if (type === 'reconnect') connected = true;
        if (type === 'disconnect' || type === 'reconnect') log.warn(`NATS ${type}`);
        if (type === 'error') log.error({ reason: JSON.stringify(status.data) }, 'NATS refused something');
      }
    })();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.connection.drain().catch(() => undefined);
  }
}

@Global()
@Module({})
export class PlatformModule {
  /** @param config validated once, by `runService`, before anything else happens */
  static forService(identity: ServiceIdentity, config: ProcessConfig): DynamicModule {
    const providers: Provider[] = [
      ...configProviders(config),
      { provide: ServiceIdentity, useValue: identity },
      { provide: LOG, useFactory: () => createLog(identity.service, identity.replica, config.LOG_LEVEL) },
      Metrics,
      Health,
      ...(config instanceof ServiceConfig ? busProviders(identity, config) : []),
    ];
    return {
      module: PlatformModule,
      imports: [
        ConfigModule.forRoot({ ignoreEnvFile: true, isGlobal: true, validate: () => ({ ...config }) }),
      ],
      providers,
      exports: providers.filter((provider) => provider !== NatsLifetime).map(tokenOf),
    };
  }
}

const busProviders = (identity: ServiceIdentity, config: ServiceConfig): Provider[] => [
  { provide: NATS, useFactory: () => connectNats(config.NATS_URL, identity.name) },
  NatsLifetime,
  {
    provide: Bus,
    inject: [NATS],
    useFactory: (connection: NatsConnection) => new Bus(connection),
  },
  {
    provide: EventLog,
    inject: [NATS],
    useFactory: (connection: NatsConnection) => new EventLog(connection, identity),
  },
  {
    provide: OrderJournal,
    inject: [NATS],
    useFactory: (connection: NatsConnection) => new OrderJournal(connection),
  },
];

const tokenOf = (provider: Provider): Type | string =>
  (typeof provider === 'function' ? provider : provider.provide) as Type | string;

/** The config under its own class and under each class it extends, so that a module may ask for what it knows. */
function configProviders(config: ProcessConfig): Provider[] {
  const providers: Provider[] = [];
  let prototype = Object.getPrototypeOf(config) as { constructor: Type } | null;
  while (prototype && prototype.constructor !== Object) {
    providers.push({ provide: prototype.constructor, useValue: config });
    prototype = Object.getPrototypeOf(prototype) as { constructor: Type } | null;
  }
  return providers;
}

export type { Log };
