/** The bots of a day: five strategies that trade often, each with limits that a day of them meets. */
import { BotConfigView, BotStateView } from '@elvis/contracts';
import { until } from '@elvis/testing';
import { PartsSystem } from '../../faults/parts/parts-system';
import { Symbols } from './symbols';

export const BOTS = 20;
export const DAILY_TRADES = 4;
const PATIENCE_MS = 120_000;

const STRATEGIES = [
  {
    strategy: 'coin-toss',
    parameters: { chance: 0.5, hold: 2 },
    protections: { stopLoss: '0.01', takeProfit: '0.01' },
  },
  { strategy: 'ema-crossover', parameters: { fast: 2, slow: 3, shorts: true } },
  { strategy: 'rsi-reversion', parameters: { length: 2 } },
  { strategy: 'bollinger-reversion', parameters: { length: 5, deviations: 0.5 } },
  { strategy: 'coin-toss', parameters: { chance: 1, hold: 1 }, protections: { stopLoss: '0.004' } },
] as const;

export type Bot = BotConfigView;

export async function beginBots(system: PartsSystem, symbols: Symbols): Promise<readonly Bot[]> {
  const bots: Bot[] = [];
  for (const [at, symbol] of symbols.entries()) {
    const body = {
      ...{ name: `${symbol} ${at}`, symbol, interval: '1m', initialCapital: '2000' },
      ...STRATEGIES[at % STRATEGIES.length]!,
      limits: { maxDailyLoss: '5', ...(at % 2 === 0 && { maxDailyTrades: DAILY_TRADES }) },
    };
    bots.push(await wanted<Bot>(system, 'POST', '/api/v1/bot-configs', body));
  }
  for (const { id } of bots) await wanted(system, 'POST', `/api/v1/bots/${id}/start`);
  await inState(system, bots, ['RUNNING', 'PAUSED']);
  return bots;
}

/** Every bot is flat and STOPPED, by its own word. */
export async function stopBots(system: PartsSystem, bots: readonly Bot[]): Promise<void> {
  const reason = 'the end of the day';
  for (const { id } of bots)
    await wanted(system, 'POST', `/api/v1/bots/${id}/stop`, { mode: 'flatten', reason });
  await inState(system, bots, ['STOPPED', 'FAULTED']);
}

async function statesOf(system: PartsSystem): Promise<readonly BotStateView[]> {
  const { body } = await system.call('GET', '/api/v1/bot-states?limit=200');
  return (body as { items?: readonly BotStateView[] } | undefined)?.items ?? [];
}

async function inState(system: PartsSystem, bots: readonly Bot[], wished: readonly string[]): Promise<void> {
  let last = '';
  await until(
    async () => {
      const states = await statesOf(system);
      last = states.map(({ status }) => status).join();
      return states.filter(({ status }) => wished.includes(status)).length === bots.length;
    },
    `every bot is ${wished.join(' or ')}`,
    PATIENCE_MS,
  ).catch((error: Error) => {
    throw new Error(`${error.message}; they are ${last}`);
  });
}

/** Asked until it is answered, as a person does who gets a 503. @throws Error with an answer that is a refusal */
async function wanted<Body>(system: PartsSystem, method: string, path: string, body?: object): Promise<Body> {
  let last = '';
  const answered = await until(
    async () => {
      const { status, body: answer } = await system.call(method, path, body);
      last = `${status} ${JSON.stringify(answer)}`;
      if (status === 0 || status === 503) return undefined;
      return { isRefused: status >= 400, answer: answer as Body };
    },
    `${method} ${path} is answered`,
    PATIENCE_MS,
  ).catch((error: Error) => {
    throw new Error(`${error.message}; the last answer was ${last}`);
  });
  if (answered.isRefused) throw new Error(`${method} ${path}: ${last}`);
  return answered.answer;
}
