/**
 * Hostile traffic against one gateway for so long, with a good client beside it, and the account at the end: what the
 * gateway holds is what it held before. The limits are those that it is deployed with.
 */
import { RequestStop, UseAccessKey, requestStop, useAccessKey } from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { until } from '@elvis/testing';
import {
  API_KEY,
  Responder,
  Servers,
  order,
  startPlacingRisk,
  startResponder,
  startServers,
} from '../../../apps/gateway/test/gateway-under-test';
import { seeded } from '../../load/seeded';
import { callFrom } from '../../security/hostile-connections';
import { Attack, READ_ONLY_KEY, Random, anyAttack, carryOut } from './attacks';
import type { Holdings, Started } from './gateway-process';

const GOOD_ADDRESS = '127.0.0.2';
const HOSTILE_ADDRESSES = Array.from({ length: 8 }, (_, place) => `127.0.0.${10 + place}`);
const OPEN_AT_MOST = 800;
/** KILL_SWITCH_ANSWER_TIMEOUT_MS (5,000) and the second and a half that the gateway waits for risk's answer to arrive. */
const STOP_BOUND_MS = 6_500;
/** An order waits as long as a request on the bus may take. */
const ORDER_BOUND_MS = 10_000;
const SETTLED_WITHIN_MS = 120_000;
const WARM_UP_SECONDS = 10;

export interface FrontRun {
  readonly attacks: number;
  readonly before: Holdings;
  readonly after: Holdings;
  /** What a good client was not given, each in a sentence. */
  readonly failures: readonly string[];
  readonly orders: number;
  readonly stops: number;
  readonly slowestStopMs: number;
  readonly slowestOrderMs: number;
}

export interface FrontOptions {
  readonly seed: number;
  readonly seconds: number;
  /** Attacks that begin in a second. */
  readonly pace: number;
  /** On a machine that does much besides, no bound in time can be judged. */
  readonly patienceMs?: number;
  readonly say?: (line: string) => void;
}

export async function runFront({
  seed,
  seconds,
  pace,
  patienceMs = 0,
  say = () => undefined,
}: FrontOptions): Promise<FrontRun> {
  const servers = await startServers();
  const responders = await standIns(servers);
  const gateway = await startGatewayProcess(servers);
  try {
    const random = seeded(seed);
    const began = await settled(gateway);
    // Code that has run once and tables that have grown once stay; everything else has to go again.
    await attackFor(gateway.url, random, WARM_UP_SECONDS, pace);
    const { memoryMb } = await settled(gateway, began);
    const before = { ...began, memoryMb };
    say(`before ${line(before)}`);
    const good = beGood(gateway.url, seeded(seed + 1), patienceMs);
    const attacks = await attackFor(gateway.url, random, seconds, pace, async (minute) =>
      say(`minute ${minute} ${line(await gateway.holdings())}`),
    );
    const treated = await good.end();
    const after = await settled(gateway, before);
    say(`after  ${line(after)}`);
    return { attacks, before, after, ...treated };
  } finally {
    gateway.stop();
    await Promise.all(responders.map((responder) => responder.stop()));
    await servers.stop();
  }
}

export const line = ({ memoryMb, ...counts }: Holdings): string =>
  `${Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ')}, memory ${memoryMb.toFixed(1)} MB`;

async function standIns({ nats }: Servers): Promise<Responder[]> {
  const risk = await startPlacingRisk(nats);
  risk.on(requestStop, ({ actor, reason = 'none given' }: RequestStop) => ({
    stopId: 's-1',
    scope: { type: 'global' },
    phase: 'VERIFIED_ZERO',
    phases: { requested: 1, blocked: 2, drained: 3, cancelling: 4, verified: 5 },
    drained: true,
    inFlight: 0,
    canceledOrders: 0,
    remainingOrders: [],
    unprotectedPositions: [],
    reason,
    activatedAtMs: 1,
    activatedBy: actor,
    remoteIp: null,
    epoch: 1,
    redisPersisted: true,
    durable: true,
    added: true,
  }));
  const history = await startResponder(nats, 'trade-history');
  const known = createHash('sha256').update(READ_ONLY_KEY).digest('hex');
  history.on(useAccessKey, ({ keyHash }: UseAccessKey) => {
    if (keyHash !== known) throw new TradingFailure('API_KEY_WRONG', 'This key is unknown');
    return { id: 'listener', scopes: ['read'], userId: null, persons: [] };
  });
  return [risk, history];
}

interface GatewayProcess extends Started {
  holdings(): Promise<Holdings>;
  stop(): void;
}

async function startGatewayProcess({ redis, nats }: Servers): Promise<GatewayProcess> {
  const child: ChildProcess = fork(join(process.cwd(), 'dist/test/faults/front/gateway-process.js'), {
    execArgv: ['--require', 'reflect-metadata', '--expose-gc'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: {
      ...process.env,
      ...redis.env,
      NATS_URL: nats.urls.gateway,
      PORT: '0',
      OPS_PORT: '0',
      LOG_LEVEL: 'fatal',
      API_KEY,
      NODE_ENV: 'production',
    },
  });
  const heard = <Message>(): Promise<Message> =>
    new Promise((resolve, reject) => {
      const ended = (): void => reject(new Error('The gateway ended'));
      child.once('exit', ended);
      child.once('message', (message) => {
        child.off('exit', ended);
        resolve(message as Message);
      });
    });
  const { url } = await heard<Started>();
  await until(
    async () => (await callFrom(url, GOOD_ADDRESS, 'GET', '/health/ready')).status === 200,
    'the gateway is ready',
    30_000,
  );
  return {
    url,
    holdings: () => {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error('The gateway ended');
      const answer = heard<Holdings>();
      child.send({});
      return answer;
    },
    stop: () => child.kill('SIGKILL'),
  };
}

/** Begins so many attacks a second; all of their connections are gone when it ends. Answers how many there were. */
async function attackFor(
  url: string,
  random: Random,
  seconds: number,
  pace: number,
  eachMinute: (minute: number) => Promise<void> = () => Promise.resolve(),
): Promise<number> {
  const open = new Set<Socket>();
  const begunAt = performance.now();
  const elapsed = (): number => (performance.now() - begunAt) / 1_000;
  let attacks = 0;
  let minute = 0;
  const begin = async (attack: Attack, address: string): Promise<void> => {
    const socket = await carryOut(url, address, attack);
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    if (socket.destroyed) open.delete(socket);
  };
  const underWay = new Set<Promise<void>>();
  while (elapsed() < seconds) {
    for (; attacks < elapsed() * pace && open.size < OPEN_AT_MOST; attacks += 1) {
      const address = HOSTILE_ADDRESSES[Math.floor(random() * HOSTILE_ADDRESSES.length)] ?? GOOD_ADDRESS;
      const attack = begin(anyAttack(random), address);
      underWay.add(attack);
      void attack.finally(() => underWay.delete(attack));
    }
    if (elapsed() >= (minute + 1) * 60) await eachMinute((minute += 1));
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  await Promise.all(underWay);
  for (const socket of open) socket.destroy();
  return attacks;
}

type Treated = Omit<FrontRun, 'attacks' | 'before' | 'after'>;

/** Places an order from its own address twice a second, and each second stops from one that attacks. */
function beGood(url: string, random: Random, patienceMs: number): { end(): Promise<Treated> } {
  const failures: string[] = [];
  const slowest = { order: 0, stop: 0 };
  const counts = { order: 0, stop: 0 };
  let isOver = false;
  const check = async (
    what: 'order' | 'stop',
    address: string,
    path: string,
    body: object,
    ownBoundMs: number,
  ) => {
    const boundMs = Math.max(ownBoundMs, patienceMs);
    const begunAt = performance.now();
    const late = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error(`no answer in ${boundMs} ms`)), boundMs).unref();
    });
    try {
      const { status, text } = await Promise.race([callFrom(url, address, 'POST', path, { body }), late]);
      counts[what] += 1;
      slowest[what] = Math.max(slowest[what], performance.now() - begunAt);
      if (status >= 300) failures.push(`${what} of ${address}: ${status} ${text.slice(0, 200)}`);
    } catch (error) {
      failures.push(`${what} of ${address}: ${(error as Error).message}`);
    }
  };
  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const orders = async (): Promise<void> => {
    for (; !isOver; await pause(500))
      await check('order', GOOD_ADDRESS, '/api/v1/orders', order, ORDER_BOUND_MS);
  };
  const stops = async (): Promise<void> => {
    for (; !isOver; await pause(1_000)) {
      const address = HOSTILE_ADDRESSES[Math.floor(random() * HOSTILE_ADDRESSES.length)] ?? GOOD_ADDRESS;
      await check('stop', address, '/emergency_stop', { reason: 'with a good key' }, STOP_BOUND_MS);
    }
  };
  const both = Promise.all([orders(), stops()]);
  return {
    end: async () => {
      isOver = true;
      await both;
      return {
        failures,
        orders: counts.order,
        stops: counts.stop,
        slowestStopMs: slowest.stop,
        slowestOrderMs: slowest.order,
      };
    },
  };
}

const COUNTS = ['slots', 'connections', 'streams', 'descriptors', 'timers'] as const;

/** What it holds once nothing is under way, or, given an account, once it holds no more than that; at last, what it holds. */
async function settled(gateway: GatewayProcess, target?: Holdings): Promise<Holdings> {
  let last = await gateway.holdings();
  const isSettled = (): boolean =>
    target
      ? COUNTS.every((name) => last[name] <= target[name])
      : last.slots === 0 && last.connections === 0 && last.streams === 0;
  const end = performance.now() + SETTLED_WITHIN_MS;
  while (!isSettled() && performance.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 250));
    last = await gateway.holdings();
  }
  return last;
}
