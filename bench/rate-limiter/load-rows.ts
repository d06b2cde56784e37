/** Rows in real-time windows: saturation, orders, half load, a stranger on the IP; Elvis and its peers alike. */
import { Exchange, startExchange } from './exchange';
import { Fleet } from './fleet';
import { figuresOf, waitsOf, worstPhaseP99 } from './measure';
import { OutsideClient } from './outside-client';
import { WorkloadName, sharedNow, sleep } from './workload';

export interface Row {
  readonly what: string;
  readonly who: string;
  readonly processes: number;
  readonly figures: Readonly<Record<string, string>>;
  /** Undefined: a peer, or a figure without a bound. */
  readonly passed?: boolean;
}

const MINUTE_MS = 60_000;
const SHIFT_MS = 700;
const CANCELS_PER_SECOND = 5;
const OUTSTANDING = 20;
const HALF_LOAD = 20;
const OUTSIDE_WEIGHT = 10;

export interface LoadRun {
  readonly who: string;
  readonly processes: number;
  readonly workload: WorkloadName;
  readonly withOutsideClient?: boolean;
  readonly fullWindows: number;
}

export const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
const millis = (ms: number): string =>
  Number.isFinite(ms) ? `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms` : '-';

export async function runLoad(run: LoadRun): Promise<Row[]> {
  const exchange = await startExchange({ windowScale: 1, shiftMs: SHIFT_MS });
  const fleet = await Fleet.start(exchange, {
    client: run.who,
    processes: run.processes,
    windowMs: MINUTE_MS,
    workload: {
      name: run.workload,
      weightPerSecond: HALF_LOAD,
      cancelsPerSecond: CANCELS_PER_SECOND / run.processes,
      outstanding: OUTSTANDING,
    },
  });
  const outsideClient = run.withOutsideClient
    ? new OutsideClient(exchange, OUTSIDE_WEIGHT, MINUTE_MS, SHIFT_MS)
    : undefined;
  try {
    await waitForPhase(exchange, 50_000);
    outsideClient?.start();
    fleet.begin();
    const { now } = await exchange.report();
    const firstFull = (Math.floor(now / MINUTE_MS) + 1) * MINUTE_MS;
    const windowStartAt = sharedNow() + (firstFull - now);
    await sleep(firstFull - now + run.fullWindows * MINUTE_MS + 2_500);
    const report = await exchange.report();
    await fleet.halt();
    outsideClient?.stop();
    return rowsOf(run, report, (await fleet.samples()).flat(), firstFull, windowStartAt, outsideClient);
  } finally {
    await fleet.stop();
    await exchange.stop();
  }
}

function rowsOf(
  run: LoadRun,
  report: Awaited<ReturnType<Exchange['report']>>,
  samples: Parameters<typeof waitsOf>[0],
  firstFull: number,
  windowStartAt: number,
  outsideClient: OutsideClient | undefined,
): Row[] {
  const { who, processes, workload } = run;
  const isElvis = who === 'elvis';
  const meter = workload === 'orders' ? report.orders.find(({ window }) => window === '1M') : report.weight;
  const figures = figuresOf(meter?.windows ?? [], meter?.limit ?? 1, samples, firstFull, outsideClient?.used);
  const cancels = waitsOf(samples, 'cancel');
  const all = waitsOf(samples);
  const worstPhase = worstPhaseP99(
    samples.filter(({ kind }) => kind === 'cancel'),
    MINUTE_MS,
    windowStartAt,
  );
  const isClean = figures.refused429 === 0 && figures.banned418 === 0;
  const common = {
    'least of a window': percent(figures.least),
    mean: percent(figures.mean),
    '429': `${figures.refused429}`,
    '418': `${figures.banned418}`,
  };
  const waits = {
    'cancels p50 / p99': `${millis(cancels.p50)} / ${millis(cancels.p99)} (${cancels.count})`,
    'worst tenth of the window p99': millis(worstPhase),
  };
  const row = (what: string, more: Record<string, string>, passed: boolean): Row => ({
    what,
    who,
    processes,
    figures: { ...common, ...more },
    ...(isElvis && { passed }),
  });
  if (workload === 'orders') return [row('orders per minute', {}, figures.least >= 0.95 && isClean)];
  if (workload === 'half')
    return [row('half load', { 'every call p99': millis(all.p99) }, all.p99 < 20 && isClean)];
  if (outsideClient) {
    const passed = figures.least >= 0.9 && figures.most429InAWindow <= 1 && figures.banned418 === 0;
    return [row('a stranger takes 25 %', waits, passed)];
  }
  return [
    row('saturation', waits, figures.least >= 0.97 && isClean && cancels.count >= 600 && worstPhase < 100),
  ];
}

async function waitForPhase(exchange: Exchange, phaseMs: number): Promise<void> {
  const { now } = await exchange.report();
  const untilPhase = (phaseMs - (now % MINUTE_MS) + MINUTE_MS) % MINUTE_MS;
  if (untilPhase < 45_000) await sleep(untilPhase);
}
