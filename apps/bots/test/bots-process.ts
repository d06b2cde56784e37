/** The bots service as a process of its own, begun again whenever it was killed. */
import { LOOPBACK, freePort } from '../../../tools/launcher/servers';
import { holderOf, until } from '@elvis/testing';
import { ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { BotsUnderTest } from './bots-under-test';

const MAIN = join(__dirname, '../../../dist/apps/bots/src/main.js');

export class BotsProcess {
  private child: ChildProcess | undefined;
  private opsPort = 0;

  constructor(
    private readonly bots: BotsUnderTest,
    private readonly natsPort: number,
    private readonly replica: number,
    private readonly environment: Readonly<Record<string, string>> = {},
  ) {}

  /** Runs, and serves. */
  async ready(): Promise<void> {
    await until(async () => {
      // Asked each time: a kill that was sent just now is not an end yet.
      if (!this.child || this.child.exitCode !== null || this.child.signalCode !== null) await this.begin();
      const { status } = await fetch(`http://${LOOPBACK}:${this.opsPort}/health/ready`);
      return status === 200;
    }, `process ${this.replica} is ready`);
  }

  /** Whether this end of a connection is its own. */
  holds(port: number): boolean {
    const pid = this.child?.pid;
    return pid !== undefined && holderOf(port, [{ pid }]) !== undefined;
  }

  signal(name: NodeJS.Signals): void {
    this.child?.kill(name);
  }

  async end(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  /** Told to end; answers its exit code, and null where something killed it. */
  async terminate(): Promise<number | null> {
    const { child } = this;
    if (!child) throw new Error('This process was never begun');
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.kill('SIGTERM');
    return ended;
  }

  private async begin(): Promise<void> {
    this.opsPort = await freePort();
    const { redisServer, nats } = this.bots;
    const url = nats.urls.bots.replace(/:\d+$/, `:${this.natsPort}`);
    const child = spawn(process.execPath, [MAIN], {
      env: {
        ...redisServer.env,
        NATS_URL: url,
        REPLICA: `${this.replica}`,
        OPS_PORT: `${this.opsPort}`,
        LOG_LEVEL: 'warn',
        BOT_DECIDE_WITHIN_MS: '600000',
        BOTS_AT_ONCE: '2',
        ...this.environment,
      },
      // What it says goes to the test's own output: its last words are the reason where it never becomes ready.
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    this.child = child;
    await until(() => child.pid !== undefined);
  }
}
