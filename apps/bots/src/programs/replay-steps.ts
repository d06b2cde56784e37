/**
 * Takes stored steps of bots again and names what differs.
 *
 *   npm run replay -- bots [--bot ID] [--from 2026-11-30T00:00Z] [--to 2026-12-01T00:00Z] [--all]
 *
 * Steps and candles are read from the running system's database (`.elvis/stack.json`, else DB_*); where the inputs of a step
 * are not what their hash says, the journal tells which of them was changed. Exit code 1: something differs.
 */
import { Client } from 'pg';
import { parseArgs } from 'node:util';
import { givenValues } from '../../../../tools/launcher/settings';
import { Verb, findRunningSystem, openNats, ownerDatabase } from '../../../../tools/operator/running-system';
import { BotsConfig } from '../bots.config';
import { BotJournal } from '../journal/bot-journal';
import { Plan } from '../runner/plan';
import { ExchangeMinutes } from '../replay/exchange-minutes';
import { StepReplay, Witness } from '../replay/step-replay';
import { StoredCandles } from '../replay/stored-candles';
import { StepFilter, StoredStep, storedSteps } from '../replay/stored-steps';

const SHOWN = 20;

export async function operate({ args, root }: Verb): Promise<number> {
  const { filter, isVerbose } = readWishes(args);
  const given = givenValues(root);
  const { BOT_STEP_HEAP_MB: heapMb, BOT_STEP_HARD_LIMIT_MS: hookMs } = new BotsConfig();
  const client = new Client(ownerDatabase(root));
  await client.connect();
  const origin = findRunningSystem(root).stack?.exchange.restUrl;
  const minutes = new ExchangeMinutes({
    futures: given.BINANCE_FUTURES_URL ?? origin,
    spot: given.BINANCE_SPOT_URL ?? origin,
  });
  const limits = { heapMb, hookMs, strategiesFolder: given.STRATEGIES_DIR };
  const replay = new StepReplay(new StoredCandles(client, minutes), limits, journalOf(root));
  try {
    return print(await takeAll(replay, storedSteps(client, filter)), isVerbose);
  } finally {
    await replay.end();
    await client.end();
  }
}

interface Taken {
  readonly bots: number;
  readonly again: number;
  readonly differing: readonly string[];
  readonly skipped: ReadonlyMap<string, number>;
}

async function takeAll(replay: StepReplay, steps: AsyncIterable<StoredStep>): Promise<Taken> {
  const bots = new Set<string>();
  const differing: string[] = [];
  const skipped = new Map<string, number>();
  let again = 0;
  for await (const step of steps) {
    bots.add(step.botId);
    const verdict = await replay.take(step);
    if (verdict.result === 'skipped') {
      skipped.set(verdict.why, (skipped.get(verdict.why) ?? 0) + 1);
      continue;
    }
    again += 1;
    if (verdict.result === 'differs')
      differing.push(
        `bot ${step.botId}, run ${step.run}, step ${step.step} (${step.cause}): ${verdict.what}`,
      );
  }
  return { bots: bots.size, again, differing, skipped };
}

function print({ bots, again, differing, skipped }: Taken, isVerbose: boolean): number {
  console.log(`${again} steps of ${bots} bots were taken again: ${differing.length} differ`);
  for (const [why, count] of skipped) console.log(`${count} steps were not taken again: they ${why}`);
  for (const line of isVerbose ? differing : differing.slice(0, SHOWN)) console.log(line);
  if (!isVerbose && differing.length > SHOWN)
    console.log(`${differing.length - SHOWN} more; --all shows them`);
  return differing.length > 0 ? 1 : 0;
}

/** @throws Error for a word or a time that is not understood */
function readWishes(args: readonly string[]): { readonly filter: StepFilter; readonly isVerbose: boolean } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      bot: { type: 'string' },
      from: { type: 'string' },
      to: { type: 'string' },
      all: { type: 'boolean', default: false },
    },
  });
  const time = (name: 'from' | 'to'): string | undefined => {
    const text = values[name];
    if (text !== undefined && Number.isNaN(Date.parse(text)))
      throw new Error(`--${name} must be a time such as 2026-11-30T00:00Z`);
    return text === undefined ? undefined : new Date(text).toISOString();
  };
  return {
    filter: { botId: values.bot, from: time('from'), to: time('to') },
    isVerbose: values.all,
  };
}

/** The journal of the running system, asked only where a step's inputs are not what their hash says. */
function journalOf(root: string): Witness {
  const { operatorNatsUrl: url } = findRunningSystem(root);
  return async ({ botId, run, step }) => {
    if (url === undefined) return undefined;
    const connection = await openNats(url);
    try {
      const journal = new BotJournal(connection);
      return await recordedInputs(journal, botId, run, step);
    } finally {
      await connection.close();
    }
  };
}

async function recordedInputs(
  journal: BotJournal,
  botId: string,
  run: number,
  step: number,
): Promise<Plan['inputs'] | undefined> {
  for (let entry = await journal.last(botId); entry; entry = await journal.at(entry.record.previous)) {
    const { record } = entry;
    const isOfStep = (record.type === 'INTENTS' || record.type === 'COMMIT') && record.step === step;
    if (isOfStep && record.run === run && record.inputs) return record.inputs;
    if (record.previous === 0) return undefined;
  }
  return undefined;
}
