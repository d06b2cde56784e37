/**
 * `npm run bench:idle-weight [-- --minutes 6 --settle 120 --replicas 1]`: what a whole Elvis spends of the exchange's request
 * weight while nobody does anything: user streams up, two symbols, no orders. It prints what was spent by whom and fails
 * if the worst minute, wherever it begins, is above the bound: 120 on futures and 60 on spot.
 */
import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { startStack } from '@elvis/testing';

const BOUNDS: Readonly<Record<string, number>> = { futures: 120, spot: 60 };
const WINDOW_MS = 60_000;
const SAMPLE_MS = 1_000;

/** Weight by `market endpoint asker`, of all replicas of execution together. */
type Spent = ReadonlyMap<string, number>;
interface Sample {
  readonly atMs: number;
  readonly spent: Spent;
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '6' },
      settle: { type: 'string', default: '120' },
      replicas: { type: 'string', default: '1' },
    },
  });
  const running = await startStack({ replicas: { execution: Number(values.replicas) } });
  try {
    await pause(Number(values.settle) * 1_000);
    const samples: Sample[] = [];
    const endAt = performance.now() + Number(values.minutes) * 60_000;
    while (performance.now() < endAt) {
      const ports = running.stack.services.flatMap(({ name, port }) => (name === 'execution' ? [port] : []));
      samples.push({ atMs: performance.now(), spent: await spentBy(ports) });
      await pause(SAMPLE_MS);
    }
    return report(samples);
  } finally {
    await running.stop();
  }
}

async function spentBy(ports: readonly number[]): Promise<Spent> {
  const spent = new Map<string, number>();
  for (const port of ports) {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    for (const [, labels = '', value] of text.matchAll(/^elvis_exchange_weight_total\{(.*)\} (\S+)$/gm)) {
      const label = (name: string): string => new RegExp(`${name}="([^"]*)"`).exec(labels)?.[1] ?? '';
      const key = `${label('market')} ${label('endpoint')} ${label('asker')}`;
      spent.set(key, (spent.get(key) ?? 0) + Number(value));
    }
  }
  return spent;
}

function report(samples: readonly Sample[]): boolean {
  const [first] = samples;
  const last = samples.at(-1);
  if (!first || !last) throw new Error('Nothing was measured');
  const minutes = (last.atMs - first.atMs) / 60_000;
  const rows = [...last.spent]
    .map(([key, value]) => ({ key, spent: value - (first.spent.get(key) ?? 0) }))
    .filter(({ spent }) => spent > 0)
    .sort((left, right) => right.spent - left.spent);
  for (const { key, spent } of rows)
    console.log(`${(spent / minutes).toFixed(1).padStart(7)} a minute  ${key}`);
  let isWithin = true;
  for (const [market, bound] of Object.entries(BOUNDS)) {
    const worst = worstMinute(samples, market);
    isWithin &&= worst <= bound;
    console.log(
      `${market}: ${worst} in the worst minute, bound ${bound}${worst <= bound ? '' : ' EXCEEDED'}`,
    );
  }
  return isWithin;
}

const totalOf = ({ spent }: Sample, market: string): number =>
  [...spent].reduce((sum, [key, value]) => (key.startsWith(`${market} `) ? sum + value : sum), 0);

/** The most that was spent between any two samples that are no more than a minute apart. */
function worstMinute(samples: readonly Sample[], market: string): number {
  const totals = samples.map((sample) => ({ atMs: sample.atMs, total: totalOf(sample, market) }));
  return totals.reduce((worst, { atMs, total }, place) => {
    const from = totals.slice(0, place).find((earlier) => atMs - earlier.atMs <= WINDOW_MS);
    return Math.max(worst, from ? total - from.total : 0);
  }, 0);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

main().then(
  (isWithin) => (process.exitCode = isWithin ? 0 : 1),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
