/**
 * What the journal's size costs execution: start, Redis emptied, Redis stopped, and memory, with so many closed orders
 * planted and some open ones, beside the same with none. Whatever takes too long is given up and printed as such.
 */
import { TradingFailure } from '@elvis/trading';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { Sender } from '../../test/faults/sender';
import { Replica, Stage } from '../../test/faults/stage';
import { spreadOf } from '../order-path/percentiles';
import { openOrders } from './open-orders';
import { plantClosedOrders, untilRelayed } from './planted-orders';

export interface SizeOptions {
  readonly closed: number;
  readonly open: number;
  readonly redisDownMs: number;
  /** How long each thing is waited for. */
  readonly patienceMs: number;
}

const PREFIX = 'size-';
const ASK_EVERY_MS = 500;
const CALM_QUESTIONS = 20;
const SETTLE_MS = 5_000;

type Figures = Record<string, string>;

export async function reportJournalSize(options: SizeOptions): Promise<void> {
  const columns: Record<string, Figures> = {};
  for (const closed of new Set([0, options.closed]))
    columns[`${closed} closed`] = await measure({ ...options, closed });
  const names = new Set(Object.values(columns).flatMap((figures) => Object.keys(figures)));
  console.log(
    `One replica of execution, ${options.open} open orders; given up after ${options.patienceMs / 1_000} s:`,
  );
  console.table(
    Object.fromEntries(
      [...names].map((name) => [
        name,
        Object.fromEntries(
          Object.entries(columns).map(([column, figures]) => [column, figures[name] ?? '-']),
        ),
      ]),
    ),
  );
}

async function measure({ closed, open, redisDownMs, patienceMs }: SizeOptions): Promise<Figures> {
  const stage = new Stage();
  const sender = new Sender(stage);
  const figures: Figures = {};
  try {
    await stage.open({ replicas: 1 });
    await sender.open();
    await sender.calm();
    const asked = Math.floor(redisDownMs / (2 * ASK_EVERY_MS));
    await openOrders(stage, sender, Math.max(0, open - asked - CALM_QUESTIONS), `${PREFIX}before-`);
    await plantClosedOrders(stage.nats.urls.risk, closed);
    await untilRelayed(stage.nats.urls.execution);
    // The market moves while so much is planted: those that are asked about must not be filled by then.
    await openOrders(stage, sender, asked + CALM_QUESTIONS, PREFIX);
    await pause(SETTLE_MS);
    const [replica] = stage.replicas;
    if (!replica) throw new Error('There is no replica');

    figures['start until ready, ms'] = await restart(stage, replica, patienceMs);
    await sender.calm(patienceMs).catch(() => undefined);
    await pause(SETTLE_MS);
    figures['memory after the start, MB (highest)'] = memoryOf(replica);

    const calm = await questions(sender, 0, CALM_QUESTIONS);
    figures['cancel p50 / worst, ms'] = calm.cancels;
    figures['query p50 / worst, ms'] = calm.queries;

    const emptiedAt = performance.now();
    await stage.emptyRedis();
    figures['Redis emptied until trading, ms'] = await took(emptiedAt, patienceMs, () =>
      trades(stage, sender),
    );
    figures['memory after Redis was emptied, MB (highest)'] = memoryOf(replica);

    await stage.redis.stop();
    const away = await questions(sender, CALM_QUESTIONS, asked);
    figures['Redis stopped: cancel p50 / worst, ms'] = away.cancels;
    figures['Redis stopped: query p50 / worst, ms'] = away.queries;
    figures['Redis stopped: not answered'] = `${away.failed} of ${away.asked}`;
    if (away.failed > 0) figures['Redis stopped: why not'] = away.why;
    figures['memory while Redis was stopped, MB (highest)'] = memoryOf(replica);
    const backAt = performance.now();
    await stage.startRedis();
    figures['Redis back until trading, ms'] = await took(backAt, patienceMs, () => trades(stage, sender));
  } finally {
    await sender.close().catch(() => undefined);
    await stage.close();
  }
  return figures;
}

async function restart(stage: Stage, replica: Replica, patienceMs: number): Promise<string> {
  const gone = new Promise((resolve) => replica.process.once('exit', resolve));
  replica.process.kill('SIGTERM');
  await gone;
  const startedAt = performance.now();
  stage.revive(replica);
  return took(startedAt, patienceMs, () => stage.ready(replica, patienceMs).then(() => true));
}

/** Asks until it is so; how long that took. */
async function took(startedAt: number, patienceMs: number, isSo: () => Promise<boolean>): Promise<string> {
  while (performance.now() - startedAt < patienceMs) {
    if (await isSo().catch(() => false)) return (performance.now() - startedAt).toFixed(0);
    await pause(20);
  }
  return `not within ${patienceMs}`;
}

let tries = 0;
/** An order is placed and stands on the exchange. */
async function trades(stage: Stage, sender: Sender): Promise<boolean> {
  const [placed] = await openOrders(stage, sender, 1, `${PREFIX}again-${(tries += 1)}-`);
  return placed !== undefined && 'view' in placed && placed.view.status === 'NEW';
}

interface Answers {
  readonly cancels: string;
  readonly queries: string;
  readonly failed: number;
  readonly asked: number;
  /** The codes of the failures. */
  readonly why: string;
}

/** Cancels open orders and asks after them by turns, at a pace. */
async function questions(sender: Sender, from: number, count: number): Promise<Answers> {
  const times = { cancel: [] as number[], query: [] as number[] };
  const failures: string[] = [];
  const time = async (what: 'cancel' | 'query', ask: () => Promise<unknown>): Promise<void> => {
    const startedAt = performance.now();
    await ask().catch((error: unknown) =>
      failures.push(error instanceof TradingFailure ? error.code : String(error)),
    );
    times[what].push(performance.now() - startedAt);
    await pause(Math.max(0, ASK_EVERY_MS - (performance.now() - startedAt)));
  };
  for (let place = from; place < from + count; place += 1) {
    const id = `${PREFIX}${place}`;
    await time('query', () => sender.find(id));
    await time('cancel', async () => {
      const outcome = await sender.cancel(id);
      if ('failure' in outcome) throw outcome.failure;
    });
  }
  return {
    cancels: spread(times.cancel),
    queries: spread(times.query),
    failed: failures.length,
    asked: 2 * count,
    why: [...new Set(failures)].join(', '),
  };
}

const spread = (times: readonly number[]): string =>
  `${spreadOf(times).p50.toFixed(1)} / ${Math.max(...times).toFixed(0)}`;

/** Resident now, and the most that it ever was. */
function memoryOf({ process: { pid } }: Replica): string {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name: string): string =>
    (Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1_024).toFixed(0);
  return `${megabytes('VmRSS')} (${megabytes('VmHWM')})`;
}
