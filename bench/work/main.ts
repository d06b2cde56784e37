/**
 * `npm run bench:work`: the work queue of bots beside BullMQ 6.7, from a wake-up to its acknowledgement, with one worker and
 * with four: 10,000 empty jobs as fast as they go, and 200 a second, by which waiting is judged.
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
const JOBS_ALWAYS = 2_000;
const IN_FLIGHT = 64;
const PER_SECOND = 200;
const PACED_SECONDS = 5;
const TICK_MS = 10;
const WORKERS = [1, 4];

async function main(): Promise<void> {
  const rows: Record<string, string>[] = [];
  const contenders: readonly (readonly [name: string, open: () => Promise<Contender>, jobs: number])[] = [
    ['Elvis, JetStream file', openElvis, JOBS],
    ['BullMQ, AOF, fsync no', () => openBullMq('no'), JOBS],
    ['BullMQ, AOF, fsync everysec', () => openBullMq('everysec'), JOBS],
    ['BullMQ, AOF, fsync always', () => openBullMq('always'), JOBS_ALWAYS],
  ];
  for (const [name, open, jobs] of contenders)
    for (const workers of WORKERS) {
      const contender = await open();
      try {
        rows.push({ queue: name, workers: `${workers}`, ...(await measure(contender, workers, jobs)) });
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

async function measure(contender: Contender, workers: number, jobs: number): Promise<Record<string, string>> {
  const lane = await contender.work(workers);
  await flood(lane, 'warm', Math.ceil(jobs / 5));
  const tookMs = await flood(lane, 'job', jobs);
  const waits = spreadOf(await paced(lane));
  return {
    'jobs/s': (jobs / (tookMs / 1_000)).toFixed(0),
    'p50 ms': waits.p50.toFixed(2),
    'p99 ms': waits.p99.toFixed(2),
  };
}

/** All of them, so many being added at once; until the last is done. */
async function flood(lane: Lane, name: string, jobs: number): Promise<number> {
  const beganAt = performance.now();
  let next = 0;
  let done = 0;
  await new Promise<void>((resolve, reject) => {
    lane.onDone = () => {
      done += 1;
      if (done === jobs) resolve();
    };
    const feed = async (): Promise<void> => {
      while (next < jobs) await lane.add(`${name}-${(next += 1)}`);
    };
    for (let lanes = 0; lanes < IN_FLIGHT; lanes += 1) feed().catch(reject);
  });
  return performance.now() - beganAt;
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
