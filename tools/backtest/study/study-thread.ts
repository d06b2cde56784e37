/** A thread of a study: is told units and answers with what they bring. */
import { Unit, runUnit } from '@elvis/backtest';
import { costsOf } from '@elvis/research';
import { parentPort, workerData } from 'node:worker_threads';
import { readRiskLimits } from '../risk-limits';
import { strategyOf } from './strategy-of';
import { ThreadWork } from './study-threads';
import { studyOf } from './study-of';

const { words, data, root } = workerData as ThreadWork;
const assumed = { risk: readRiskLimits(root), costs: costsOf(data, root, words) };
const study = studyOf(words, strategyOf(words.strategy), data, assumed);
parentPort!.on('message', (unit: Unit) => parentPort!.postMessage(runUnit(study, unit)));
