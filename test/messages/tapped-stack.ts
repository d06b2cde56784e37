/**
 * A whole Elvis whose words to NATS, Redis and PostgreSQL pass wires that a test listens on. The servers are used as
 * ones that somebody else runs; NATS lets every user say everything here, permissions are tested elsewhere.
 */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  LOOPBACK,
  Launch,
  RunningStack,
  ensurePrograms,
  elvisHome,
  firstWords,
  freePort,
  launch,
  startPostgres,
  startRedis,
  startStack,
} from '@elvis/testing';
import { Line, Passed, Wire } from './wire';

export class TappedStack {
  private readonly heard: Passed[] = [];
  private readonly owners = new Map<Line, string>();
  private isListening = false;

  private constructor(
    readonly running: RunningStack,
    /** Past the wire. */
    readonly redisUrl: string,
    private readonly redis: Wire,
    private readonly ending: readonly (() => Promise<void>)[],
    tell: { hear: (passed: Passed) => void },
  ) {
    tell.hear = (passed) => {
      if (this.isListening) this.heard.push(passed);
    };
  }

  static async start(
    env: Readonly<Record<string, string>>,
    exchangeArgs: readonly string[] = [],
  ): Promise<TappedStack> {
    const ending: (() => Promise<void>)[] = [];
    const tell: { hear: (passed: Passed) => void } = { hear: () => undefined };
    try {
      const [nats, redis, postgres] = await Promise.all([startPlainNats(), startRedis(), startPostgres()]);
      ending.push(...[nats, redis, postgres].map((server) => () => server.stop()));
      const hear = (passed: Passed): void => tell.hear(passed);
      const redisWire = new Wire('redis', redis.port, hear);
      const wires = [new Wire('nats', nats.port, hear), redisWire, new Wire('postgres', postgres.port, hear)];
      ending.unshift(...wires.map((wire) => () => wire.close()));
      const [natsPort, redisPort, postgresPort] = await Promise.all(wires.map((wire) => wire.listen()));
      const running = await startStack({
        env: {
          NATS_URL: `nats://${LOOPBACK}:${natsPort}`,
          ...redis.env,
          REDIS_PORT: `${redisPort}`,
          ...postgres.serviceEnv,
          DB_PORT: `${postgresPort}`,
          DB_OWNER_USER: postgres.env.DB_USER,
          DB_OWNER_PASSWORD: postgres.env.DB_PASSWORD,
          ...env,
        },
        exchangeArgs,
      });
      return new TappedStack(running, redis.url, redisWire, [() => running.stop(), ...ending], tell);
    } catch (error) {
      for (const end of ending) await end().catch(() => undefined);
      throw error;
    }
  }

  /** Everything that passes while `during` goes on, in order. */
  async listen(during: () => Promise<void>): Promise<readonly Passed[]> {
    this.heard.length = 0;
    this.isListening = true;
    try {
      await during();
    } finally {
      this.isListening = false;
    }
    return this.heard.splice(0);
  }

  /** What has passed since the listening began. */
  get sofar(): readonly Passed[] {
    return this.heard;
  }

  /** From the first such message on its connection hears nothing from Redis. */
  holdRedis(isIt: (passed: Passed) => boolean): void {
    this.redis.hold(isIt);
  }

  /** Answers whether anything was held. */
  releaseRedis(): boolean {
    return this.redis.release();
  }

  /** Whose connection it is: the service whose process holds its near end; NATS clients say it themselves. */
  ownerOf(line: Line): string {
    const known = this.owners.get(line) ?? line.name?.replace(/-\d+(-server)?$/, '') ?? this.holderOf(line);
    this.owners.set(line, known);
    return known;
  }

  async stop(): Promise<void> {
    for (const end of this.ending) await end();
  }

  private holderOf({ near }: Line): string {
    const socket = `socket:[${inodeOf(near)}]`;
    const { services } = this.running.stack;
    const holder = services.find(({ pid }) => descriptorsOf(pid).includes(socket));
    return holder?.name ?? 'unknown';
  }
}

const inodeOf = (port: number): string => {
  const address = `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const row = readFileSync('/proc/net/tcp', 'utf8')
    .split('\n')
    .map((text) => text.trim().split(/\s+/))
    .find((words) => words[1] === address);
  return row?.[9] ?? '';
};

const descriptorsOf = (pid: number): string[] =>
  readdirSync(`/proc/${pid}/fd`).flatMap((name) => {
    try {
      return [readlinkSync(`/proc/${pid}/fd/${name}`)];
    } catch {
      return [];
    }
  });

async function startPlainNats(): Promise<{ readonly port: number; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'elvis-nats-'));
  const { nats } = await ensurePrograms(['nats'] as const, elvisHome());
  const port = await freePort();
  const plan: Launch = {
    name: 'nats',
    command: nats.path,
    args: ['-a', LOOPBACK, '-p', `${port}`, '-js', '-sd', folder],
    env: nats.env,
    lifetime: 'with-parent',
    isReady: async () => (await firstWords(port))?.includes('"jetstream":true') === true,
  };
  const running = await launch(plan);
  return {
    port,
    stop: async () => {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
