/** BullMQ as its documents begin: a queue, and workers of one job at a time; what is completed is removed. */
import { startRedis } from '@elvis/testing';
import { Queue, Worker } from 'bullmq';
import { Contender, Lane } from './contender';

const NAME = 'bench';

export async function openBullMq(fsync: 'no' | 'everysec' | 'always'): Promise<Contender> {
  const redis = await startRedis({ lines: ['appendonly yes', `appendfsync ${fsync}`] });
  const connection = {
    host: redis.host,
    port: redis.port,
    password: redis.password,
    maxRetriesPerRequest: null,
  };
  const queue = new Queue(NAME, { connection, defaultJobOptions: { removeOnComplete: true } });
  const workers: Worker[] = [];
  return {
    work: async (count) => {
      const lane: Lane = {
        add: async (id) => void (await queue.add('step', {}, { jobId: id })),
        onDone: () => undefined,
      };
      for (let at = 0; at < count; at += 1) {
        const worker = new Worker(NAME, () => Promise.resolve(), { connection, concurrency: 1 });
        worker.on('completed', ({ id }) => lane.onDone(id!));
        workers.push(worker);
      }
      await Promise.all(workers.map((worker) => worker.waitUntilReady()));
      return lane;
    },
    close: async () => {
      await Promise.all(workers.map((worker) => worker.close(true)));
      await queue.close();
      await redis.stop();
    },
  };
}
