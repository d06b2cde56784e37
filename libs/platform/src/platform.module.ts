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
import { ConfigModule, registerAs } from '@nestjs/config';
import { NatsConnection } from 'nats';
import { Bus } from './bus/bus';
import { EventLog } from './bus/event-log';
import { Health } from './observability/health';
import { createLog, Log } from './observability/logger';
import { Metrics } from './observability/metrics';
import { connectNats } from './bus/nats-connection';
import { NatsLink } from './bus/nats-link';
import { OrderJournal } from './store/order-journal';
import { ServiceIdentity } from './config/service-identity';
import { ProcessConfig, ServiceConfig } from './config/service.config';

/** Injection token of the service's log: `@Inject(LOG) private readonly log: Log`. */
export const LOG = 'elvis:log';
/**
 * Injection token of the service's plain NATS connection, for adapters that need more than the bus. A service that
 * starts without the bus has none of it, and uses its `NatsLink`.
 */
export const NATS = 'elvis:nats';

@Injectable()
class NatsLifetime implements OnApplicationShutdown {
  constructor(
    private readonly link: NatsLink,
    health: Health,
    @Inject(LOG) private readonly log: Log,
  ) {
    health.require('nats', () =>
      link.isSettled
        ? undefined
        : link.isUp
          ? 'Subscriptions are not confirmed by NATS yet'
          : 'NATS is unavailable',
    );
    link.whenItStands((connection) => void this.tellOf(connection));
  }

  private async tellOf(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) {
      const type: string = status.type;
      if (type === 'disconnect' || type === 'reconnect')
        this.log.warn(
          `The connection to NATS ${type === 'disconnect' ? 'was lost; reconnecting. Requests that need another service are refused until then' : 'is back'}`,
        );
      if (type === 'error')
        this.log.error(
          { reason: JSON.stringify(status.data) },
          'NATS reported an error; the connection reconnects by itself if it was lost',
        );
    }
  }

  async onApplicationShutdown(): Promise<void> {
    await this.link.close();
  }
}

@Global()
@Module({})
export class PlatformModule {
  /**
   * @param config validated once, by `runService`, before anything else happens
   * @param startsWithoutBus whether the service begins while NATS is unavailable, or waits for it
   */
  static forService(
    identity: ServiceIdentity,
    config: ProcessConfig,
    startsWithoutBus = false,
  ): DynamicModule {
    const loaded = registerAs(identity.service, () => config);
    const providers: Provider[] = [
      ...classesOf(config).map((provide) => ({ provide, useExisting: loaded.KEY })),
      { provide: ServiceIdentity, useValue: identity },
      {
        provide: LOG,
        useFactory: () => createLog(identity.service, identity.replica, config.LOG_LEVEL, identity.pod),
      },
      Metrics,
      Health,
      ...(config instanceof ServiceConfig ? busProviders(identity, config, startsWithoutBus) : []),
    ];
    return {
      module: PlatformModule,
      // By `load`, because what `validate` gives is written into process.env, the vault's secrets too.
      imports: [ConfigModule.forRoot({ ignoreEnvFile: true, isGlobal: true, load: [loaded] })],
      providers,
      exports: providers.filter((provider) => provider !== NatsLifetime).map(tokenOf),
    };
  }
}

const busProviders = (
  identity: ServiceIdentity,
  config: ServiceConfig,
  startsWithoutBus: boolean,
): Provider[] => [
  ...(startsWithoutBus ? laterConnection(identity, config) : connectionFirst(identity, config)),
  NatsLifetime,
  { provide: Bus, inject: [NatsLink], useFactory: (link: NatsLink) => new Bus(link) },
  { provide: EventLog, inject: [NatsLink], useFactory: (link: NatsLink) => new EventLog(link, identity) },
];

const connectionFirst = (identity: ServiceIdentity, config: ServiceConfig): Provider[] => [
  { provide: NATS, useFactory: () => connectNats(config.NATS_URL, identity.name) },
  {
    provide: NatsLink,
    inject: [NATS],
    useFactory: (connection: NatsConnection) => NatsLink.over(connection),
  },
  {
    provide: OrderJournal,
    inject: [NATS],
    useFactory: (connection: NatsConnection) => new OrderJournal(connection),
  },
];

const laterConnection = (identity: ServiceIdentity, config: ServiceConfig): Provider[] => [
  {
    provide: NatsLink,
    inject: [LOG],
    useFactory: (log: Log) =>
      NatsLink.open(config.NATS_URL, identity.name, (reason) =>
        log.warn(
          { reason },
          'NATS is unavailable; connecting is retried until it answers, and requests that need another service are refused meanwhile',
        ),
      ),
  },
];

const tokenOf = (provider: Provider): Type | string =>
  (typeof provider === 'function' ? provider : provider.provide) as Type | string;

/** The config's own class and each class it extends, so that a module may ask for what it knows. */
function classesOf(config: ProcessConfig): Type[] {
  const classes: Type[] = [];
  let prototype = Object.getPrototypeOf(config) as { constructor: Type } | null;
  while (prototype && prototype.constructor !== Object) {
    classes.push(prototype.constructor);
    prototype = Object.getPrototypeOf(prototype) as { constructor: Type } | null;
  }
  return classes;
}

export type { Log };
