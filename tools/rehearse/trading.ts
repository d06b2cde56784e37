/** Life of the rehearsed bot, and the rehearsal's own small orders: a bot may have nothing to send when a fault strikes. */
import { BotConfigView, BotStateView } from '@elvis/contracts';
import { Decimal } from '@elvis/trading';
import { BotBody } from './rehearsed-bot';
import { Refused, System } from './system';

/** Above the least order of the exchange. */
const OWN_ORDERS = { ETHUSDT: '0.02', BTCUSDT: '0.003' } as const;
type OwnSymbol = keyof typeof OWN_ORDERS;
const STOPPED_WITHIN_MS = 180_000;
const CLOSINGS = 10;

export type Bot = Pick<BotConfigView, 'id' | 'shortCode' | 'revision'>;

export async function beginBot(system: System, body: BotBody): Promise<Bot> {
  const bot = await system.wanted<Bot>('POST', 'bot-configs', body);
  await system.wanted('POST', `bots/${bot.id}/start`);
  await system.until('the bot runs', async () => (await stateOf(system, bot))?.status === 'RUNNING');
  return bot;
}

/** Closes what it holds. Answers what was wrong. */
export async function endBot(system: System, bot: Bot): Promise<readonly string[]> {
  await system.wanted('POST', `bots/${bot.id}/stop`, { mode: 'flatten', reason: 'the rehearsal is over' });
  let last: BotStateView | undefined;
  await system
    .until(
      'the bot has stopped',
      async () => {
        last = (await stateOf(system, bot)) ?? last;
        return last?.status === 'STOPPED' || last?.status === 'FAULTED';
      },
      STOPPED_WITHIN_MS,
    )
    .catch(() => undefined);
  if (last?.status !== 'STOPPED')
    return [`the bot is ${last?.status ?? 'unknown'}: ${last?.fault?.code ?? last?.reason ?? ''}`];
  return new Decimal(last.quantity).isZero() ? [] : [`the bot has stopped and holds ${last.quantity}`];
}

/** A bot that has paused for a fault is resumed, as its owner would. A FAULTED one is a promise broken. */
export async function resumed(system: System, bot: Bot): Promise<readonly string[]> {
  const state = await stateOf(system, bot);
  if (state?.status === 'FAULTED')
    return [`the bot is FAULTED: ${state.fault?.code ?? ''} ${state.fault?.message ?? ''}`];
  if (state?.status === 'PAUSED')
    await system.answered('POST', `bots/${bot.id}/resume`, { reason: 'the fault is over' });
  return [];
}

async function stateOf(system: System, { id }: Bot): Promise<BotStateView | undefined> {
  const { status, body } = await system.call('GET', `bot-states/${id}`);
  return status === 200 ? (body as BotStateView) : undefined;
}

/** On another symbol than the bot's. */
export const ownSymbol = (botSymbol: string): OwnSymbol => (botSymbol === 'ETHUSDT' ? 'BTCUSDT' : 'ETHUSDT');

/** Buys a little, and answers the order's status or the code of its denial. */
export async function buy(system: System, symbol: OwnSymbol, clientOrderId: string): Promise<string> {
  return submitted(system, { clientOrderId, symbol, side: 'BUY', quantity: OWN_ORDERS[symbol] });
}

/** Sells what is held, again with another id where that was refused, until nothing is. */
export async function sellAll(
  system: System,
  prefix: string,
  heldNow: () => Promise<Decimal>,
  symbol: OwnSymbol,
): Promise<void> {
  for (let at = 1; at <= CLOSINGS; at += 1) {
    const quantity = await heldNow();
    if (quantity.isZero()) return;
    const side = quantity.isPositive() ? 'SELL' : 'BUY';
    const order = { clientOrderId: `${prefix}.x${at}`, symbol, side, quantity: quantity.abs().toFixed() };
    await submitted(system, { ...order, reduceOnly: true });
    await system
      .until('the closing order is filled', async () => (await heldNow()).isZero(), 5_000)
      .catch(() => undefined);
  }
}

/** The same id again is the same order: asked until it is answered. */
async function submitted(system: System, order: object): Promise<string> {
  try {
    const { status } = await system.wanted<{ status: string }>('POST', 'orders', {
      ...order,
      type: 'MARKET',
    });
    return status;
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}
