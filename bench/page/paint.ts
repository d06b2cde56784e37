/** When the largest part of Overview is painted, on this processor and on one four times slower. */
import type { CDPSession, Page } from 'playwright-core';
import { Measured, quantile } from './table';

const LOADS = 5;
const LARGEST_MS = `new Promise((resolve) => {
  new PerformanceObserver((list) => resolve(list.getEntries().at(-1).startTime))
    .observe({ type: 'largest-contentful-paint', buffered: true });
})`;

export async function paints(page: Page, session: CDPSession): Promise<readonly Measured[]> {
  const rows: Measured[] = [];
  for (const [rate, bound] of [
    [1, 600],
    [4, 1_500],
  ] as const) {
    await session.send('Emulation.setCPUThrottlingRate', { rate });
    const times: number[] = [];
    for (let load = 0; load < LOADS; load += 1) {
      await page.goto('/');
      await page.locator('[data-page="overview"][data-ready]').waitFor();
      times.push(await page.evaluate<number>(LARGEST_MS));
    }
    const what = `largest paint of Overview, processor slowed ${rate} times, median of ${LOADS}`;
    rows.push({ line: 'W3', what, figure: quantile(times, 0.5), unit: 'ms', bound });
  }
  await session.send('Emulation.setCPUThrottlingRate', { rate: 1 });
  return rows;
}
