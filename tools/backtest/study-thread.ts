/** A thread of a study: is told units and answers with what they bring. */
import { Unit, runUnit } from '@elvis/backtest';
import { parentPort, workerData } from 'node:worker_threads';
import { readRiskLimits } from './risk-limits';
import { strategyOf } from './strategy-of';
import { ThreadWork } from './study-threads';
import { studyOf } from './study-of';

const { words, data, root } = workerData as ThreadWork;
const study = studyOf(words, strategyOf(words.strategy), data, readRiskLimits(root));
parentPort!.on('message', (unit: Unit) => parentPort!.postMessage(runUnit(study, unit)));
