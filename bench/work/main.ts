/**
 * `npm run bench:work`: the work queue of bots beside BullMQ 6.7, from a wake-up to its acknowledgement, with one worker and
 * with four: 10,000 empty jobs as fast as they go (what ten seconds allow), and 200 a second, by which waiting is judged.
 *
 * Durability. JetStream (2.9) writes each message to its file and has the system flush it within minutes: what is
 * acknowledged survives the death of every process. BullMQ's equal is Redis with an append-only file and `appendfsync no`;
 * `everysec` and `always` survive more, and are shown beside it. Elvis's loop is the service's own (`Workers`), journal read
 * included; of BullMQ's it is `Queue.add` and a `Worker`, the completed jobs removed.
 */
import { spreadOf } from '../order-path/percentiles';
import { Contender, Lane } from './contender';
import { openBullMq } from './bullmq-contender';
import { openElvis } from './elvis-contender';

const JOBS = 10_000;
const MOST_MS = 10_000;
const IN_FLIGHT = 64;
const PER_SECOND = 200;
const PACED_SECONDS = 5;
const TICK_MS = 10;
const WORKERS = [1, 4];

async function main(): Promise<void> {
  const rows: Record<string, string>[] = [];
  const contenders: readonly (readonly [name: string, open: () => Promise<Contender>])[] = [
    ['Elvis, JetStream file', openElvis],
    ['BullMQ, AOF, fsync no', () => openBullMq('no')],
    ['BullMQ, AOF, fsync everysec', () => openBullMq('everysec')],
    ['BullMQ, AOF, fsync always', () => openBullMq('always')],
  ];
  for (const [name, open] of contenders)
    for (const workers of WORKERS) {
      const contender = await open();
      try {
        const row = { queue: name, workers: `${workers}`, ...(await measure(contender, workers)) };
        console.log(JSON.stringify(row));
        rows.push(row);
      } finally {
        await contender.close();
      }
    }
  console.table(rows);
  for (const workers of WORKERS) {
    const [elvis, equal] = ['Elvis', 'BullMQ, AOF, fsync no'].map((name) =>
      rows.find((row) => row.queue!.startsWith(name) && row.workers === `${workers}`)!,
    ) as [Record<string, string>, Record<string, string>];
    const ratio = Number(elvis['jobs/s']) / Number(equal['jobs/s']);
    console.log(
      `${workers} worker(s), equal durability: throughput ${ratio.toFixed(2)} x BullMQ's (goal: at least 1); p99 at ${PER_SECOND}/s ${elvis['p99 ms']} ms beside ${equal['p99 ms']} ms (goal: lower)`,
    );
  }
}

async function measure(contender: Contender, workers: number): Promise<Record<string, string>> {
  const lane = await contender.work(workers);
  await flood(lane, 'warm', JOBS, MOST_MS / 5);
  const { tookMs, done } = await flood(lane, 'job', JOBS, MOST_MS);
  const waits = spreadOf(await paced(lane));
  return {
    jobs: `${done}`,
    'jobs/s': (done / (tookMs / 1_000)).toFixed(0),
    'p50 ms': waits.p50.toFixed(2),
    'p99 ms': waits.p99.toFixed(2),
  };
}

/** All of them, so many being added at once, until the last is done; when the time is over no more are added. */
async function flood(
  lane: Lane,
  name: string,
  jobs: number,
  mostMs: number,
): Promise<{ readonly tookMs: number; readonly done: number }> {
  const beganAt = performance.now();
  let added = 0;
  let done = 0;
  const isOver = (): boolean => added === jobs || performance.now() - beganAt > mostMs;
  await new Promise<void>((resolve, reject) => {
    lane.onDone = () => {
      done += 1;
      if (isOver() && done === added) resolve();
    };
    const feed = async (): Promise<void> => {
      while (!isOver()) await lane.add(`${name}-${(added += 1)}`);
    };
    for (let lanes = 0; lanes < IN_FLIGHT; lanes += 1) feed().catch(reject);
  });
  return { tookMs: performance.now() - beganAt, done };
}

/** From each one's wake-up to its end. */
async function paced(lane: Lane): Promise<readonly number[]> {
  const jobs = PER_SECOND * PACED_SECONDS;
  const begun = new Map<string, number>();
  const waits: number[] = [];
  await new Promise<void>((resolve, reject) => {
    lane.onDone = (id) => {
      waits.push(performance.now() - begun.get(id)!);
      if (waits.length === jobs) resolve();
    };
    const beganAt = performance.now();
    const timer = setInterval(() => {
      const due = Math.min(jobs, Math.floor(((performance.now() - beganAt) / 1_000) * PER_SECOND));
      while (begun.size < due) {
        const id = `paced-${begun.size}`;
        begun.set(id, performance.now());
        lane.add(id).catch(reject);
      }
      if (begun.size === jobs) clearInterval(timer);
    }, TICK_MS);
  });
  return waits;
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
