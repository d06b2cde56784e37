/**
 * One seeded run of bots: a position is opened by a signal, protected, and closed by another or by a stop, and one fault
 * strikes at its worst moment; then whether the exchange, the journals and the bot tell the same.
 */
import { SignalAction, botActor, signalBot, stopBot } from '@elvis/contracts';
import { TradingFailure } from '@elvis/trading';
import { until } from '@elvis/testing';
import { setTimeout as pause } from 'node:timers/promises';
import { roleOf } from '../../../apps/bots/src/protection/domain/protection-ids';
import { RunReport } from '../run';
import { Verdict } from '../verdict';
import { BotSystem } from './bot-system';
import { BOT_FAULTS, BotFault, Planted } from './bot-faults';
import {
  Span,
  bareTimes,
  differences,
  haltsIn,
  readExchange,
  recordsSince,
  trailOf,
  unsettled,
} from './bot-verdict';

const STRUCK_WITHIN_MS = 30_000;
const LOOK_EVERY_MS = 20;
const ANSWERED_WITHIN_MS = 60_000;
const SETTLED_WITHIN_MS = 100_000;
/** Without a common divisor with the number of faults: neighbouring seeds meet different ones, and all are met in turn. */
const STRIDE = 83;

export const botFaultOf = (seed: number): BotFault => BOT_FAULTS[(seed * STRIDE) % BOT_FAULTS.length]!;

export interface BotsReport extends RunReport {
  /** The longest that a position was without its stop, in exchange time. */
  readonly bareMs: number;
}

/** @param isTimed false where nobody knows how fast the machine is: bare times are told and not judged */
export async function runBotsSeed(
  system: BotSystem,
  seed: number,
  { isTimed = true } = {},
): Promise<BotsReport> {
  const startedAt = performance.now();
  const fault = botFaultOf(seed);
  await system.prepare();
  const since = (await system.last()).sequence;
  const { now: sinceMs } = await system.parts.admin<{ now: number }>('GET', '/report');
  const aheadMs = Number(sinceMs) - Date.now();
  const of = `f${seed}-${Date.now().toString(36)}`;
  const outcomes: string[] = [];
  const problems: string[] = [];
  const harmed = { fromMs: Infinity, toMs: -Infinity };

  const during = async (phase: BotFault['phase'], work: () => Promise<string>): Promise<void> => {
    if (phase !== fault.phase) return void outcomes.push(await work());
    const planted = await fault.plant(system);
    const done = work();
    const hasStruck = await struck(planted);
    if (hasStruck) harmed.fromMs = Date.now() - LOOK_EVERY_MS + aheadMs;
    await planted.heal();
    await system.parts.healed();
    if (hasStruck) harmed.toMs = Date.now() + aheadMs;
    outcomes.push(await done);
    // A run in which nothing went wrong proves nothing.
    if (!hasStruck) problems.push('nothing struck');
  };

  try {
    await during('entry', () => signal(system, `${of}-in`, 'LONG'));
    if (fault.phase === 'stop') await during('stop', () => stop(system));
    else await during('exit', () => exit(system, of));
  } catch (error) {
    problems.push((error as Error).message);
  }
  const verdict = await settled(system, since, {
    sinceMs: Number(sinceMs),
    harmed,
    isTimed,
  });
  const isClean = verdict.unresolved.length + verdict.problems.length + problems.length === 0;
  if (!isClean) await system.flatten();
  for (const text of [...verdict.unresolved, ...verdict.problems]) system.told.add(text);
  return {
    seed,
    fault: fault.name,
    tookMs: Math.round(performance.now() - startedAt),
    outcomes: [...outcomes, `bare ${verdict.bareMs} ms`],
    bareMs: verdict.bareMs,
    unresolved: verdict.unresolved,
    problems: [...problems, ...verdict.problems],
  };
}

async function struck(planted: Planted): Promise<boolean> {
  for (const end = performance.now() + STRUCK_WITHIN_MS; performance.now() < end; await pause(LOOK_EVERY_MS))
    if (planted.hasStruck()) return true;
  return planted.hasStruck();
}

/** Sent until it is taken, as an alert's sender does; then until the bot has done what follows of it. */
async function signal(system: BotSystem, signalId: string, action: SignalAction): Promise<string> {
  await asked(() =>
    system.bus.request(signalBot, {
      botId: system.bot.id,
      signal: { signalId, action, receivedAtMs: Date.now() },
    }),
  );
  let said = '';
  await until(
    async () => {
      const { orders, position, causes, state } = await system.standing();
      const isOver = orders.every(({ clientOrderId }) => roleOf(clientOrderId) !== undefined);
      const isFlat = position.entryPrice === null;
      const isSafe = isFlat
        ? orders.length === 0
        : orders.some(({ clientOrderId }) => roleOf(clientOrderId) === 'stop');
      said = `${action} ${isFlat ? 'flat' : 'held'}${state === 'RUNNING' ? '' : ` ${state} ${causes.join()}`}`;
      return isOver && isSafe && (await system.isQuiet());
    },
    `what follows of ${action} is done`,
    SETTLED_WITHIN_MS,
  );
  return said;
}

/** An exit that the gate refused, in an outage say, is given again. */
async function exit(system: BotSystem, of: string): Promise<string> {
  let said = '';
  for (let at = 1; at <= 5; at += 1) {
    said = await signal(system, `${of}-out${at}`, 'EXIT');
    if (!said.includes('held')) return at === 1 ? said : `${said} at the ${at}th`;
    await pause(1_000);
  }
  return said;
}

async function stop(system: BotSystem): Promise<string> {
  const wish = { botId: system.bot.id, actor: 'user:faults', reason: 'the run', mode: 'flatten' as const };
  await asked(() => system.bus.request(stopBot, wish));
  await until(
    async () => ['STOPPED', 'FAULTED'].includes((await system.standing()).state),
    'the bot is stopped',
    SETTLED_WITHIN_MS,
  );
  const { state, stop: progress } = await system.standing();
  const { orders = [], position = '0' } = progress?.remainder ?? {};
  return `${state} ${orders.length} orders, ${position} left`;
}

/** Until it is answered, as a caller whose answer was lost does; what was refused for good is an error. */
async function asked(ask: () => Promise<unknown>): Promise<void> {
  let last: unknown;
  for (const end = performance.now() + ANSWERED_WITHIN_MS; performance.now() < end; await pause(100))
    try {
      return void (await ask());
    } catch (error) {
      last = error;
      const isPassing = error instanceof TradingFailure && ['UNAVAILABLE', 'UNKNOWN'].includes(error.kind);
      // A stop whose answer was lost has stopped it already.
      if (error instanceof TradingFailure && error.code === 'BOT_NOT_RUNNING') return;
      if (!isPassing) throw error;
    }
  throw last;
}

async function settled(
  system: BotSystem,
  since: number,
  {
    sinceMs,
    harmed,
    isTimed,
  }: { readonly sinceMs: number; readonly harmed: Span; readonly isTimed: boolean },
): Promise<Verdict & { readonly bareMs: number }> {
  const { shortCode, id, symbol } = system.bot;
  const prefix = `b.${shortCode}.`;
  const look = async (): Promise<Verdict & { readonly bareMs: number }> => {
    const last = await system.last();
    const records = await recordsSince(system.journal, last, since);
    system.trail = trailOf(records);
    const exchange = await readExchange(system.parts, { symbol, prefix });
    const compared = withoutTold(await system.parts.records.compare(prefix), system.told);
    const bare = bareTimes(exchange, sinceMs, [harmed, ...haltsIn(records)]);
    return {
      bareMs: bare.longestMs,
      unresolved: [
        ...compared.unresolved,
        ...unsettled(last.standing).map((text) => `${botActor(id)}: ${text}`),
        ...((await system.hasToken()) ? ['a token is left'] : []),
      ],
      problems: [...compared.problems, ...differences(records, exchange), ...(isTimed ? bare.problems : [])],
    };
  };
  for (const end = performance.now() + SETTLED_WITHIN_MS; ; await pause(200)) {
    const verdict = await look().catch((error: Error) => ({
      unresolved: [`not comparable: ${error.message}`],
      problems: [],
      bareMs: 0,
    }));
    const isClean = verdict.unresolved.length === 0 && verdict.problems.length === 0;
    // What was bare for too long stays so.
    const isFinal =
      verdict.unresolved.length === 0 && verdict.problems.every((text) => text.includes('bare'));
    if (isClean || isFinal || performance.now() > end) return verdict;
  }
}

const withoutTold = ({ unresolved, problems }: Verdict, told: ReadonlySet<string>): Verdict => ({
  unresolved: unresolved.filter((text) => !told.has(text)),
  problems: problems.filter((text) => !told.has(text)),
});
