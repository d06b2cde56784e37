/**
 * The state folder `.elvis` (or `ELVIS_HOME`): generated secrets, server data, logs, and the list of our processes by
 * which what a killed launcher left behind is found. A pid alone proves nothing, so its start time is kept with it.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  NatsUser,
  canReach,
  generateEncryptionKey,
  generateNatsPasswords,
  generateSecret,
  postgresAccount,
  waitUntil,
} from './servers';

export interface Secrets {
  readonly apiKey: string;
  readonly approvalKey: string;
  readonly jwtSecret: string;
  readonly encryptionKey: string;
  readonly redisPassword: string;
  readonly databasePassword: string;
  readonly databaseServicePassword: string;
  readonly databaseSuperPassword: string;
  readonly natsPasswords: Readonly<Record<NatsUser, string>>;
  readonly paperKey: string;
  readonly paperSecret: string;
  readonly paperOtherKey: string;
  readonly paperOtherSecret: string;
}

interface KnownProcess {
  readonly name: string;
  readonly pid: number;
  readonly startedAt: string;
}

export class Home {
  private readonly processes = new Map<string, KnownProcess>();

  constructor(readonly folder: string) {
    // Another account has to pass through to PostgreSQL's data; what is secret is closed by itself.
    const mode = postgresAccount() ? 0o711 : 0o700;
    mkdirSync(folder, { recursive: true, mode });
    mkdirSync(join(folder, 'data'), { recursive: true, mode });
    mkdirSync(this.logs, { recursive: true, mode: 0o700 });
  }

  get logs(): string {
    return join(this.folder, 'logs');
  }

  get stackFile(): string {
    return join(this.folder, 'stack.json');
  }

  data(name: string): string {
    return join(this.folder, 'data', name);
  }

  /** PostgreSQL runs as another account under root; where that one cannot pass, its data live elsewhere. */
  get postgresData(): string {
    const wanted = this.data('postgres');
    if (canReach(wanted, postgresAccount())) return wanted;
    const id = createHash('sha256').update(this.folder).digest('hex').slice(0, 12);
    return join('/var/lib/elvis', id, 'postgres');
  }

  forgetData(): void {
    for (const name of ['redis', 'nats', 'paper-exchange.json', 'audit'])
      rmSync(this.data(name), { recursive: true, force: true });
    rmSync(this.postgresData, { recursive: true, force: true });
  }

  /** Generated once, kept for the next start. */
  secrets(): Secrets {
    const file = join(this.folder, 'secrets.json');
    const known = readJson<Partial<Secrets>>(file) ?? {};
    const fresh: Secrets = {
      apiKey: generateSecret(),
      approvalKey: generateSecret(),
      jwtSecret: generateSecret(),
      encryptionKey: generateEncryptionKey(),
      redisPassword: generateSecret(),
      databasePassword: generateSecret(),
      databaseServicePassword: generateSecret(),
      databaseSuperPassword: generateSecret(),
      natsPasswords: generateNatsPasswords(),
      paperKey: generateSecret(),
      paperSecret: generateSecret(),
      paperOtherKey: generateSecret(),
      paperOtherSecret: generateSecret(),
    };
    const secrets = { ...fresh, ...known, natsPasswords: { ...fresh.natsPasswords, ...known.natsPasswords } };
    // A newer version may want more than an older one made.
    if (JSON.stringify(secrets) !== JSON.stringify(known)) writePrivately(file, secrets);
    return secrets;
  }

  /** Notes a process of this system, so that the next start finds it if we are killed. */
  remember(name: string, pid: number): void {
    this.processes.set(name, { name, pid, startedAt: startTimeOf(pid) ?? '' });
    this.writeProcesses();
  }

  forget(name: string): void {
    if (this.processes.delete(name)) this.writeProcesses();
  }

  /** Makes this folder ours; answers the pid of the launcher that has it already, if one lives. */
  claim(): number | undefined {
    const mine = { pid: process.pid, startedAt: startTimeOf(process.pid) ?? '' };
    for (;;) {
      try {
        writeFileSync(this.lockFile, JSON.stringify(mine), { mode: 0o600, flag: 'wx' });
        return undefined;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const holder = readJson<Pick<KnownProcess, 'pid' | 'startedAt'>>(this.lockFile);
      if (holder && isAlive(holder)) return holder.pid;
      rmSync(this.lockFile, { force: true });
    }
  }

  /** Gives the folder back as it was found; what a killed launcher left is still on record. */
  unclaim(): void {
    rmSync(this.lockFile, { force: true });
  }

  /** After a clean stop: nothing of this system runs, so there is nothing to remember. */
  release(): void {
    rmSync(this.processFile, { force: true });
    this.unclaim();
  }

  /** Ends what a killed launcher left: services first, then servers. Answers their names. */
  async endLeftovers(): Promise<string[]> {
    const left = (readJson<KnownProcess[]>(this.processFile) ?? []).filter(isAlive);
    const servers = ['redis', 'nats', 'postgres'];
    for (const isServer of [false, true]) {
      const turn = left.filter(({ name }) => servers.includes(name) === isServer);
      for (const known of turn) signal(known, known.name === 'postgres' ? 'SIGINT' : 'SIGTERM');
      await waitUntil(() => !turn.some(isAlive), 8_000, 'processes left by an earlier run to end').catch(() =>
        turn.forEach((known) => signal(known, 'SIGKILL')),
      );
    }
    return left.map(({ name }) => name);
  }

  private get processFile(): string {
    return join(this.folder, 'processes.json');
  }

  private get lockFile(): string {
    return join(this.folder, 'launcher.lock');
  }

  private writeProcesses(): void {
    writePrivately(this.processFile, [...this.processes.values()]);
  }
}

/** What the file says; undefined if it is not there or was cut short. */
function readJson<Content>(file: string): Content | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Content;
  } catch {
    return undefined;
  }
}

/** Whole or not at all, and for our eyes only. */
export function writePrivately(file: string, content: unknown): void {
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, file);
}

const isAlive = ({ pid, startedAt }: Pick<KnownProcess, 'pid' | 'startedAt'>): boolean =>
  startedAt !== '' && startTimeOf(pid) === startedAt;

function signal(known: KnownProcess, name: NodeJS.Signals): void {
  if (!isAlive(known)) return;
  try {
    process.kill(known.pid, name);
  } catch {
    // It ended between the look and the signal, which is what was wanted.
  }
}

/** Boot and clock tick at which the process began; undefined if it is gone or only its exit status is left. */
function startTimeOf(pid: number): string | undefined {
  try {
    const [state, ...fields] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    if (state === 'Z' || state === 'X') return undefined;
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[18]}`;
  } catch {
    return undefined;
  }
}
