/**
 * `npm run bench:page [-- --seconds 60 --symbols 4 --orders 50 --halts 30 --speed 4]`: what the page costs its reader, in Debian's
 * Chromium on a whole Elvis. Its scripts, its first paint, a trader's minute (the trade page of one of several symbols while
 * the exchange sends for all of them and orders rest), and halts. Fails where a bound is passed. On a machine that does
 * something else besides it measures that too.
 */
import 'reflect-metadata';
import { RunningStack, launchBrowser, startStack, symbolNames } from '@elvis/testing';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { Person, anotherLink, asOperator } from '../../test/page/person';
import { halts } from './halts';
import { minute } from './minute';
import { paints } from './paint';
import { Measured, isHeld, print } from './table';
import { weights } from './weights';

const VIEWPORT = { width: 1440, height: 900 };

async function main(): Promise<boolean> {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      symbols: { type: 'string', default: '4' },
      orders: { type: 'string', default: '50' },
      halts: { type: 'string', default: '30' },
      speed: { type: 'string', default: '4' },
    },
  });
  console.log(`load average at the start: ${loadavg()[0]!.toFixed(1)}`);
  const SYMBOLS = symbolNames(Number(values.symbols)).join(',');
  const running = await startStack({
    env: {
      SYMBOLS,
      PAPER_SPEED: values.speed,
      RATE_LIMIT_DEFAULT: 'off',
      RATE_LIMIT_ORDERS: 'off',
      RATE_LIMIT_HALT: 'off',
    },
  });
  const browser = await launchBrowser();
  const rows: Measured[] = [];
  try {
    const person = await Person.arrive(browser, running.stack.gatewayUrl, { viewport: VIEWPORT });
    await person.signIn(await anotherLink(running));
    const session = await person.page.context().newCDPSession(person.page);
    rows.push(...(await weights(person.page)));
    rows.push(...(await paints(person.page, session)));
    await rest(running, Number(values.orders));
    await person.goes('/trade');
    const received = (): Promise<number> => messagesOf(running);
    rows.push(...(await minute(person.page, session, received, Number(values.seconds))));
    rows.push(...(await halts(person, running, Number(values.halts))));
    const faults = person.faults.length;
    for (const fault of person.faults.slice(0, 5)) console.log(fault);
    rows.push({ line: '', what: 'errors in the console', figure: faults, unit: '', bound: 0 });
  } finally {
    await browser.close();
    await running.stop();
  }
  print(rows);
  return rows.every(isHeld);
}

/** So many orders that nobody will fill. */
async function rest({ stack }: RunningStack, count: number): Promise<void> {
  const { bids } = await asOperator<{
    readonly bids: readonly (readonly [price: string, quantity: string])[];
  }>(stack, 'GET', '/market/BTCUSDT/book');
  const best = Number(bids[0]![0]);
  for (let at = 0; at < count; at += 1)
    await asOperator(stack, 'POST', '/orders', {
      ...{ clientOrderId: `resting-${at}`, symbol: 'BTCUSDT', side: 'BUY', type: 'LIMIT' },
      ...{ timeInForce: 'GTC', quantity: '0.002', price: (best * 0.97 - at).toFixed(0) },
    });
}

/** All that market-data has been sent by the exchange since it began. */
async function messagesOf({ stack }: RunningStack): Promise<number> {
  let sum = 0;
  for (const { name, port } of stack.services) {
    if (name !== 'market-data') continue;
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    for (const [, count] of text.matchAll(/^elvis_market_messages_total(?:\{.*\})? (\S+)$/gm))
      sum += Number(count);
  }
  return sum;
}

void main().then((isClean) => (process.exitCode = isClean ? 0 : 1));
