/**
 * The thread in which authors' code runs, from the load of a file on. It is asked one thing at a time and ended by who asks
 * when it takes too long. A question loads the file of the strategy that it names and no other's: one that hangs costs its own. The
 * clock, chance, timers and the network throw in it: a step must be a function of what it was given.
 */
import type { Strategy } from '@elvis/strategy';
import { parentPort, workerData } from 'node:worker_threads';
import { compareRun } from './parity/compare-run';
import { decideStep, needsOf } from './decide-step';
import { descriptionOf, parameterProblems, strategyOf } from './strategies';
import { LOADED } from './loaded-thread';
import { READY } from './asked-thread';
import { Question, ThreadAnswer, ThreadData } from './thread-messages';

parentPort?.postMessage(LOADED);
const folder = (workerData as ThreadData | null)?.strategiesFolder;

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

const named = ({ strategy }: { readonly strategy: string }): readonly [Strategy] => [
  strategyOf(strategy, folder),
];

function answer(question: Question): ThreadAnswer {
  try {
    switch (question.ask) {
      case 'describe':
        return { described: descriptionOf(strategyOf(question.strategy, folder)) };
      case 'problems':
        return { problems: parameterProblems(strategyOf(question.wish.strategy, folder), question.wish) };
      case 'needs':
        return { needs: needsOf(question.wish, question.openTimeMs, named(question.wish)) };
      case 'step':
        return { decision: decideStep(question.call, named(question.call)) };
      case 'parity':
        return { parity: compareRun(question.run, named(question.run)) };
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
  // From here on the time of what it is asked counts.
  port.postMessage(READY);
  port.on('message', (question: Question) => port.postMessage(answer(question)));
}
