/**
 * From what a person set, what was generated and which ports were chosen: the environment of every process. Made, and
 * judged by the services' own configuration classes, before anything is installed or started.
 */
import { WORK_QUEUES, WorkQueueName } from '@elvis/contracts';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { LOOPBACK, NATS_USERS, NatsUser, freePort, isPortFree, natsUrls } from './servers';
import { POOL_KINDS } from './autoscale/pools';
import { FrontTls, frontHostOf } from './front-tls';
import { Secrets } from './home';
import { Options } from './options';
import { restOriginOf } from './streams-origin';
import { SERVICE_NAMES, ServiceName, Values, environmentOf } from './services';

const DEFAULT_PORT = 3_000;
const DEFAULT_FRONT_PORT = 3_443;
const DEFAULT_FRONT_TLS_PORT = 3_444;
const DATABASE = 'elvis';
const DATABASE_SERVICE = 'elvis_service';

export interface ServicePlan {
  readonly service: ServiceName;
  readonly replica: number;
  readonly opsPort: number;
  readonly environment: Readonly<Record<string, string>>;
}

interface ServerPorts {
  readonly redis: number;
  readonly nats: number;
  readonly postgres: number;
}

/** Which servers somebody else runs; the others are ours to start. */
interface External {
  readonly redis: boolean;
  readonly nats: boolean;
  readonly postgres: boolean;
}

export interface Settings {
  readonly services: readonly ServicePlan[];
  /** Processes of the bots service that come and go, as many as there may be of each. */
  readonly pools: Readonly<Partial<Record<WorkQueueName, readonly ServicePlan[]>>>;
  readonly ports: ServerPorts;
  readonly external: External;
  readonly natsUrls: Readonly<Record<NatsUser, string>>;
  readonly redis: { readonly host: string; readonly port: number; readonly password?: string };
  /** The owner's. */
  readonly database: {
    readonly host: string;
    readonly port: number;
    readonly user: string;
    readonly password: string;
    readonly name: string;
  };
  /** Who the history signs in as; undefined where one role is owner and service, and nobody gave us another. */
  readonly databaseService: { readonly user: string; readonly password: string } | undefined;
  readonly apiKey: string;
  readonly gatewayUrl: string;
  readonly frontUrl: string;
  /** Where a certificate was made or given: under `<service>.` of which host and port the front speaks TLS. */
  readonly frontTlsHost: string | undefined;
  readonly exchange: {
    readonly restUrl: string;
    readonly wsUrl: string;
    readonly adminUrl: string;
    readonly apiKey: string;
    readonly apiSecret: string;
  };
  /** Where the order books of the market streams begin. */
  readonly depthOrigin: string;
  /** One of the symbols that are watched. */
  readonly symbol: string;
  readonly mode: string;
}

/** What the person set: the environment, and under it the file `.env`. Empty counts as not set. */
export function givenValues(root: string, environment: Values = process.env): Record<string, string> {
  const file = resolve(root, environment.ELVIS_ENV_FILE ?? '.env');
  const fromFile = existsSync(file) ? parseEnv(readFileSync(file, 'utf8')) : {};
  return Object.fromEntries(
    Object.entries({ ...fromFile, ...environment }).flatMap(([name, value]) =>
      value === undefined || value === '' ? [] : [[name, value]],
    ),
  );
}

export async function planSettings(
  options: Options,
  given: Readonly<Record<string, string>>,
  secrets: Secrets,
  place: {
    readonly buildId: string;
    readonly paperSnapshot: string;
    readonly auditFolder: string;
    readonly frontTls?: FrontTls;
  },
): Promise<Settings> {
  const external = { redis: !!given.REDIS_HOST, nats: !!given.NATS_URL, postgres: !!given.DB_HOST };
  const mode = given.TRADING_MODE ?? 'paper';
  const ports = { redis: await freePort(), nats: await freePort(), postgres: await freePort() };
  const paper = { port: await freePort(), adminPort: await freePort() };
  const gatewayPort = await choosePort(options.port?.toString() ?? given.PORT, DEFAULT_PORT);
  const frontPort = await choosePort(given.FRONT_PORT, DEFAULT_FRONT_PORT);
  const frontTls = given.FRONT_TLS_CERTIFICATE
    ? { certificate: given.FRONT_TLS_CERTIFICATE, key: given.FRONT_TLS_KEY }
    : place.frontTls;
  const frontTlsPort = frontTls ? await choosePort(given.FRONT_TLS_PORT, DEFAULT_FRONT_TLS_PORT) : '0';
  const redis = {
    host: given.REDIS_HOST ?? LOOPBACK,
    port: Number(external.redis ? (given.REDIS_PORT ?? 6379) : ports.redis),
    password: external.redis ? given.REDIS_PASSWORD : secrets.redisPassword,
  };
  const database = external.postgres
    ? {
        host: given.DB_HOST ?? '',
        port: Number(given.DB_PORT ?? 5432),
        user: (given.DB_OWNER_PASSWORD ? given.DB_OWNER_USER : given.DB_USER) ?? DATABASE,
        password: given.DB_OWNER_PASSWORD ?? given.DB_PASSWORD ?? '',
        name: given.DB_NAME ?? DATABASE,
      }
    : {
        host: LOOPBACK,
        port: ports.postgres,
        user: DATABASE,
        password: secrets.databasePassword,
        name: DATABASE,
      };
  const databaseService = external.postgres
    ? given.DB_OWNER_PASSWORD
      ? { user: given.DB_USER ?? DATABASE, password: given.DB_PASSWORD ?? '' }
      : undefined
    : { user: DATABASE_SERVICE, password: secrets.databaseServicePassword };
  const urls = given.NATS_URL ? sameForAll(given.NATS_URL) : natsUrls(ports.nats, secrets.natsPasswords);
  const apiKey = given.API_KEY ?? secrets.apiKey;
  const exchange = {
    restUrl: options.exchange ?? `http://${LOOPBACK}:${paper.port}`,
    wsUrl: (options.streams ?? `ws://${LOOPBACK}:${paper.port}`).replace(/^http/, 'ws'),
    adminUrl: `http://${LOOPBACK}:${paper.adminPort}`,
    apiKey: secrets.paperOtherKey,
    apiSecret: secrets.paperOtherSecret,
  };
  const depthOrigin = restOriginOf(exchange.wsUrl);
  const values: Values = {
    ...given,
    BUILD_ID: given.BUILD_ID ?? place.buildId,
    API_KEY: apiKey,
    APPROVAL_KEY: given.APPROVAL_KEY ?? secrets.approvalKey,
    JWT_SECRET: given.JWT_SECRET ?? secrets.jwtSecret,
    ENCRYPTION_KEY: given.ENCRYPTION_KEY ?? secrets.encryptionKey,
    REDIS_HOST: redis.host,
    REDIS_PORT: `${redis.port}`,
    REDIS_PASSWORD: redis.password,
    // An owner's password is never made up: where somebody names a database, he names that too.
    DB_HOST: database.host,
    DB_PORT: `${database.port}`,
    DB_USER: external.postgres ? given.DB_USER : databaseService?.user,
    DB_PASSWORD: external.postgres ? given.DB_PASSWORD : databaseService?.password,
    DB_NAME: database.name,
    EXECUTION_MAX_REPLICAS: given.EXECUTION_MAX_REPLICAS ?? `${options.replicas.execution}`,
    PAPER_PORT: `${paper.port}`,
    PAPER_ADMIN_PORT: `${paper.adminPort}`,
    PAPER_OTHER_API_KEY: secrets.paperOtherKey,
    PAPER_OTHER_API_SECRET: secrets.paperOtherSecret,
    PAPER_SNAPSHOT: given.PAPER_SNAPSHOT ?? place.paperSnapshot,
    AUDIT_FOLDER: given.AUDIT_FOLDER ?? place.auditFolder,
    FRONT_TLS_CERTIFICATE: frontTls?.certificate,
    FRONT_TLS_KEY: frontTls?.key,
    ...options.paperSettings,
  };
  const accountOf = (service: ServiceName): Values =>
    mode !== 'paper' || (options.exchange && service !== 'paper-exchange')
      ? {}
      : { BINANCE_API_KEY: secrets.paperKey, BINANCE_API_SECRET: secrets.paperSecret };
  // The paper exchange's second venue tells of what it plays itself, and of no other market.
  const reference =
    mode === 'paper' && !options.streams
      ? { COINBASE_WS_URL: given.COINBASE_WS_URL ?? `ws://${LOOPBACK}:${paper.port}/coinbase` }
      : {};
  const venueOf = (service: ServiceName): Values =>
    mode === 'paper' || options.exchange
      ? {
          BINANCE_FUTURES_URL: exchange.restUrl,
          BINANCE_FUTURES_WS_URL:
            service === 'execution' ? exchange.restUrl.replace(/^http/, 'ws') : exchange.wsUrl,
          BINANCE_DEPTH_URL: depthOrigin === exchange.restUrl ? undefined : depthOrigin,
          // Another exchange need not have a spot market; who trades spot there names it.
          ...(!options.exchange && spotOrigins(exchange.restUrl)),
        }
      : {};
  const hasPaper = mode === 'paper' && !(options.exchange && options.streams);
  // Here the gateway serves the dashboard's page itself, so one address has everything.
  const wanted = SERVICE_NAMES.filter(
    (service) => service !== 'dashboard' && (service !== 'paper-exchange' || hasPaper),
  );
  const planOf = async (service: ServiceName, replica: number, more: Values = {}): Promise<ServicePlan> => {
    const opsPort = await freePort();
    const environment = environmentOf(service, {
      ...values,
      ...accountOf(service),
      ...venueOf(service),
      ...reference,
      ...(service in urls && { NATS_URL: urls[service as NatsUser] }),
      PORT: replica === 0 ? gatewayPort : '0',
      FRONT_PORT: replica === 0 ? frontPort : '0',
      FRONT_TLS_PORT: replica === 0 ? frontTlsPort : '0',
      OPS_PORT: `${opsPort}`,
      REPLICA: `${replica}`,
      ...more,
    });
    return { service, replica, opsPort, environment };
  };
  const scaled = WORK_QUEUES.filter((queue) => options.autoscale[queue]);
  const services: ServicePlan[] = [];
  for (const service of wanted)
    for (let replica = 0; replica < options.replicas[service]; replica += 1) {
      const role = service === 'bots' && scaled.length > 0 ? { BOTS_ROLE: rolesBeside(scaled) } : {};
      services.push(await planOf(service, replica, role));
    }
  const pools: Partial<Record<WorkQueueName, ServicePlan[]>> = {};
  let replica = options.replicas.bots;
  for (const queue of scaled) {
    const plans: ServicePlan[] = [];
    for (let slot = 0; slot < options.autoscale[queue]!.max; slot += 1, replica += 1)
      plans.push(await planOf('bots', replica, { BOTS_ROLE: POOL_KINDS[queue].role }));
    pools[queue] = plans;
  }
  return {
    services,
    pools,
    ports,
    external,
    natsUrls: urls,
    redis,
    database,
    databaseService,
    apiKey,
    gatewayUrl: `http://${LOOPBACK}:${gatewayPort}`,
    frontUrl: `http://${LOOPBACK}:${frontPort}`,
    frontTlsHost: frontTls && `${frontHostOf(frontTls.certificate) ?? LOOPBACK}:${frontTlsPort}`,
    exchange,
    depthOrigin,
    symbol: given.SYMBOLS?.split(',')[0]?.trim() ?? 'BTCUSDT',
    mode,
  };
}

/** What a process of the bots service does while these queues have processes of their own. */
const rolesBeside = (scaled: readonly WorkQueueName[]): string =>
  [
    'supervisor',
    ...WORK_QUEUES.filter((queue) => !scaled.includes(queue)).map((queue) => POOL_KINDS[queue].role),
  ].join(',');

const spotOrigins = (origin: string): Values => ({
  BINANCE_SPOT_URL: origin,
  BINANCE_SPOT_WS_URL: origin.replace(/^http/, 'ws'),
  BINANCE_SPOT_STREAM_URL: origin.replace(/^http/, 'ws'),
});

const sameForAll = (url: string): Record<NatsUser, string> =>
  Object.fromEntries(NATS_USERS.map((user) => [user, url])) as Record<NatsUser, string>;

/** A port that was asked for is taken as asked or not at all; the default gives way to its next free neighbour. */
async function choosePort(asked: string | undefined, otherwise: number): Promise<string> {
  if (asked === '0') return `${await freePort()}`;
  if (asked !== undefined) return asked;
  for (let candidate = otherwise; candidate < otherwise + 1_000; candidate += 1) {
    if (await isPortFree(candidate)) return `${candidate}`;
  }
  return `${await freePort()}`;
}
