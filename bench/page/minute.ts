/** A trader's minute: the trade page of one of several symbols under their messages, with orders that rest, and a hand that acts. */
import { setTimeout as pause } from 'node:timers/promises';
import type { CDPSession, Page } from 'playwright-core';
import { Measured, quantile } from './table';

const EVERY_MS = 500;
/** As the browser counts them: what keeps its thread for more than 50 ms. */
const OBSERVE = `
  window.seen = { tasks: [], interactions: [] };
  new PerformanceObserver((list) => window.seen.tasks.push(...list.getEntries().map(({ duration }) => duration)))
    .observe({ type: 'longtask' });
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries())
      if (interactionId) window.seen.interactions.push([interactionId, duration]);
  }).observe({ type: 'event', durationThreshold: 16 });
`;

interface Seen {
  readonly tasks: readonly number[];
  /** Of each event that took 16 ms or more: whose interaction it was, and how long until the next paint. */
  readonly interactions: readonly (readonly [id: number, durationMs: number])[];
}

/** @param received counts the messages that the exchange has sent so far */
export async function minute(
  page: Page,
  session: CDPSession,
  received: () => Promise<number>,
  seconds: number,
): Promise<readonly Measured[]> {
  await session.send('Performance.enable');
  await session.send('HeapProfiler.enable');
  await page.evaluate(OBSERVE);
  const before = await state(session);
  const [receivedBefore, beganMs] = [await received(), performance.now()];
  const acted = await act(page, beganMs + seconds * 1_000);
  const tookS = (performance.now() - beganMs) / 1_000;
  const receivedPerS = ((await received()) - receivedBefore) / tookS;
  const { tasks, interactions } = await page.evaluate<Seen>('window.seen');
  const after = await state(session);
  const longest = new Map<number, number>();
  for (const [id, ms] of interactions) longest.set(id, Math.max(ms, longest.get(id) ?? 0));
  // What took less than 16 ms is not told by the browser.
  const all = [...longest.values(), ...Array<number>(Math.max(0, acted - longest.size)).fill(16)];
  return [
    { line: 'minute', what: 'messages of the exchange', figure: receivedPerS, unit: '1/s' },
    {
      line: 'W5',
      what: `tasks of more than 50 ms in ${seconds} s`,
      figure: tasks.length,
      unit: '',
      bound: 0,
    },
    { line: 'minute', what: 'longest task', figure: Math.max(0, ...tasks), unit: 'ms' },
    { line: 'W4', what: `${acted} interactions, p98`, figure: quantile(all, 0.98), unit: 'ms', bound: 100 },
    {
      line: 'minute',
      what: 'processor of the tab',
      figure: ((after.busyS - before.busyS) / tookS) * 100,
      unit: '%',
    },
    { line: 'W6', what: 'heap that stays', figure: (after.heap - before.heap) / 1e6, unit: 'MB', bound: 5 },
  ];
}

/** Changes the side, the quantity and the interval by turns, as a person who makes up their mind. */
async function act(page: Page, untilMs: number): Promise<number> {
  const ticket = page.getByRole('form', { name: 'New order' });
  const intervals = page.getByRole('group', { name: 'Length of a candle' }).getByRole('button');
  const acts = [
    () => ticket.locator('[data-side="SELL"]').click(),
    () => ticket.getByLabel(/^Quantity/).press('1'),
    () => ticket.locator('[data-side="BUY"]').click(),
    () => ticket.getByLabel(/^Quantity/).press('Backspace'),
    () => intervals.nth(1).click(),
    () => intervals.nth(0).click(),
  ];
  let count = 0;
  for (; performance.now() < untilMs; count += 1) {
    await acts[count % acts.length]!();
    await pause(EVERY_MS);
  }
  return count;
}

/** After garbage is collected. */
async function state(session: CDPSession): Promise<{ readonly heap: number; readonly busyS: number }> {
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  const of = (wanted: string): number => metrics.find(({ name }) => name === wanted)?.value ?? NaN;
  return { heap: of('JSHeapUsedSize'), busyS: of('TaskDuration') };
}
