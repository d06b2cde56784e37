/** Child processes with a beginning that is waited for and an end that is certain; they listen on loopback only. */
import { ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { connect, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

export const LOOPBACK = '127.0.0.1';
const LAST_WORDS_MS = 300;

export interface Launch {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** The account to run as, where root is refused. */
  readonly uid?: number;
  readonly gid?: number;
  /**
   * `group`: a process group of its own, so that Ctrl-C on the terminal reaches the launcher alone.
   * `with-parent`: the kernel ends it when this process dies, however that happens; for tests.
   */
  readonly lifetime: 'group' | 'with-parent';
  readonly stopSignal?: NodeJS.Signals;
  /** Takes what the process writes; without it the output is kept only to explain an early death. */
  readonly onOutput?: (stream: Readable) => void;
  /** Answers true as soon as the process does its work. */
  readonly isReady: () => Promise<boolean>;
  readonly readyTimeoutMs?: number;
  /** What keeps it from being ready, in its own words. */
  readonly whyNot?: () => Promise<string>;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Running {
  readonly name: string;
  readonly pid: number;
  /** Resolves when the process is gone, whatever ended it. */
  readonly exited: Promise<Exit>;
  /** Asks it to end, and makes it after `graceMs`. */
  stop(graceMs?: number): Promise<void>;
}

/**
 * Starts the process and waits until it is ready.
 *
 * @throws Error with the end of its output if it dies first or is not ready in time; it is not left running
 */
export async function launch(plan: Launch): Promise<Running> {
  const { ready, ...running } = begin(plan);
  try {
    await ready;
  } catch (error) {
    await running.stop(1_000);
    throw error;
  }
  return running;
}

/** Starts the process; `ready` says when it does its work, or fails when it died or took too long. */
export function begin(plan: Launch): Running & { readonly ready: Promise<void> } {
  const { child, tail } = start(plan);
  let gone: Exit | undefined;
  const closed = new Promise((resolve) => child.once('close', resolve));
  const exited = new Promise<Exit>((resolve) => {
    child.once('exit', (code, signal) => resolve((gone = { code, signal })));
    child.once('error', () => resolve((gone = { code: null, signal: null })));
  });
  const stop = async (graceMs = 10_000): Promise<void> => {
    if (gone || child.pid === undefined) return;
    child.kill(plan.stopSignal ?? 'SIGTERM');
    const deadline = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await exited;
    clearTimeout(deadline);
  };
  const ready = waitUntil(
    async () => {
      if (gone) {
        // Its last words may still be in the pipe, which others may hold open for longer.
        await Promise.race([closed, pause(LAST_WORDS_MS)]);
        throw new EarlyDeath(plan.name, gone, tail());
      }
      return plan.isReady();
    },
    plan.readyTimeoutMs ?? 30_000,
    `${plan.name} to be ready`,
  );
  return { name: plan.name, pid: child.pid ?? 0, exited, stop, ready };
}

/** It ended before it was ready; its own last words say why. */
export class EarlyDeath extends Error {
  override readonly name = 'EarlyDeath';

  constructor(
    process: string,
    readonly exit: Exit,
    lastWords: string,
  ) {
    super(`${process} could not be started: it ended before it was ready${lastWords && `:\n${lastWords}`}`);
  }
}

function start({ command, args, env, cwd, uid, gid, lifetime, stopSignal, onOutput }: Launch): {
  child: ChildProcess;
  tail: () => string;
} {
  // Only a process that keeps its credentials keeps this wish, so setpriv changes them before it asks for it.
  const wrap = lifetime === 'with-parent' && hasSetpriv();
  const credentials = uid === undefined ? [] : [`--reuid=${uid}`, `--regid=${gid ?? uid}`, '--clear-groups'];
  const common = { stdio: ['ignore', 'pipe', 'pipe'] as ['ignore', 'pipe', 'pipe'], cwd };
  const whole = { ...ownEnvironment(), ...env };
  const child = wrap
    ? spawn('setpriv', [...credentials, '--pdeathsig', stopSignal ?? 'SIGKILL', command, ...args], {
        ...common,
        env: whole,
      })
    : spawn(command, args, { ...common, env: whole, uid, gid, detached: lifetime === 'group' });
  let last = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => (last = (last + chunk.toString()).slice(-2_000)));
    onOutput?.(stream);
  }
  child.on('error', (error) => (last += error.message));
  return { child, tail: () => last.trim() };
}

/** What every program may know of our environment; keys and passwords are handed out one by one. */
const ownEnvironment = (): Record<string, string> =>
  Object.fromEntries(
    ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS'].flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

function hasSetpriv(): boolean {
  try {
    accessSync('/usr/bin/setpriv', constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Waits for a condition; asks often, because everything that is waited for here takes milliseconds. */
export async function waitUntil(
  condition: () => Promise<boolean> | boolean,
  timeoutMs: number,
  what: string,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline)
      throw new Error(`Gave up after ${timeoutMs / 1_000} s of waiting for ${what}`);
    await pause(20);
  }
}

/** Says `greeting` to a port and answers what comes back first, or undefined if nobody is there. */
export async function firstWords(port: number, greeting = '', host = LOOPBACK): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket: Socket = connect({ port, host, timeout: 1_000 });
    const end = (answer: string | undefined): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => greeting && socket.write(greeting));
    socket.once('data', (data) => end(data.toString()));
    socket.once('error', () => end(undefined));
    socket.once('timeout', () => end(undefined));
    socket.once('close', () => end(undefined));
  });
}
