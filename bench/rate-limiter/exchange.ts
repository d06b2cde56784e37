/** The strict paper exchange behind a slow line, and what it counted, window by window. */
import { ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { freePort, until } from '@elvis/testing';

export interface ExchangeOptions {
  readonly windowScale: number;
  readonly shiftMs: number;
  readonly retryAfter?: boolean;
  readonly weightPerMinute?: number;
}

/** One window of one meter, as the exchange itself counted it. */
export interface CountedWindow {
  readonly start: number;
  readonly used: number;
}

interface ExchangeReport {
  readonly now: number;
  readonly weight: {
    readonly limit: number;
    readonly windows: readonly CountedWindow[];
    readonly bans: number;
    readonly bannedUntil: number;
  };
  readonly orders: readonly {
    readonly window: string;
    readonly limit: number;
    readonly windows: readonly CountedWindow[];
  }[];
  /** Answers by Binance's own code: -1003 is 429 or 418, -1015 too many orders. */
  readonly byCode: Readonly<Record<string, number>>;
}

export interface Exchange {
  readonly origin: string;
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly otherKey: string;
  readonly otherSecret: string;
  admin(path: string, body?: object): Promise<unknown>;
  report(): Promise<ExchangeReport>;
  stop(): Promise<void>;
}

const ROOT = join(__dirname, '../../..');

/** None outlives this process. */
const living = new Set<ChildProcess>();
process.on('exit', () => living.forEach((child) => child.kill('SIGKILL')));

export async function startExchange({
  windowScale,
  shiftMs,
  retryAfter,
  weightPerMinute = 2_400,
}: ExchangeOptions): Promise<Exchange> {
  const secret = (): string => randomBytes(16).toString('hex');
  const keys = { apiKey: secret(), apiSecret: secret(), otherKey: secret(), otherSecret: secret() };
  const [port, adminPort] = [await freePort(), await freePort()];
  const child = fork(join(ROOT, 'dist/apps/paper-exchange/src/main.js'), [], {
    cwd: ROOT,
    env: {
      PATH: process.env.PATH,
      PAPER_PORT: `${port}`,
      PAPER_ADMIN_PORT: `${adminPort}`,
      PAPER_WINDOW_SCALE: `${windowScale}`,
      PAPER_RETRY_AFTER: retryAfter ? 'on' : 'off',
      PAPER_WEIGHT_1M: `${weightPerMinute}`,
      PAPER_MARKET: 'synthetic',
      SYMBOLS: 'BTCUSDT',
      BINANCE_API_KEY: keys.apiKey,
      BINANCE_API_SECRET: keys.apiSecret,
      PAPER_OTHER_API_KEY: keys.otherKey,
      PAPER_OTHER_API_SECRET: keys.otherSecret,
      LOG_LEVEL: 'warn',
    },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  living.add(child);
  child.once('exit', () => living.delete(child));
  const adminUrl = `http://127.0.0.1:${adminPort}`;
  const admin = async (path: string, body?: object): Promise<unknown> => {
    const answer = await fetch(`${adminUrl}${path}`, body && { method: 'POST', body: JSON.stringify(body) });
    return answer.json();
  };
  await until(async () => (await fetch(`http://127.0.0.1:${port}/fapi/v1/ping`)).ok);
  await admin('/clock', { shiftMs });
  const line = fork(join(__dirname, 'slow-line.js'), [`http://127.0.0.1:${port}`]);
  const { port: linePort } = await told<{ port: number }>(line);
  return {
    ...keys,
    origin: `http://127.0.0.1:${linePort}`,
    admin,
    report: async () => readReport(await admin('/report')),
    stop: async () => {
      await Promise.all([ended(line), ended(child)]);
    },
  };
}

interface RawReport {
  readonly now: number;
  readonly sinceMark: { readonly byCode: Record<string, number> };
  readonly meters: {
    readonly futures: {
      readonly weight: Record<
        string,
        { limit: number; used: number; bans: number; bannedUntil: number; windows: CountedWindow[] }
      >;
      readonly orders: Record<string, { window: string; limit: number; windows: CountedWindow[] }[]>;
    };
  };
}

function readReport(raw: unknown): ExchangeReport {
  const { now, sinceMark, meters } = raw as RawReport;
  const [weight] = Object.values(meters.futures.weight);
  return {
    now,
    weight: weight ?? { limit: 0, windows: [], bans: 0, bannedUntil: 0 },
    orders: meters.futures.orders.elvis ?? [],
    byCode: sinceMark.byCode,
  };
}

export const told = <Message>(child: ChildProcess): Promise<Message> =>
  new Promise((resolve, reject) => {
    child.once('message', (message) => resolve(message as Message));
    child.once('exit', (code) => reject(new Error(`A process of the benchmark ended with ${code}`)));
  });

export function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}
