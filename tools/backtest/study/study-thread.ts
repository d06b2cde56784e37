/** A thread of a study: is told units and answers with what they bring. */
import { Unit, runUnit } from '@elvis/backtest';
import { costsOf } from '@elvis/research';
import { parentPort, workerData } from 'node:worker_threads';
import { strategyOf } from './strategy-of';
import { ThreadWork } from './study-threads';
import { studyOf } from './study-of';

const { words, data, root, risk } = workerData as ThreadWork;
const costs = costsOf(data, root, words);
const study = studyOf(words, strategyOf(words.strategy), data, { risk, costs });
parentPort!.on('message', (unit: Unit) => parentPort!.postMessage(runUnit(study, unit)));
