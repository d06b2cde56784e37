/**
 * The thread in which authors' code runs. It is asked one thing at a time and ended by who asks when it takes too long. The
 * clock, chance, timers and the network throw in it: a step must be a function of what it was given.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { compareRun } from './parity/compare-run';
import { decideStep, needsOf } from './decide-step';
import { strategiesWith } from './strategies';
import { LOADED } from './loaded-thread';
import { READY } from './asked-thread';
import { Question, ThreadAnswer, ThreadData } from './thread-messages';

parentPort?.postMessage(LOADED);
const strategies = strategiesWith((workerData as ThreadData | null)?.strategiesFolder);

/** Against accident, not malice: strategies are the operator's own code. */
function forbid(owner: object, name: string, called: string): void {
  Object.defineProperty(owner, name, {
    configurable: true,
    value: () => {
      throw new Error(
        `A strategy may not use ${called}: the same step would decide otherwise another time. Use t.timeMs and t.random()`,
      );
    },
  });
}

function answer(question: Question): ThreadAnswer {
  try {
    switch (question.ask) {
      case 'needs':
        return { needs: needsOf(question.wish, question.openTimeMs, strategies) };
      case 'step':
        return { decision: decideStep(question.call, strategies) };
      case 'parity':
        return { parity: compareRun(question.run, strategies) };
    }
  } catch (error) {
    return { problem: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

const port = parentPort;
if (port) {
  const RealDate = Date;
  globalThis.Date = new Proxy(RealDate, {
    construct(target, given) {
      if (given.length === 0) throw new Error('A strategy may not use new Date(): use t.timeMs');
      return Reflect.construct(target, given) as Date;
    },
  });
  forbid(RealDate, 'now', 'Date.now');
  forbid(Math, 'random', 'Math.random');
  for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch'])
    forbid(globalThis, name, name);
  // The strategies are loaded, and their time counts from here on.
  port.postMessage(READY);
  port.on('message', (question: Question) => port.postMessage(answer(question)));
}
