/**
 * A whole private Elvis for a rehearsal, a spec or a benchmark: what `npm start` starts, in a state folder of its own, on ports of
 * its own, beside whatever else runs. It ends with `stop()`, and with this process if it dies before.
 */
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { StackFile, readStackFile } from '../launcher/stack-file';
import { Launch, Running, begin } from '../launcher/servers';

export interface StackOptions {
  readonly replicas?: Readonly<Record<string, number>>;
  /** Variables of the services, such as `RISK_MAX_ORDER_NOTIONAL`. */
  readonly env?: Readonly<Record<string, string>>;
  /** Words for the paper exchange. */
  readonly exchangeArgs?: readonly string[];
  /** More words for `npm start --`. */
  readonly args?: readonly string[];
  /** State folder to use and to keep; a fresh one that is removed at the stop unless given. */
  readonly home?: string;
}

export interface RunningStack {
  /** Read again each time: pids change when a process is started again. */
  readonly stack: StackFile;
  readonly home: string;
  readonly pid: number;
  readonly exited: Running['exited'];
  /** What the launcher has written on its terminal so far. */
  output(): string;
  stop(): Promise<void>;
}

const READY_LIMIT_MS = 300_000;

/** The root of the project, from the sources as well as from `dist/`. */
export const projectRoot = (): string =>
  resolve(__dirname, __dirname.includes('/dist/') ? '../../..' : '../..');

/** @throws Error with the launcher's output if the system does not become ready */
export async function startStack(options: StackOptions = {}): Promise<RunningStack> {
  const { plan, home, output } = stackLaunch(options);
  const { ready, ...running } = begin(plan);
  const forget = (): void => {
    if (options.home === undefined) rmSync(home, { recursive: true, force: true });
  };
  try {
    await ready;
  } catch (error) {
    await running.stop(30_000);
    forget();
    throw error;
  }
  const file = join(home, 'stack.json');
  return {
    get stack() {
      const stack = readStackFile(file);
      if (!stack) throw new Error(`This stack has ended:\n${output().slice(-2_000)}`);
      return stack;
    },
    home,
    pid: running.pid,
    exited: running.exited,
    output,
    stop: async () => {
      await running.stop(60_000);
      forget();
    },
  };
}

/** The launcher's process, not yet started; for a spec of the launcher itself. */
export function stackLaunch({ replicas, env, exchangeArgs, args, home: kept }: StackOptions): {
  readonly plan: Launch;
  readonly home: string;
  readonly output: () => string;
} {
  const root = projectRoot();
  const home = kept ?? mkdtempSync(join(tmpdir(), 'elvis-stack-'));
  // PostgreSQL may run as another account, which has to pass.
  if (kept === undefined) chmodSync(home, 0o711);
  const list = Object.entries(replicas ?? {}).map(([name, count]) => `${name}=${count}`);
  let text = '';
  const plan: Launch = {
    name: 'elvis',
    command: process.execPath,
    args: [
      join(root, 'scripts', 'start.mjs'),
      ...(args?.includes('--port') ? [] : ['--port', '0']),
      ...(list.length > 0 ? ['--replicas', list.join(',')] : []),
      ...(args ?? []),
      ...(exchangeArgs ? ['--', ...exchangeArgs] : []),
    ],
    // The first free port at the time of planning may be another's by the time it is opened.
    env: { ELVIS_HOME: home, ELVIS_ENV_FILE: '/dev/null', FRONT_PORT: '0', FRONT_TLS_PORT: '0', ...env },
    cwd: root,
    lifetime: 'with-parent',
    stopSignal: 'SIGTERM',
    onOutput: (stream) => stream.on('data', (chunk: Buffer) => (text += chunk.toString())),
    isReady: () => Promise.resolve(readStackFile(join(home, 'stack.json')) !== undefined),
    readyTimeoutMs: READY_LIMIT_MS,
  };
  return { plan, home, output: () => text };
}

/** The log of one service of a stack, for a spec that wants to know what was said. */
export const readLog = (home: string, service: string): string =>
  readFileSync(join(home, 'logs', `${service}.log`), 'utf8');
