/**
 * The same start for every service: configuration validated before anything happens, one log, health and metrics
 * on a port of its own, the bus with strict validation, and a stop that finishes what was begun.
 */
import 'reflect-metadata';
import { INestApplication, INestMicroservice, Module, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BusFailureFilter } from './failure-filters';
import { BusServer } from '../bus/bus-server';
import { Health } from '../observability/health';
import { ConfigError, Environment, loadConfig, readEnvironment } from '../config/load-config';
import { createLog, Log, NestLog } from '../observability/logger';
import { Metrics } from '../observability/metrics';
import { natsOptions } from '../bus/nats-connection';
import { NatsLink } from '../bus/nats-link';
import { OpsServer } from '../observability/ops-server';
import { PlatformModule } from '../platform.module';
import { ProcessConfig, ServiceConfig } from '../config/service.config';
import { ServiceIdentity } from '../config/service-identity';
import { strictValidation } from './strict-validation';
import { VaultSecrets, readVault } from '../config/vault';

export interface ServiceDefinition<Config extends ProcessConfig> {
  readonly name: string;
  readonly module: Type;
  readonly config: new () => Config;
  /**
   * For a service that is no bus server: builds and starts its own application from the root module.
   * Without it, the service serves its `@MessagePattern` subjects in the queue group `name`.
   */
  readonly start?: (root: Type, config: Config, log: Log) => Promise<Pick<INestApplication, 'close' | 'get'>>;
  /**
   * For a service that has something to give while NATS is unavailable: it begins at once, and is ready when NATS is
   * there.
   */
  readonly startsWithoutBus?: boolean;
  /** For a test that puts a stand-in in place of a provider: makes the application of a bus service. */
  readonly make?: (root: Type, options: BusServiceOptions) => Promise<INestMicroservice>;
}

interface BusServiceOptions {
  readonly strategy: BusServer;
  readonly logger: NestLog;
  readonly abortOnError: boolean;
}

export interface RunningService {
  readonly opsPort: number;
  stop(): Promise<void>;
}

const EXIT_CONFIG = 78;

/** Runs the service until SIGTERM or SIGINT. A refused configuration exits with 78 and names every variable. */
export async function runService<Config extends ProcessConfig>(
  definition: ServiceDefinition<Config>,
): Promise<void> {
  const vault = await openVault(definition.name);
  const config = readConfig(definition, vault.values);
  const log = createLog(definition.name, config.REPLICA, config.LOG_LEVEL, config.POD_NAME);
  process.on('unhandledRejection', (error) =>
    log.error(
      { err: error },
      'A background task failed with an unhandled error; the service continues. This is a bug, please report it with this line',
    ),
  );
  try {
    const service = await startService(definition, config, log);
    vault.keepToken(log);
    let stopping = false;
    const stop = (signal: string): void => {
      if (stopping) return;
      stopping = true;
      log.info(`${signal} received: finishing requests in progress, then stopping`);
      void service.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          log.error({ err: error }, 'Shutdown failed; the process ends without finishing its work');
          process.exit(1);
        },
      );
    };
    process.on('SIGTERM', () => stop('SIGTERM'));
    process.on('SIGINT', () => stop('SIGINT'));
  } catch (error) {
    log.fatal(
      { err: error },
      `${definition.name} could not start; fix the cause in this line, then start it again`,
    );
    process.exit(error instanceof ConfigError ? EXIT_CONFIG : 1);
  }
}

/** Starts the service inside this process; tests use it to run against real servers. */
export async function startService<Config extends ProcessConfig>(
  { name, module, start, startsWithoutBus, make }: ServiceDefinition<Config>,
  config: Config,
  log: Log = createLog(name, config.REPLICA, config.LOG_LEVEL, config.POD_NAME),
): Promise<RunningService> {
  const identity = new ServiceIdentity(name, config.REPLICA, config.POD_NAME);
  const root = rootModule(identity, config, module, startsWithoutBus);
  const app = start
    ? await start(root, config, log)
    : await startBusService(root, identity, config, log, make);
  // Anyone who is told that this service is ready may count on its having heard everything since.
  if (config instanceof ServiceConfig) await app.get(NatsLink).settle();
  const ops = new OpsServer(app.get(Health), app.get(Metrics), {
    service: name,
    replica: config.REPLICA,
    ...(config.POD_NAME !== undefined && { pod: config.POD_NAME }),
    pid: process.pid,
  });
  const opsPort = await ops.listen(config.OPS_PORT, config.OPS_HOST);
  log.info({ opsPort }, `The service ${name} is ready`);
  return {
    opsPort,
    stop: async () => {
      // Told before anything is refused, so that whoever asks sends no more this way.
      app.get(Health).require('stop', () => 'This service is stopping');
      await app.close();
      await ops.close();
    },
  };
}

async function startBusService(
  root: Type,
  { service: name, name: named }: ServiceIdentity,
  config: ProcessConfig,
  log: Log,
  make: ServiceDefinition<ProcessConfig>['make'] = (...its) => NestFactory.createMicroservice(...its),
): Promise<INestMicroservice> {
  if (!(config instanceof ServiceConfig))
    throw new Error(`${name} serves bus subjects, so its configuration class must extend ServiceConfig`);
  const server = new BusServer({
    ...natsOptions(config.NATS_URL, `${named}-server`),
    queue: name,
  });
  const app = await make(root, {
    strategy: server,
    logger: new NestLog(log),
    abortOnError: false,
  });
  app.useGlobalPipes(strictValidation());
  app.useGlobalFilters(new BusFailureFilter(log));
  app
    .get(Health)
    .require('requests', () =>
      server.isHeard ? undefined : 'Served subjects are not confirmed by NATS yet',
    );
  await app.listen();
  return app;
}

function rootModule(
  identity: ServiceIdentity,
  config: ProcessConfig,
  module: Type,
  startsWithoutBus?: boolean,
): Type {
  class RootModule {}
  Module({ imports: [PlatformModule.forService(identity, config, startsWithoutBus), module] })(RootModule);
  return RootModule;
}

function readConfig<Config extends ProcessConfig>(
  { config, name }: ServiceDefinition<Config>,
  secrets: Environment,
): Config {
  try {
    return loadConfig(config, { ...readEnvironment(), ...secrets });
  } catch (error) {
    return refuseToStart(name, error);
  }
}

async function openVault(name: string): Promise<VaultSecrets> {
  try {
    return await readVault(readEnvironment());
  } catch (error) {
    return refuseToStart(name, error);
  }
}

function refuseToStart(name: string, error: unknown): never {
  if (!(error instanceof ConfigError)) throw error;
  createLog(name, 0, 'info').fatal({ problems: error.problems }, error.message);
  return process.exit(EXIT_CONFIG);
}
