/**
 * `npm start`: the whole system on this machine, supervised until it is told to stop.
 *
 * Nothing is installed or started before every service's configuration has been accepted, and nothing is left running
 * however this ends: by a signal, by a failed start, or (found by the next start) by a kill.
 */
import { WORK_QUEUES, WorkQueueName } from '@elvis/contracts';
import { ConfigError, loadConfig, readVault } from '@elvis/platform';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DailyPurge } from '../../apps/execution/src/programs/daily-purge';
import { PurgeConfig } from '../../apps/execution/src/programs/purge.config';
import {
  ServerName,
  ensureDatabase,
  ensurePrograms,
  initPostgres,
  isPortFree,
  natsLaunch,
  postgresLaunch,
  provision,
  redisLaunch,
  superuser,
} from './servers';
import { AutoscaleConfig } from './autoscale/autoscale.config';
import { Autoscaler } from './autoscale/autoscaler';
import { readAutoscale, ruleOf } from './autoscale/pools';
import { QueueReader } from './autoscale/queue-reader';
import { buildId } from '../operator/build-id';
import { requireExternalServers } from './external-servers';
import { madeFrontTls } from './front-tls';
import { Home, writePrivately } from './home';
import { Options, USAGE, parseOptions } from './options';
import { ready, refusal } from './messages';
import { prepareHistory } from './prepare-history';
import { readiness } from './readiness';
import { ServiceName, Values, configurationProblems } from './services';
import { ServicePlan, Settings, givenValues, planSettings } from './settings';
import { signInLink } from '../operator/sign-in-link';
import { StackFile } from './stack-file';
import { requireOrderBook } from './streams-origin';
import { Supervised, Witness } from './supervised';
import { Terminal } from './terminal';

const EXIT_REFUSED = 78;
const SERVERS_START_MS = 90_000;
/** Four of the exchange's minutes: where others have used one up, what a service must read waits for the next. */
const SERVICES_START_MS = 240_000;
/** A worker that is taken away ends the steps it has begun. */
const POOLED_GRACE_MS = 30_000;
/** A stop works through these one after the other: who asks ends before who answers. */
const STOP_ORDER: readonly (readonly ServiceName[])[] = [
  ['gateway', 'binance-gateway'],
  ['bots'],
  ['risk', 'market-data'],
  ['execution'],
  ['trade-history', 'paper-exchange'],
];

export interface StartRequest {
  readonly args: readonly string[];
  readonly root: string;
  /** `performance.now()` when the command began. */
  readonly startedAt: number;
}

export async function startElvis({ args, root, startedAt }: StartRequest): Promise<void> {
  const asked = readOptions(args);
  const home = new Home(resolve(root, process.env.ELVIS_HOME ?? '.elvis'));
  const other = home.claim();
  if (other !== undefined) {
    refuse([
      `Elvis already runs here (process ${other}), so nothing was started; "npm run status" shows it, Ctrl-C there stops it`,
    ]);
  }
  const given = await withVault(givenValues(root)).catch((error: unknown) => {
    home.unclaim();
    if (error instanceof ConfigError) return refuse(error.problems);
    throw error;
  });
  const scaling = readAutoscale(given.AUTOSCALE);
  const options = {
    ...asked,
    autoscale: { ...(typeof scaling !== 'string' && scaling), ...asked.autoscale },
  };
  const settings = await planSettings(options, given, home.secrets(), {
    buildId: buildId(root),
    paperSnapshot: home.data('paper-exchange.json'),
    auditFolder: home.data('audit'),
    frontTls: madeFrontTls(home.folder),
  });
  const environments = new Map<ServiceName, Values>(
    settings.services.map(({ service, environment }) => [service, environment]),
  );
  const problems = [
    ...configurationProblems(environments),
    ...problemsOf(PurgeConfig, given),
    ...problemsOf(AutoscaleConfig, given),
    ...(typeof scaling === 'string' ? [`AUTOSCALE: ${scaling}`] : []),
  ];
  if (problems.length === 0) problems.push(...(await takenPorts(settings)));
  if (problems.length > 0) {
    home.unclaim();
    refuse(problems);
  }

  const { JOURNAL_RETENTION_DAYS } = loadConfig(PurgeConfig, given);
  const { AUTOSCALE_WINDOW_MS } = loadConfig(AutoscaleConfig, given);
  const elvis = new Elvis(root, home, settings, options, JOURNAL_RETENTION_DAYS, AUTOSCALE_WINDOW_MS);
  const code = await elvis.run(startedAt);
  process.exit(code);
}

class Elvis {
  private readonly terminal: Terminal;
  private readonly servers = new Map<ServerName, Supervised>();
  private readonly services: { readonly plan: ServicePlan; readonly process: Supervised }[] = [];
  private readonly abort = new AbortController();
  private isReady = false;
  private stopAsked: (signal: string) => void = () => undefined;
  private readonly journalPurge: DailyPurge;
  private readonly autoscaler: Autoscaler;

  constructor(
    private readonly root: string,
    private readonly home: Home,
    private readonly settings: Settings,
    private readonly options: Options,
    journalRetentionDays: number,
    autoscaleWindowMs: number,
  ) {
    this.terminal = new Terminal(home.logs);
    this.journalPurge = new DailyPurge(settings.natsUrls.provision, journalRetentionDays, {
      done: (sentence) => this.terminal.say(sentence),
      wrong: (sentence) => this.terminal.complain('WARNING', 'journal', sentence),
    });
    const pools = WORK_QUEUES.flatMap((queue) => {
      const bounds = options.autoscale[queue];
      return bounds ? [{ queue, rule: ruleOf(bounds, autoscaleWindowMs) }] : [];
    });
    const queues = new QueueReader(settings.natsUrls.operator, () => this.supervisorPort());
    this.autoscaler = new Autoscaler(pools, queues, {
      start: (queue, slot) => this.startPooled(queue, slot),
      stop: (process) => this.stopPooled(process),
      say: (sentence) => this.terminal.say(sentence),
      complain: (sentence) => this.terminal.complain('WARNING', 'autoscaler', sentence),
    });
  }

  /** Runs until a signal; answers the exit code. */
  async run(startedAt: number): Promise<number> {
    const stopped = new Promise<string>((resolve) => (this.stopAsked = resolve));
    this.listenForSignals();
    let code = 0;
    const started = this.start(startedAt);
    try {
      const asked = await Promise.race([started.then(() => undefined), stopped]);
      const signal = asked ?? (await stopped);
      this.terminal.say(`${signal}: stopping; services first, then servers`);
    } catch (error) {
      this.terminal.fail(error instanceof Error ? error.message : String(error));
      this.terminal.say(`Start-up failed; stopping what was started. Logs: ${this.home.logs}`);
      code = 1;
    }
    this.abort.abort();
    await this.stop();
    // A step of the start that was under way has ended now; what it had begun is stopped as well.
    await started.catch(() => undefined);
    await this.stop();
    this.terminal.say('Stopped; nothing is left running.');
    await this.terminal.close();
    return code;
  }

  private async start(startedAt: number): Promise<void> {
    const leftovers = await this.home.endLeftovers();
    if (leftovers.length > 0) this.terminal.say(`Ended what a killed run had left: ${leftovers.join(', ')}`);
    if (this.options.fresh) {
      this.home.forgetData();
      this.terminal.say('The data of earlier runs was deleted');
    }
    const { depthOrigin, symbol } = this.settings;
    if (this.options.streams) await requireOrderBook(depthOrigin, symbol);
    await requireExternalServers(this.settings);
    const paper = this.startServices(({ service }) => service === 'paper-exchange');
    await Promise.all([this.startServers(), paper]);
    this.terminal.say('Servers are ready: PostgreSQL, Redis, NATS with JetStream');
    await this.startServices(({ service }) => service !== 'paper-exchange');
    this.isReady = true;
    this.writeStackFile();
    const tookMs = performance.now() - startedAt;
    const [isHalted, signIn] = await Promise.all([this.isHalted(), this.signInLink()]);
    process.stdout.write(ready(this.settings, this.home.logs, tookMs, isHalted, signIn));
    this.journalPurge.start();
    this.autoscaler.start();
  }

  private supervisorPort(): number | undefined {
    return this.services.find(({ plan }) => plan.service === 'bots')?.process.port;
  }

  private startPooled(queue: WorkQueueName, slot: number): Supervised {
    const process = this.superviseService(this.settings.pools[queue]![slot]!);
    process.start(SERVICES_START_MS).catch((error: unknown) => {
      if (!this.abort.signal.aborted)
        this.terminal.complain(
          'WARNING',
          'autoscaler',
          error instanceof Error ? error.message : String(error),
        );
    });
    return process;
  }

  private async stopPooled(process: Supervised): Promise<void> {
    await process.stop(POOLED_GRACE_MS);
    const at = this.services.findIndex((each) => each.process === process);
    if (at !== -1) this.services.splice(at, 1);
    if (this.isReady) this.writeStackFile();
  }

  private async startServers(): Promise<void> {
    const { external, ports, natsUrls } = this.settings;
    const ours = (['redis', 'nats', 'postgres'] as const).filter((name) => !external[name]);
    const programs = await ensurePrograms(ours, this.home.folder, {
      say: (line) => this.terminal.say(line),
      signal: this.abort.signal,
    });
    const secrets = this.home.secrets();
    const lasting = true;
    const start = {
      redis: () => {
        const folder = this.home.data('redis');
        const password = secrets.redisPassword;
        return this.superviseServer('redis', () =>
          redisLaunch({ program: programs.redis, port: ports.redis, password, folder, lasting }),
        );
      },
      nats: async () => {
        const folder = this.home.data('nats');
        await this.superviseServer('nats', () =>
          natsLaunch({ program: programs.nats, port: ports.nats, passwords: secrets.natsPasswords, folder }),
        );
      },
      postgres: async () => {
        const superPassword = secrets.databaseSuperPassword;
        const folder = this.home.postgresData;
        const settings = { program: programs.postgres, port: ports.postgres, superPassword, folder, lasting };
        await initPostgres(settings);
        await this.superviseServer('postgres', () => postgresLaunch(settings));
        const { database, databaseService } = this.settings;
        await ensureDatabase(superuser(ports.postgres, superPassword), database, databaseService);
      },
    };
    await Promise.all([...ours.map((name) => start[name]())]);
    await Promise.all([provision(natsUrls.provision), prepareHistory(this.settings)]);
  }

  private async superviseServer(name: ServerName, plan: () => ReturnType<typeof redisLaunch>): Promise<void> {
    this.abort.signal.throwIfAborted();
    const server = new Supervised(
      name,
      this.settings.ports[name],
      () => ({
        ...plan(),
        ...(name !== 'postgres' && { stopSignal: 'SIGTERM' as const }),
        onOutput: (stream) => this.terminal.follow(name, stream, false),
      }),
      this.witness(),
    );
    this.servers.set(name, server);
    await server.start(SERVERS_START_MS);
  }

  private async startServices(which: (plan: ServicePlan) => boolean): Promise<void> {
    this.abort.signal.throwIfAborted();
    const chosen = this.settings.services.filter(which).map((plan) => this.superviseService(plan));
    await Promise.all(chosen.map((process) => process.start(SERVICES_START_MS)));
  }

  private superviseService(plan: ServicePlan): Supervised {
    const process = new Supervised(
      `${plan.service}-${plan.replica}`,
      plan.opsPort,
      () => this.launchOf(plan),
      this.witness(),
    );
    this.services.push({ plan, process });
    return process;
  }

  private launchOf({ service, opsPort, environment }: ServicePlan): ReturnType<typeof redisLaunch> {
    return {
      name: service,
      command: process.execPath,
      args: ['--enable-source-maps', join(this.root, `dist/apps/${service}/src/main.js`)],
      env: environment,
      cwd: this.root,
      isReady: async () => (await readiness(opsPort)) === 'ready',
      whyNot: () => readiness(opsPort),
      readyTimeoutMs: SERVICES_START_MS,
      onOutput: (stream) => this.terminal.follow(service, stream, true),
    };
  }

  private witness(): Witness {
    return {
      started: (name, pid) => {
        this.home.remember(name, pid);
        if (this.isReady) this.writeStackFile();
      },
      died: (name, how, againInMs) =>
        this.terminal.complain(
          'WARNING',
          'supervisor',
          `${name} ended unexpectedly (${how}); starting it again in ${againInMs} ms`,
        ),
      ready: (name, again) => {
        if (again) this.terminal.complain('WARNING', 'supervisor', `${name} is ready again`);
        else if (this.services.some(({ process }) => process.name === name))
          this.terminal.say(`${name} is ready`);
      },
      ended: (name) => this.home.forget(name),
    };
  }

  /** A stop outlives a restart; anyone who starts a halted system should not wonder why nothing trades. */
  private async isHalted(): Promise<boolean> {
    try {
      const { gatewayUrl, apiKey } = this.settings;
      const headers = { 'X-API-Key': apiKey };
      const signal = AbortSignal.timeout(2_000);
      const response = await fetch(`${gatewayUrl}/emergency_stop/status`, { headers, signal });
      return ((await response.json()) as { active?: boolean }).active === true;
    } catch {
      return false;
    }
  }

  /** A start that can do everything but make a link is no failure: `npm run sign-in` makes one, or says why not. */
  private async signInLink(): Promise<string | undefined> {
    const { gatewayUrl, apiKey } = this.settings;
    return signInLink(gatewayUrl, apiKey).catch(() => undefined);
  }

  private writeStackFile(): void {
    const { gatewayUrl, frontUrl, frontTlsHost, apiKey, exchange, natsUrls, redis, database } = this.settings;
    const folders = {
      redis: this.home.data('redis'),
      nats: this.home.data('nats'),
      postgres: this.home.postgresData,
    };
    const stack: StackFile = {
      gatewayUrl,
      front: { restUrl: frontUrl, wsUrl: frontUrl.replace(/^http/, 'ws'), tlsHost: frontTlsHost },
      apiKey,
      exchange,
      natsUrl: natsUrls.auditor,
      redis,
      database,
      services: this.services.map(({ plan, process }) => ({
        name: plan.service,
        replica: plan.replica,
        pid: process.pid,
        port: process.port,
      })),
      servers: [...this.servers].map(([name, { pid, port }]) => ({ name, pid, port, folder: folders[name] })),
      operatorNatsUrl: natsUrls.operator,
    };
    writePrivately(this.home.stackFile, stack);
  }

  private async stop(): Promise<void> {
    this.isReady = false;
    rmSync(this.home.stackFile, { force: true });
    await this.journalPurge.stop();
    await this.autoscaler.stop();
    for (const names of STOP_ORDER) {
      const turn = this.services.filter(({ plan }) => names.includes(plan.service));
      await Promise.all(turn.map(({ process }) => process.stop()));
    }
    await Promise.all([...this.servers.values()].map((server) => server.stop()));
    this.home.release();
  }

  private listenForSignals(): void {
    let asked = 0;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        asked += 1;
        if (asked === 1) return this.stopAsked(signal);
        // Somebody is in a hurry: what still runs is killed, and the next start would find nothing of it.
        this.killAll();
        process.exit(130);
      });
    }
    process.on('exit', () => this.killAll());
  }

  /** The last resort: on a clean end there is nothing left to kill. */
  private killAll(): void {
    const processes = [...this.services.map(({ process }) => process), ...this.servers.values()];
    for (const { pid } of processes) if (pid) killQuietly(pid);
  }
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It had ended.
  }
}

async function takenPorts({ gatewayUrl }: Settings): Promise<string[]> {
  const port = Number(new URL(gatewayUrl).port || 80);
  return (await isPortFree(port))
    ? []
    : [`Port ${port} is taken; "--port N" chooses another for the gateway`];
}

function problemsOf(Config: new () => object, given: Values): readonly string[] {
  try {
    loadConfig(Config, given);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

function readOptions(args: readonly string[]): Options {
  try {
    const options = parseOptions(args);
    if (!options.help) return options;
    console.log(USAGE);
    return process.exit(0);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return process.exit(EXIT_REFUSED);
  }
}

/** What stands in Vault counts first. It is read here once, for all services; they get no token of their own. */
async function withVault(given: Record<string, string>): Promise<Record<string, string>> {
  const { VAULT_ADDR: _, VAULT_TOKEN: __, VAULT_PATH: ___, ...others } = given;
  return { ...others, ...((await readVault(given)).values as Record<string, string>) };
}

function refuse(problems: readonly string[]): never {
  console.error(refusal(problems));
  return process.exit(EXIT_REFUSED);
}
