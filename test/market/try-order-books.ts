/**
 * `npm run faults:order-books [-- --seed 1 --faults 50 --minutes 60 --speed 10]`: line M1. So many recorded minutes of
 * the looped recording with so many faults; fails if a published book was not the exchange's, or if a book from behind
 * a fault came later than a second.
 */
import 'reflect-metadata';
import { startNats } from '@elvis/testing';
import { parseArgs } from 'node:util';
import { runOrderBook } from './order-book-run';

const LIMIT_MS = 1_000;

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      faults: { type: 'string', default: '50' },
      minutes: { type: 'string', default: '60' },
      speed: { type: 'string', default: '10' },
    },
  });
  const [seed, faults, minutes, speed] = [values.seed, values.faults, values.minutes, values.speed].map(
    Number,
  ) as [number, number, number, number];
  const nats = await startNats();
  try {
    const everyMs = (minutes * 60_000) / speed / faults;
    const { compared, different, recoveriesMs, deepIsEqual } = await runOrderBook(nats, {
      seed,
      faults,
      everyMs,
      speed,
    });
    const sorted = recoveriesMs.map(([, ms]) => ms).sort((one, other) => one - other);
    const at = (share: number): string => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(0);
    console.log(`seed ${seed}: ${faults} faults in ${minutes} recorded minutes at speed ${speed}`);
    console.log(
      `  ${compared} published books compared, ${different.length} different; 200 levels equal: ${deepIsEqual}`,
    );
    console.log(`  next book after a fault: p50 ${at(0.5)} ms, p90 ${at(0.9)} ms, max ${at(1)} ms`);
    for (const difference of different) console.log(`  DIFFERENT: ${difference}`);
    const late = recoveriesMs.filter(([, ms]) => ms > LIMIT_MS);
    for (const [fault, ms] of late) console.log(`  LATE: ${fault}, ${ms.toFixed(0)} ms`);
    return different.length === 0 && deepIsEqual && late.length === 0;
  } finally {
    await nats.stop();
  }
}

void main().then((isGood) => (process.exitCode = isGood ? 0 : 1));
