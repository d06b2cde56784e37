/**
 * A whole running system under order load, with hands on every part: what the fault runs, the drill and the benchmark
 * of the kill switch work on. The exchange itself is the witness of what it accepted.
 */
import { KILL_SWITCH_KEY, KILL_SWITCH_META_KEY } from '@elvis/contracts';
import { Redis } from 'ioredis';
import { readFileSync, readdirSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { RunningStack, StackOptions, startStack, until } from '@elvis/testing';
import { seeded } from '../../load/seeded';

const LIMITS_OFF = {
  RISK_MAX_ORDERS_PER_SECOND: 'off',
  RISK_MAX_OPEN_ORDERS: 'off',
  RISK_DUPLICATE_WINDOW_MS: 'off',
  RISK_MAX_POSITION_NOTIONAL: 'off',
  RISK_MAX_GROSS_NOTIONAL: 'off',
  RISK_MAX_DAILY_LOSS: 'off',
  RISK_MAX_DRAWDOWN: 'off',
  RISK_MAX_CONSECUTIVE_REJECTS: 'off',
  HALT_ON_RECONCILE_DIFF: 'off',
  HALT_ON_UNKNOWN_AGE_MS: 'off',
  RATE_LIMIT_ORDERS: 'off',
  RATE_LIMIT_DEFAULT: 'off',
  RATE_LIMIT_HALT: 'off',
} as const;

export interface Answer {
  readonly status: number;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- runs look into bodies freely
  readonly body: any;
}

export interface SinceMark {
  readonly ordersReceived: number;
  readonly ordersAccepted: number;
  readonly ordersRefused: number;
  readonly ordersOutdated: number;
}

const PATIENCE_MS = 90_000;
const LOGS_SHOWN = 6_000;

export class Stand {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 128 });
  private readonly random = seeded(7);
  private mark = 0;
  private sequence = 0;
  private load: Promise<unknown> | undefined;
  private isLoading = false;
  /** When the orders of the load were sent and answered, wall clock. */
  readonly journeys: { readonly sentAtMs: number; readonly answeredAtMs: number }[] = [];
  /** What the orders of the load were answered with. */
  readonly answers = new Map<string, number>();

  private constructor(private readonly running: RunningStack) {}

  static async start(options: StackOptions = {}): Promise<Stand> {
    const running = await startStack({
      ...options,
      env: { ...LIMITS_OFF, ...options.env },
      exchangeArgs: ['--orders-1m', '10000000', '--orders-10s', '10000000', '--weight-1m', '1000000'],
    });
    const stand = new Stand(running);
    await until(
      async () => {
        stand.mark = Number((await stand.call('GET', '/api/v1/market/BTCUSDT')).body?.mark);
        return stand.mark > 0;
      },
      'a price is known',
      PATIENCE_MS,
    );
    return stand;
  }

  get home(): string {
    return this.running.home;
  }

  get stack(): RunningStack['stack'] {
    return this.running.stack;
  }

  /** Of BTCUSDT, when the system began. */
  get price(): number {
    return this.mark;
  }

  /** The end of what every service wrote. */
  logs(): string {
    const folder = join(this.home, 'logs');
    return readdirSync(folder)
      .map((name) => `--- ${name}\n${readFileSync(join(folder, name), 'utf8').slice(-LOGS_SHOWN)}`)
      .join('\n');
  }

  async stop(): Promise<void> {
    await this.endLoad();
    this.agent.destroy();
    await this.running.stop();
  }

  /** Status 0 where nobody answered. */
  call(method: string, path: string, body?: object, timeoutMs = 15_000): Promise<Answer> {
    const { hostname, port } = new URL(this.stack.gatewayUrl);
    const text = body === undefined ? undefined : JSON.stringify(body);
    return new Promise((resolve) => {
      const nobody = (): void => resolve({ status: 0, body: undefined });
      const call = request(
        {
          ...{ hostname, port, path, method, agent: this.agent, timeout: timeoutMs },
          headers: {
            'x-api-key': this.stack.apiKey,
            ...(text !== undefined && {
              'content-type': 'application/json',
              'content-length': Buffer.byteLength(text),
            }),
          },
        },
        (response) => {
          let answer = '';
          response.on('data', (chunk: Buffer) => (answer += chunk.toString()));
          response.on('error', nobody);
          response.on('end', () => {
            try {
              resolve({ status: response.statusCode ?? 0, body: JSON.parse(answer || 'null') as unknown });
            } catch {
              nobody();
            }
          });
        },
      );
      call.on('timeout', () => call.destroy());
      call.on('error', nobody);
      call.end(text);
    });
  }

  async admin(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.stack.exchange.adminUrl}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    const text = await response.text();
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  }

  async sinceMark(): Promise<SinceMark> {
    return ((await this.admin('GET', '/report')) as { sinceMark: SinceMark }).sinceMark;
  }

  /** Orders on and off the book, so many at once, until `endLoad`. */
  beginLoad(lanes: number, pauseMs: number, fractionResting = 0.7): void {
    this.isLoading = true;
    this.load = Promise.all(Array.from({ length: lanes }, () => this.lane(pauseMs, fractionResting)));
  }

  async endLoad(): Promise<void> {
    this.isLoading = false;
    await this.load;
    this.load = undefined;
  }

  /** Far enough from the market to rest there. */
  restingOrder(): object {
    const side = this.random() < 0.5 ? 'BUY' : 'SELL';
    const away = 0.02 + this.random() * 0.02;
    const price = (this.mark * (side === 'BUY' ? 1 - away : 1 + away)).toFixed(1);
    return { ...this.identity(), symbol: 'BTCUSDT', side, type: 'LIMIT', quantity: '0.004', price };
  }

  /** Pids of a service's replicas or of a server, as they are now. */
  pids(name: string): number[] {
    const { services, servers } = this.stack;
    return [...services, ...servers].filter((part) => part.name === name).map(({ pid }) => pid);
  }

  signal(pid: number, name: NodeJS.Signals): boolean {
    try {
      return process.kill(pid, name);
    } catch {
      return false;
    }
  }

  async redis<Result>(work: (redis: Redis) => Promise<Result>): Promise<Result> {
    const { host, port, password } = this.stack.redis;
    const redis = new Redis({ host, port, password, maxRetriesPerRequest: null, retryStrategy: () => 50 });
    redis.on('error', () => undefined);
    try {
      return await work(redis);
    } finally {
      redis.disconnect();
    }
  }

  /** As somebody with redis-cli would. */
  setSwitchByHand(): Promise<unknown> {
    return this.redis((redis) => redis.set(KILL_SWITCH_KEY, '1'));
  }

  isSwitchSet(): Promise<boolean> {
    return this.redis(async (redis) => (await redis.exists(KILL_SWITCH_KEY, KILL_SWITCH_META_KEY)) > 0);
  }

  /** Everything up, no stop left, and an order goes through. */
  async restore(): Promise<void> {
    let last: Answer | undefined;
    const tries = async (): Promise<boolean> => {
      const { body } = await this.call('GET', '/emergency_stop/status', undefined, 3_000);
      if (body?.active !== false || body.scopes.length > 0) {
        last = await this.call('DELETE', '/emergency_stop', { reason: 'next run', force: true }, 8_000);
        return false;
      }
      last = await this.call('POST', '/api/v1/orders', this.restingOrder(), 5_000);
      // A run whose stop nobody took leaves its load in the book, up to what the exchange allows.
      if (last.status === 422) await this.call('DELETE', '/api/v1/orders', undefined, 10_000);
      return last.status === 201;
    };
    await until(tries, 'the system trades again', PATIENCE_MS).catch((error: Error) => {
      throw new Error(`${error.message}; the last answer was ${JSON.stringify(last)}`);
    });
    await this.call('DELETE', '/api/v1/orders', undefined, 10_000);
  }

  private async lane(pauseMs: number, fractionResting: number): Promise<void> {
    while (this.isLoading) {
      const order =
        this.random() < fractionResting
          ? this.restingOrder()
          : {
              ...this.identity(),
              ...{ symbol: 'BTCUSDT', type: 'MARKET', quantity: '0.002' },
              side: this.random() < 0.5 ? 'BUY' : 'SELL',
            };
      const sentAtMs = Date.now();
      const { status, body } = await this.call('POST', '/api/v1/orders', order, 8_000);
      this.journeys.push({ sentAtMs, answeredAtMs: Date.now() });
      const answer = status === 201 ? '201' : `${status} ${String(body?.code ?? '')}`.trim();
      this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
      await new Promise((resolve) => setTimeout(resolve, pauseMs * (0.5 + this.random())));
    }
  }

  private identity(): { clientOrderId: string } {
    this.sequence += 1;
    return { clientOrderId: `run-${process.pid}-${this.sequence}` };
  }
}
