/**
 * `npm run bench:backtest`: EMA 9/21 with stop, target and fees over a year of generated minutes, in one thread, beside
 * peers and a bare loop. Before anything is timed, entries and exits of all are compared, trade by trade. Each
 * contender has a process of its own; the figures are the median of some runs, by the processor time of that process.
 * Exits with 1 if a trade differs that the rules do not explain, or a bound is missed. Words: `--only NAME ...`.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { CONTENDERS, Contender, ELVIS_RULES } from './contenders';
import { Trade, market } from './market';
import { installPeers } from './peers/load';
import { ruleLoop } from './rule-loop';

const RUNS = 5;
/** A peer that takes long is not run again and again. */
const SECONDS_EACH = 8;
const LEAST_A_SECOND = 500_000;
const LEAST_TIMES = 5;

interface Outcome {
  readonly trades: readonly Trade[];
  /** Of the processor, run by run. */
  readonly seconds: readonly number[];
}

async function runHere({ run, candles }: Contender): Promise<Outcome> {
  const columns = market(candles);
  const seconds: number[] = [];
  let trades: readonly Trade[] = [];
  let spent = 0;
  do {
    const before = process.cpuUsage();
    trades = await run(columns);
    const { user, system } = process.cpuUsage(before);
    seconds.push((user + system) / 1e6);
    spent += seconds.at(-1)!;
  } while (seconds.length < RUNS && spent < SECONDS_EACH);
  // The first run compiles; of a slow one it is all there is.
  return { trades, seconds: seconds.length > 1 ? seconds.slice(1) : seconds };
}

async function runApart({ name }: Contender): Promise<Outcome> {
  const child = fork(__filename, ['--here', name], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const outcome = once(child, 'message') as Promise<[Outcome]>;
  const failure = once(child, 'exit').then(([code]) => {
    throw new Error(`${name} ended with ${code} before it answered`);
  });
  const [answer] = await Promise.race([outcome, failure]);
  failure.catch(() => undefined);
  return answer;
}

const textOf = ({ enteredAt, entryPrice, exitedAt, exitPrice }: Trade): string =>
  `${enteredAt} ${entryPrice.toFixed(4)} ${exitedAt} ${exitPrice.toFixed(4)}`;

/** How many of the first stand among the second, and the first that does not. */
function shared(of: readonly Trade[], among: readonly Trade[]): { count: number; missing?: string } {
  const texts = new Set(among.map(textOf));
  const missing = of.map(textOf).filter((text) => !texts.has(text));
  return { count: of.length - missing.length, missing: missing[0] };
}

const rulesApart = ({ rules }: Contender): string =>
  Object.entries(rules)
    .filter(([rule, value]) => value !== ELVIS_RULES[rule as keyof typeof ELVIS_RULES])
    .map(([rule, value]) => `${rule}: ${value}`)
    .join(', ');

/** True if the contender's trades are those of the loop with its rules, all of them. */
function tellTrades(contender: Contender, { trades }: Outcome): boolean {
  const columns = market(contender.candles);
  const expected = ruleLoop(columns, contender.rules);
  const { count, missing } = shared(trades, expected);
  const isSame = trades.length === expected.length && count === trades.length && trades.length > 0;
  const asElvis = shared(trades, ruleLoop(columns, ELVIS_RULES)).count;
  const apart = rulesApart(contender);
  console.log(
    `${contender.name}: ${trades.length} trades, ${count} as the loop with its rules makes them (it makes ${expected.length})` +
      (missing === undefined ? '' : `; the first that is not: ${missing}`) +
      (apart === '' ? '' : `; ${asElvis} to the last digit Elvis' own. Its rules: ${apart}`),
  );
  return isSame;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1]!;

async function compareAll(names: readonly string[]): Promise<boolean> {
  installPeers();
  console.log(
    `load average at the start: ${loadavg()
      .map((value) => value.toFixed(1))
      .join(' ')}`,
  );
  const contenders = CONTENDERS.filter(({ name }) => names.length === 0 || names.includes(name));
  const speeds = new Map<Contender, number>();
  const rows: Record<string, string | number>[] = [];
  let isSound = true;
  for (const contender of contenders) {
    const outcome = await runApart(contender);
    if (!tellTrades(contender, outcome)) isSound = false;
    const candles = contender.stepped ?? contender.candles;
    const perSecond = candles / median(outcome.seconds);
    speeds.set(contender, perSecond);
    rows.push({
      contender: contender.name,
      candles,
      runs: outcome.seconds.length,
      'candles a second': Math.round(perSecond).toLocaleString('en'),
      'slowest to fastest': `${Math.min(...outcome.seconds).toFixed(3)} to ${Math.max(...outcome.seconds).toFixed(3)} s`,
      remark: contender.remark,
    });
  }
  console.table(rows);
  return tellBounds(speeds) && isSound;
}

/** True if Elvis is as fast as it should be. */
function tellBounds(speeds: ReadonlyMap<Contender, number>): boolean {
  const [own, ...others] = [...speeds];
  if (own?.[0].name !== 'elvis') return true;
  const [, speed] = own;
  console.log(`elvis: ${(speed / LEAST_A_SECOND).toFixed(2)} times the bound of 500,000 candles a second`);
  for (const [{ name }, other] of others)
    console.log(`elvis: ${(speed / other).toPrecision(2)} times ${name}`);
  const peers = others.filter(([{ keepsAccount }]) => keepsAccount).map(([, other]) => other);
  if (peers.length === 0) return speed >= LEAST_A_SECOND;
  const times = speed / Math.max(...peers);
  console.log(`elvis: ${times.toFixed(1)} times the fastest that keeps an account (bound ${LEAST_TIMES})`);
  return speed >= LEAST_A_SECOND && times >= LEAST_TIMES;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { here: { type: 'string' }, only: { type: 'string', multiple: true, default: [] as string[] } },
  });
  const here = CONTENDERS.find(({ name }) => name === values.here);
  if (here === undefined) {
    process.exitCode = (await compareAll(values.only)) ? 0 : 1;
    return;
  }
  const outcome = await runHere(here);
  process.send!(outcome, undefined, undefined, () => process.exit(0));
}

void main();
