/**
 * `npm run bench:symbols [-- --symbols 500 --seconds 60]`: a whole Elvis with many symbols on the paper exchange, one of them
 * recorded and the others slow books. It prints how long the start took, what it cost of the request weight, and what
 * each process takes of a core afterwards; it fails if the start cost more than a minute of the weight has, or if the
 * exchange refused anything.
 */
import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { RunningStack, startStack, symbolNames } from '@elvis/testing';
import { processorTime } from '../order-path/processor-time';

interface Report {
  readonly sinceMark: { readonly limited: number };
  readonly meters: {
    readonly futures: {
      readonly weight: Readonly<
        Record<string, { readonly used: number; readonly limit: number; readonly windows: readonly Used[] }>
      >;
    };
  };
}
interface Used {
  readonly used: number;
}

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: { symbols: { type: 'string', default: '500' }, seconds: { type: 'string', default: '60' } },
  });
  const symbols = symbolNames(Number(values.symbols));
  const beganAtMs = performance.now();
  const running = await startStack({ env: { PAPER_MARKET: 'recording', SYMBOLS: symbols.join(',') } });
  try {
    console.log(
      `${symbols.length} symbols: ready after ${((performance.now() - beganAtMs) / 1_000).toFixed(0)} s`,
    );
    const { weight, limit, limited } = await spent(running);
    console.log(`weight of the start on futures: ${weight}; a minute has ${limit}`);
    await printProcessorTime(running, Number(values.seconds));
    return weight <= limit && limited === 0;
  } finally {
    await running.stop();
  }
}

async function spent(
  running: RunningStack,
): Promise<{ readonly weight: number; readonly limit: number; readonly limited: number }> {
  const answer = await fetch(`${running.stack.exchange.adminUrl}/report`);
  const { sinceMark, meters } = (await answer.json()) as Report;
  const all = Object.values(meters.futures.weight);
  const weight = all.reduce(
    (sum, { used, windows }) => sum + used + windows.reduce((total, window) => total + window.used, 0),
    0,
  );
  return { weight, limit: all[0]?.limit ?? 0, limited: sinceMark.limited };
}

async function printProcessorTime(running: RunningStack, seconds: number): Promise<void> {
  const before = processorTime(running);
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  for (const [name, ms] of processorTime(running)) {
    const share = (ms - (before.get(name) ?? 0)) / (seconds * 10);
    console.log(`${share.toFixed(1).padStart(6)} % of a core  ${name}`);
  }
}

main().then(
  (isWithin) => (process.exitCode = isWithin ? 0 : 1),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
