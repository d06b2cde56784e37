/** Rows in windows of 6 s: clocks that jump, a Redis that stops or forgets, replicas that die, silences that are ordered. */
import { Exchange, startExchange } from './exchange';
import { Fleet } from './fleet';
import { Row, percent } from './load-rows';
import { figuresOf } from './measure';
import { Sample, WorkloadName, sharedNow, sleep } from './workload';

const SCALE = 0.1;
const WINDOW_MS = 6_000;
const LIMIT = 480;
const SHIFT_MS = 700;
const REPLICAS = 3;
const PROPAGATION_MS = 250;
const CRASH_EVERY_MS = 10_000;

interface Setting {
  readonly exchange: Exchange;
  readonly fleet: Fleet;
}

async function withFleet<Result>(
  workload: WorkloadName,
  work: (setting: Setting) => Promise<Result>,
  wallClocks?: readonly number[],
): Promise<Result> {
  const exchange = await startExchange({ windowScale: SCALE, shiftMs: SHIFT_MS, weightPerMinute: LIMIT });
  const fleet = await Fleet.start(exchange, {
    client: 'elvis',
    processes: REPLICAS,
    windowMs: WINDOW_MS,
    workload: { name: workload, weightPerSecond: 40, cancelsPerSecond: 1, outstanding: 20 },
    wallClocks,
  });
  try {
    fleet.begin();
    await sleep(2 * WINDOW_MS);
    return await work({ exchange, fleet });
  } finally {
    await fleet.stop();
    await exchange.stop();
  }
}

const nextWindow = (now: number): number => (Math.floor(now / WINDOW_MS) + 1) * WINDOW_MS;

async function figuresSince({ exchange, fleet }: Setting, from: number) {
  const report = await exchange.report();
  await fleet.halt();
  const samples = await fleet.samples();
  return { samples, report, ...figuresOf(report.weight.windows, LIMIT, samples.flat(), from) };
}

const row = (what: string, figures: Row['figures'], passed: boolean): Row => ({
  what,
  who: 'elvis',
  processes: REPLICAS,
  figures,
  passed,
});

const clean = ({ refused429, banned418 }: { refused429: number; banned418: number }) => ({
  '429': `${refused429}`,
  '418': `${banned418}`,
});

/** The exchange's clock jumps two seconds ahead, and later two seconds back. */
export const clockSteps = (): Promise<Row> =>
  withFleet('saturation', async (setting) => {
    const { exchange } = setting;
    await exchange.admin('/clock', { shiftMs: SHIFT_MS + 2_000 });
    await sleep(4 * WINDOW_MS);
    await exchange.admin('/clock', { shiftMs: SHIFT_MS });
    await sleep(2 * WINDOW_MS);
    const { now } = await exchange.report();
    await sleep(4 * WINDOW_MS);
    const figures = await figuresSince(setting, nextWindow(now));
    const most = Math.max(...figures.samples.map((of) => of.filter(({ status }) => status === 429).length));
    return row(
      'the exchange clock steps by 2 s, twice',
      { ...clean(figures), 'most 429 of a replica': `${most}`, 'two windows later': percent(figures.least) },
      most <= 2 && figures.banned418 === 0 && figures.least >= 0.97,
    );
  });

/** Each replica has a wall clock of its own: half a minute behind, right, half a minute ahead. */
export const wallClocks = (): Promise<Row> =>
  withFleet(
    'saturation',
    async (setting) => {
      const { now } = await setting.exchange.report();
      await sleep(5 * WINDOW_MS);
      const figures = await figuresSince(setting, nextWindow(now));
      return row(
        'wall clocks 60 s apart',
        { ...clean(figures), 'least of a window': percent(figures.least) },
        figures.refused429 === 0 && figures.banned418 === 0 && figures.least >= 0.97,
      );
    },
    [-30_000, 0, 30_000],
  );

export const redisStopped = (forMs = 90_000): Promise<Row> =>
  withFleet('mixed', async (setting) => {
    const { exchange, fleet } = setting;
    await fleet.redis.end();
    const downAt = sharedNow();
    await sleep(forMs);
    const upAt = sharedNow();
    const { now } = await exchange.report();
    await fleet.redis.begin();
    await sleep(5 * WINDOW_MS);
    const figures = await figuresSince(setting, nextWindow(now) + 2 * WINDOW_MS);
    const away = figures.samples.flat().filter(({ sentAt }) => sentAt > downAt + 1_500 && sentAt < upAt);
    const landed = away.filter(({ status }) => status !== 0);
    const orders = landed.filter(({ kind }) => kind === 'order').length;
    const cancels = landed.filter(({ kind }) => kind === 'cancel').length;
    return row(
      `Redis stopped for ${forMs / 1_000} s, and empty after`,
      {
        ...clean(figures),
        'cancels meanwhile': `${cancels} of ${away.filter(({ kind }) => kind === 'cancel').length}`,
        'orders meanwhile': `${orders}`,
        'fullest window': percent(figures.highest),
        'two windows later': percent(figures.least),
      },
      figures.refused429 === 0 &&
        figures.banned418 === 0 &&
        orders === 0 &&
        cancels > forMs / 2_000 &&
        figures.highest <= 1,
    );
  });

export const redisEmptied = (): Promise<Row> =>
  withFleet('saturation', async (setting) => {
    const { exchange, fleet } = setting;
    for (let round = 0; round < 4; round += 1) {
      await fleet.redis.command('FLUSHALL');
      await sleep(WINDOW_MS * 1.3);
    }
    const { now } = await exchange.report();
    await sleep(3 * WINDOW_MS);
    const figures = await figuresSince(setting, nextWindow(now));
    return row(
      'Redis emptied four times, anywhere in the window',
      { ...clean(figures), 'fullest window': percent(figures.highest), afterwards: percent(figures.least) },
      figures.refused429 === 0 && figures.banned418 === 0 && figures.highest <= 1,
    );
  });

export const replicaKilled = (): Promise<Row> =>
  withFleet('saturation', async (setting) => {
    const { exchange, fleet } = setting;
    const { now } = await exchange.report();
    for (let round = 0; round < 6; round += 1) {
      await fleet.replace(round % REPLICAS);
      await sleep(CRASH_EVERY_MS);
    }
    const figures = await figuresSince(setting, nextWindow(now));
    return row(
      'a replica is killed every 10 s',
      { ...clean(figures), 'least of a window': percent(figures.least), mean: percent(figures.mean) },
      figures.refused429 === 0 && figures.banned418 === 0 && figures.mean >= 0.94,
    );
  });

/** One refusal by the exchange, then nobody may send until the window ends. */
export const silenceAfter429 = (): Promise<Row> =>
  withFleet('saturation', async (setting) => {
    const { exchange, fleet } = setting;
    const { now } = await exchange.report();
    await sleep(nextWindow(now) - now + 1_000);
    await exchange.admin('/trouble', { kind: 'too-many-requests', count: 1 });
    await sleep(2 * WINDOW_MS);
    await fleet.halt();
    const samples = (await fleet.samples()).flat();
    const first = firstRefusal(samples, 429);
    const late = samples.filter(
      ({ status, sentAt }) => status !== 0 && sentAt > first + PROPAGATION_MS && sentAt < first + 2_500,
    );
    const refused = samples.filter(({ status }) => status === 429).length;
    return row(
      'a forced 429',
      {
        '429': `${refused}`,
        'sent later than 250 ms after': `${late.length}`,
        'last sent after': lastSent(samples, first, 2_500),
      },
      Number.isFinite(first) && late.length === 0 && refused === 1,
    );
  });

/** A ban of 8 s; in its midst Redis loses everything. */
export const silenceAfter418 = (): Promise<Row> =>
  withFleet('saturation', async (setting) => {
    const { exchange, fleet } = setting;
    const banMs = 8_000;
    await exchange.admin('/trouble', { kind: 'ban', count: 1, durationMs: banMs });
    await sleep(banMs / 2);
    await fleet.redis.command('FLUSHALL');
    await sleep(banMs / 2 + 4 * WINDOW_MS);
    await fleet.halt();
    const samples = (await fleet.samples()).flat();
    const first = firstRefusal(samples, 418);
    const late = samples.filter(
      ({ status, sentAt }) => status !== 0 && sentAt > first + PROPAGATION_MS && sentAt < first + banMs - 100,
    );
    const resumed = samples.some(({ status, sentAt }) => status === 200 && sentAt > first + banMs);
    return row(
      'a ban of 8 s, Redis emptied during it',
      {
        '418': `${samples.filter(({ status }) => status === 418).length}`,
        'sent later than 250 ms after': `${late.length}`,
        'last sent after': lastSent(samples, first, banMs - 100),
        'went on afterwards': resumed ? 'yes' : 'no',
      },
      Number.isFinite(first) && late.length === 0 && resumed,
    );
  });

const firstRefusal = (samples: readonly Sample[], status: number): number =>
  Math.min(...samples.filter((sample) => sample.status === status).map(({ doneAt }) => doneAt));

function lastSent(samples: readonly Sample[], first: number, withinMs: number): string {
  const after = samples.filter(
    ({ status, sentAt }) => status !== 0 && sentAt > first && sentAt < first + withinMs,
  );
  return after.length === 0
    ? 'nothing'
    : `${Math.round(Math.max(...after.map(({ sentAt }) => sentAt)) - first)} ms`;
}

/** Of one reservation, nothing else going on. */
export async function unitCost(): Promise<Row> {
  const exchange = await startExchange({ windowScale: 1, shiftMs: SHIFT_MS });
  const fleet = await Fleet.start(exchange, {
    client: 'elvis',
    processes: 1,
    windowMs: 60_000,
    workload: { name: 'half', weightPerSecond: 1, cancelsPerSecond: 0, outstanding: 0 },
  });
  try {
    const costs = await fleet.costs();
    const micros = (name: string): string => `${Math.round(costs[name] ?? NaN)} us`;
    return {
      what: 'one reservation and its settlement',
      who: 'elvis',
      processes: 1,
      figures: {
        'CPU of the replica': micros('clientMicrosPerReservation'),
        'CPU of Redis': micros('redisMicrosPerReservation'),
        'waited for': micros('waitMicros'),
        'script calls': (costs.scriptCallsPerReservation ?? NaN).toFixed(2),
        'before the send': '1',
      },
    };
  } finally {
    await fleet.stop();
    await exchange.stop();
  }
}
