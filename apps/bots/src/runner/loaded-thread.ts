/**
 * Ends a thread without harm to its process. Node aborts the whole process when a thread is ended while its `require` links
 * an ES module ("IsGraphAsync must be used on an instantiated module", seen with 20.20), and `trading-signals` is one.
 */
import { Worker } from 'node:worker_threads';

/** A thread says this once its own modules are loaded, before it does anything of an author's. */
export const LOADED = 'loaded';

/** To be made together with the thread: ends it, at the earliest when it is loaded or has ended by itself. */
export function enderOf(worker: Worker): () => Promise<void> {
  const loaded = new Promise<void>((resolve) => {
    worker.on('message', (said: unknown) => said === LOADED && resolve());
    worker.on('exit', () => resolve());
  });
  return async () => {
    await loaded;
    await worker.terminate();
  };
}
