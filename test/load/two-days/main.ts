/**
 * `npm run load:days [-- --days 2 --seed 1 --minutes 29 --log FILE]`: twenty bots of five strategies on twenty symbols, on a
 * market that runs fifty times as fast, so that 29 minutes are its day. Every six of its hours each service is killed, one
 * after the other; three emergency stops of all trading are made and cleared. At the end of a day every bot is stopped and
 * everything it, the history and the exchange say of the day is compared to the last digit. A day is a system of its own; one
 * that stands in the log as clean is skipped. Begun before midnight UTC, the bots' counters turn while they trade.
 */
import 'reflect-metadata';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { MINUTE_MS } from '@elvis/trading';
import { PartsSystem } from '../../faults/parts/parts-system';
import { BOTS, beginBots, stopBots } from './bots';
import { Disturbances, disturb } from './disturbances';
import { verdictOfDay } from './day-verdict';
import { Symbols, tradableSymbols } from './symbols';

const SPEED = '50';
const DAY_MINUTES = '29';

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      days: { type: 'string', default: '2' },
      seed: { type: 'string', default: '1' },
      minutes: { type: 'string', default: DAY_MINUTES },
      log: { type: 'string', default: 'days.log' },
    },
  });
  const known = existsSync(values.log) ? readFileSync(values.log, 'utf8') : '';
  const symbols = tradableSymbols(BOTS);
  let isClean = true;
  for (let day = 1; day <= Number(values.days); day += 1) {
    if (known.includes(`day ${day} clean`)) continue;
    const seed = Number(values.seed) * 100 + day;
    const problems = await runDay(symbols, { seed, durationMs: Number(values.minutes) * MINUTE_MS });
    isClean &&= problems.length === 0;
    const line = `day ${day} ${problems.length === 0 ? 'clean' : `${problems.length} problems`}, seed ${seed}`;
    console.log([line, ...problems.map((text) => `  ${text}`)].join('\n'));
    appendFileSync(values.log, `${line}\n`);
  }
  return isClean;
}

async function runDay(symbols: Symbols, plan: Disturbances): Promise<readonly string[]> {
  const system = await PartsSystem.start({
    replicas: { bots: 2, execution: 2, risk: 2 },
    env: {
      ...{ SYMBOLS: symbols.join(','), PAPER_SPEED: SPEED, PAPER_BALANCE: '100000' },
      RATE_LIMIT_BOT_CONTROL: 'off',
    },
  });
  try {
    const bots = await beginBots(system, symbols);
    console.log(`${bots.length} bots run; ${new Date().toISOString()}`);
    await disturb(system, plan);
    await system.healed();
    await stopBots(system, bots);
    return await verdictOfDay(system, bots);
  } finally {
    await system.close();
  }
}

main().then(
  (isClean) => {
    process.exitCode = isClean ? 0 : 1;
  },
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
