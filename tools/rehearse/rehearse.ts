/**
 * `npm run rehearse -- BOT`: runs a bot on a private system against the paper exchange, with a fault for each seed, and says
 * which invariants held. With `--on testnet` it trades a little on the running system, which has to be one of the testnet.
 * What was found is told to the running system: go/no-go asks for it. Exits 0 where everything held, 1 where not, 64 for words
 * that it does not take.
 */
import { WordProblems } from '../backtest/words';
import { givenValues } from '../launcher/settings';
import { recordProof } from '../operator/record-proof';
import { Verb, findRunningSystem, table } from '../operator/running-system';
import { SeedReport } from './course';
import { INVARIANTS } from './invariants';
import { NoTestnet, rehearseOnTestnet } from './on-testnet';
import { rehearseOnPaper } from './on-paper';
import { BotBody, rehearsedBot } from './rehearsed-bot';
import { Refused } from './system';
import { RehearseWords, USAGE, readWords } from './words';

const EXIT_USAGE = 64;

export async function operate({ args, root }: Verb): Promise<number> {
  try {
    const words = readWords(args);
    const body = await rehearsedBot(words, findRunningSystem(root).stack);
    const broken =
      words.on === 'testnet' ? await onTestnet(words, body, root) : await onPaper(words, body, root);
    console.log(broken.length === 0 ? '\nEverything held.' : `\n${broken.length} did not hold:`);
    for (const text of broken) console.log(`  ${text}`);
    return broken.length === 0 ? 0 : 1;
  } catch (error) {
    if (error instanceof WordProblems) {
      console.error(`${error.message}\n\n${USAGE}`);
      return EXIT_USAGE;
    }
    if (!(error instanceof NoTestnet || error instanceof Refused)) throw error;
    console.error(`Not rehearsed: ${error.message}`);
    return 1;
  }
}

async function onPaper(words: RehearseWords, body: BotBody, root: string): Promise<readonly string[]> {
  const startedAtMs = Date.now();
  console.log(
    `${body.strategy} on ${body.symbol}, ${words.seeds} seeds from ${words.from}, the recording ${words.speed} times as fast`,
  );
  const { seeds, broken, botOrders, home } = await rehearseOnPaper(
    words,
    body,
    { root, given: givenValues(root) },
    ({ seed, fault, broken: problems }) =>
      console.log(
        [`${seed}  ${problems.length === 0 ? 'held' : 'BROKEN'}  ${fault.name}`, ...problems].join('\n    '),
      ),
  );
  const having = (kind: SeedReport['fault']['kind']): number =>
    seeds.filter(({ fault }) => fault.kind === kind).length;
  const all = [
    ...seeds.flatMap(({ seed, fault, broken: problems }) =>
      problems.map((problem) => `seed ${seed}, ${fault.name}: ${problem}`),
    ),
    ...broken,
  ];
  console.log(`\nThe bot sent ${botOrders} orders. Held after every fault, or not:`);
  console.log(
    table(
      ['fault', 'seeds', 'broken'],
      [...new Set(seeds.map(({ fault }) => fault.name))].map((name) => {
        const met = seeds.filter(({ fault }) => fault.name === name);
        return [name, `${met.length}`, `${met.filter(({ broken: found }) => found.length > 0).length}`];
      }),
    ),
  );
  console.log(`\n${INVARIANTS.map((text) => `  ${text}`).join('\n')}`);
  if (all.length > 0) console.log(`\nWhat every process wrote: ${home}/logs`);
  await recordProof(root, {
    kind: 'rehearsal',
    startedAtMs,
    counts: {
      seeds: seeds.length,
      orders: botOrders,
      restarts: having('restart'),
      feedLosses: having('feed-loss'),
      halts: having('halt'),
      lost: seeds.filter(({ broken: found }) => found.length > 0).length,
    },
    broken: all,
  });
  return all;
}

async function onTestnet(words: RehearseWords, body: BotBody, root: string): Promise<readonly string[]> {
  const startedAtMs = Date.now();
  const { orders, broken } = await rehearseOnTestnet(words, body, root);
  console.log(`${orders} orders were sent at the testnet`);
  await recordProof(root, { kind: 'testnet', startedAtMs, counts: { orders }, broken });
  return broken;
}
