/**
 * How many messages an order costs, counted on tapped wires with so many orders in flight; a stack of its own, for the
 * wires cost time. What the same stack says without any order is counted first and taken off.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { ServiceMessage, countByName, serviceMessage } from '../../test/messages/service-messages';
import { TappedStack } from '../../test/messages/tapped-stack';
import { client, keepInFlight } from './place-order';

const IDLE_MS = 5_000;
const SETTLE_MS = 1_500;
const WARM_MS = 1_000;
/** Rarer than this it is no order's, but a timer's. */
const RARE = 0.1;
const LONGEST_NAME = 90;

interface Counted {
  readonly tookMs: number;
  readonly orders: number;
  readonly messages: readonly ServiceMessage[];
  /** What services say to NATS, and what NATS says to them. */
  readonly natsIn: number;
  readonly natsOut: number;
  /** By the server's own statistics, what scripts call included. */
  readonly redisCalls: number;
}

export interface CostOptions {
  readonly env: Readonly<Record<string, string>>;
  readonly exchangeArgs: readonly string[];
  readonly inFlight: readonly number[];
  readonly windowMs: number;
}

export async function reportMessages({ env, exchangeArgs, inFlight, windowMs }: CostOptions): Promise<void> {
  const tapped = await TappedStack.start(env, exchangeArgs);
  const { gatewayUrl, apiKey } = tapped.running.stack;
  const { place, close } = client(gatewayUrl, apiKey);
  const redis = new Redis(tapped.redisUrl);
  const count = async (during: () => Promise<number>): Promise<Counted> => {
    const callsBefore = await callsOf(redis);
    const startedAt = performance.now();
    let orders = 0;
    const heard = await tapped.listen(async () => {
      orders = await during();
    });
    const tookMs = performance.now() - startedAt;
    const nats = heard.filter(({ protocol }) => protocol === 'nats');
    return {
      tookMs,
      orders,
      messages: heard.flatMap((passed) => serviceMessage(passed, (line) => tapped.ownerOf(line)) ?? []),
      natsIn: nats.filter(({ verb }) => verb.endsWith('PUB')).length,
      natsOut: nats.filter(({ verb }) => verb.endsWith('MSG')).length,
      redisCalls: (await callsOf(redis)) - callsBefore,
    };
  };
  try {
    await keepInFlight(place, 4, WARM_MS, 'warm');
    const idle = await count(async () => {
      await pause(IDLE_MS);
      return 0;
    });
    const columns: [string, ReadonlyMap<string, number>][] = [];
    for (const lanes of inFlight) {
      const busy = await count(async () => {
        const placed = await keepInFlight(place, lanes, windowMs, `m${lanes}`);
        await pause(SETTLE_MS);
        return placed.length;
      });
      columns.push([`${lanes} in flight`, perOrder(busy, idle)]);
    }
    console.log('messages per order, counted on tapped wires; without what the idle stack says:');
    console.table(table(columns));
  } finally {
    close();
    redis.disconnect();
    await tapped.stop();
  }
}

function perOrder(busy: Counted, idle: Counted): ReadonlyMap<string, number> {
  const share = busy.tookMs / idle.tookMs;
  const each = (of: (counted: Counted) => number): number => (of(busy) - of(idle) * share) / busy.orders;
  const kind =
    (wanted: ServiceMessage['kind']) =>
    ({ messages }: Counted): number =>
      messages.filter((message) => message.kind === wanted).length;
  const outer = each(kind('redis'));
  const sums: [string, number][] = [
    ['JetStream publishes', each(kind('publish'))],
    ['NATS requests', each(kind('request'))],
    ['NATS messages in', each(({ natsIn }) => natsIn)],
    ['NATS messages out', each(({ natsOut }) => natsOut)],
    ['Redis commands', outer],
    ["calls inside Redis' scripts", each(({ redisCalls }) => redisCalls) - outer],
    ['SQL statements', each(kind('sql'))],
  ];
  const ofName = ({ messages }: Counted): Map<string, number> =>
    countByName(messages.filter(({ kind }) => kind !== 'other'));
  const idleNames = ofName(idle);
  const names = [...ofName(busy)]
    .map(([name, count]) => [name, (count - (idleNames.get(name) ?? 0) * share) / busy.orders] as const)
    .filter(([, count]) => count > RARE)
    .sort(([one], [other]) => one.localeCompare(other));
  return new Map([...sums, ...names]);
}

/** How many commands the server has run, its scripts' included. */
async function callsOf(redis: Redis): Promise<number> {
  const text = await redis.info('commandstats');
  return [...text.matchAll(/:calls=(\d+),/g)].reduce((sum, [, calls]) => sum + Number(calls), 0);
}

function table(
  columns: readonly (readonly [string, ReadonlyMap<string, number>])[],
): Record<string, Record<string, string>> {
  const names = new Set(columns.flatMap(([, values]) => [...values.keys()]));
  return Object.fromEntries(
    [...names].map((name) => [
      name.slice(0, LONGEST_NAME),
      Object.fromEntries(columns.map(([column, values]) => [column, (values.get(name) ?? 0).toFixed(2)])),
    ]),
  );
}
