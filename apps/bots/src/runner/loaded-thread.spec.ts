import { Worker } from 'node:worker_threads';
import { LOADED, enderOf } from './loaded-thread';

const LOADS = 0;
const IS_LOADED = 1;

describe('a thread that is told to end while it loads its modules', () => {
  const begin = (last: string): { worker: Worker; marks: Int32Array } => {
    const marks = new Int32Array(new SharedArrayBuffer(8));
    const program = `
      const { parentPort, workerData: marks } = require('node:worker_threads');
      Atomics.wait(marks, ${LOADS}, 0);
      setImmediate(() => { Atomics.store(marks, ${IS_LOADED}, 1); ${last} });
      setInterval(() => undefined, 1000);`;
    return { worker: new Worker(program, { eval: true, workerData: marks }), marks };
  };
  const goOn = (marks: Int32Array): void => {
    Atomics.store(marks, LOADS, 1);
    Atomics.notify(marks, LOADS);
  };

  it.each([
    ['is ended once it is loaded', `parentPort.postMessage('${LOADED}');`],
    ['is waited for no longer when it ends by itself', 'process.exit(1);'],
  ])('%s', async (_, last) => {
    const { worker, marks } = begin(last);
    const ended = enderOf(worker)();
    goOn(marks);
    await ended;
    expect(Atomics.load(marks, IS_LOADED)).toBe(1);
    expect(worker.threadId).toBe(-1);
  });
});
