/**
 * A small rehearsal on the running system, which trades at the exchange's testnet: the bot for some minutes and a few orders
 * of the smallest kind. Nothing is disturbed; what has to hold is that keys, hosts and rules fit and the books agree.
 */
import { Decimal } from '@elvis/trading';
import { setTimeout as pause } from 'node:timers/promises';
import { givenValues } from '../launcher/settings';
import { findRunningSystem } from '../operator/running-system';
import { ordersOf } from './invariants';
import { BotBody } from './rehearsed-bot';
import { System } from './system';
import { beginBot, buy, endBot, ownSymbol, sellAll } from './trading';
import { RehearseWords } from './words';

const MINUTE_MS = 60_000;
const ROUNDS = 3;
const OPEN: ReadonlySet<string> = new Set(['UNKNOWN', 'PENDING_NEW', 'NEW', 'PARTIALLY_FILLED']);

export class NoTestnet extends Error {}

export interface TestnetRehearsal {
  readonly orders: number;
  readonly broken: readonly string[];
}

/** @throws NoTestnet where no system of the testnet runs here */
export async function rehearseOnTestnet(
  { minutes }: Pick<RehearseWords, 'minutes'>,
  body: BotBody,
  root: string,
): Promise<TestnetRehearsal> {
  const { stack } = findRunningSystem(root);
  const mode = givenValues(root).TRADING_MODE ?? 'paper';
  if (!stack || mode !== 'testnet')
    throw new NoTestnet(
      `this takes a running system with TRADING_MODE=testnet (it is ${mode}${stack ? '' : ', and none runs'}); docs/go-no-go.md says how to get keys and begin one`,
    );
  const system = new System(() => stack);
  const began = Date.now().toString(36);
  const prefix = `rt.${began}`;
  const own = ownSymbol(body.symbol);
  const bot = await beginBot(system, { ...body, name: `${body.name} ${began}`.slice(0, 60) });
  const broken: string[] = [];
  try {
    for (let round = 1; round <= ROUNDS; round += 1) {
      const said = await buy(system, own, `${prefix}.${round}`);
      if (said !== 'FILLED' && !OPEN.has(said)) broken.push(`an order of ${own}: ${said}`);
      await sellAll(system, `${prefix}.${round}`, () => heldOf(system, own), own);
    }
    await pause(minutes * MINUTE_MS);
  } finally {
    broken.push(...(await endBot(system, bot)));
  }
  const isOfRun = (id: string): boolean => id.startsWith(prefix) || id.startsWith(`b.${bot.shortCode}.`);
  const orders = (await ordersOf(system)).filter(({ clientOrderId }) => isOfRun(clientOrderId));
  for (const { clientOrderId, status } of orders)
    if (OPEN.has(status)) broken.push(`${clientOrderId} is left ${status}`);
  if (!(await heldOf(system, own)).isZero()) broken.push(`${own} is still held`);
  return { orders: orders.length, broken };
}

async function heldOf(system: System, symbol: string): Promise<Decimal> {
  const { items } = await system.wanted<{ items: readonly { symbol: string; quantity: string }[] }>(
    'GET',
    'open_positions',
  );
  return new Decimal(items.find((each) => each.symbol === symbol)?.quantity ?? 0);
}
