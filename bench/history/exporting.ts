/** Exporting: a million rows through the whole of it, and how much memory that takes. */
import { RunningHistory } from './history';
import { growthWhile, verdict } from './measure';
import { YEAR_START } from './trades';

/** One export of the first `rows` of `count` trades, and how far each process grows while it runs. */
export async function benchExport(
  { service, gateway, get }: RunningHistory,
  rows: number,
  count: number,
): Promise<void> {
  const share = Math.min(1, rows / count);
  const to = new Date(YEAR_START + 365 * 86_400_000 * share).toISOString();
  let lines = 0;
  let bytes = 0;
  const started = performance.now();
  let gatewayGrowth = 0;
  const historyGrowth = await growthWhile(service.pid, async () => {
    gatewayGrowth = await growthWhile(gateway.pid, async () => {
      const response = await get(`/api/v1/trades?format=csv&to=${to}`);
      for await (const chunk of response as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        for (const byte of chunk) if (byte === 10) lines += 1;
      }
    });
  });
  const seconds = (performance.now() - started) / 1_000;
  const megabytes = (value: number): string => `${(value / 1_048_576).toFixed(0)} MB`;
  console.log(
    `export of ${(lines - 1).toLocaleString('en')} rows, ${megabytes(bytes)}, in ${seconds.toFixed(1)} s: ` +
      `gateway grew ${megabytes(gatewayGrowth)}, trade-history ${megabytes(historyGrowth)}; ` +
      `each under 100 MB: ${verdict(Math.max(gatewayGrowth, historyGrowth) < 100 * 1_048_576)}`,
  );
}
