/** The processes of this benchmark: each says `{ port }` or `{ ready }` once it does its work, and ends with us. */
import { ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from '@elvis/testing';

export interface Worker {
  readonly pid: number;
  readonly port: number;
  ask<Reply>(message: object): Promise<Reply>;
  stop(): Promise<void>;
}

export async function startWorker(file: string, ...args: string[]): Promise<Worker> {
  const child: ChildProcess = fork(join(__dirname, `${file}.js`), args, {
    execArgv: ['--require', 'reflect-metadata'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const said = <Reply>(): Promise<Reply> =>
    new Promise((resolve, reject) => {
      child.once('message', (message) => resolve(message as Reply));
      void exited.then(() => reject(new Error(`${file} ended`)));
    });
  const { port = 0 } = await said<{ port?: number }>();
  return {
    pid: child.pid ?? 0,
    port,
    ask: (message) => {
      const answer = said<never>();
      child.send(message);
      return answer;
    },
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/** The gateway as it is deployed, in a process of its own. */
export async function startGatewayProcess(env: Readonly<Record<string, string>>, port: number) {
  const isReady = async (): Promise<boolean> => {
    const answer = await fetch(`http://127.0.0.1:${port}/health/ready`).catch(() => undefined);
    return answer?.ok ?? false;
  };
  return launch({
    name: 'gateway',
    command: process.execPath,
    args: [join(__dirname, '../../apps/gateway/src/main.js')],
    env: { ...env, PORT: `${port}`, LOG_LEVEL: 'warn', NODE_ENV: 'production' },
    lifetime: 'with-parent',
    isReady,
  });
}

const TICKS_PER_SECOND = 100;

/** Seconds of processor time the process has used. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

export const memoryMb = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;
