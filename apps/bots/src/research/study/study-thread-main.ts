/** The thread of a study: asked one thing at a time, and ended by who asks when it takes too long. */
import { parentPort, workerData } from 'node:worker_threads';
import { LOADED } from '../../runner/loaded-thread';
import { JobStudy } from './job-study';
import { StudyAnswer, StudyQuestion, StudyWork } from './study-words';

let study: JobStudy | undefined;

function answer(question: StudyQuestion): StudyAnswer {
  try {
    study ??= new JobStudy(workerData as StudyWork);
    if (question.ask === 'open') return { opened: study.open(question.results) };
    if (question.ask === 'run') return { ran: study.run() };
    return { written: study.report(question.trials) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

const port = parentPort;
port?.postMessage(LOADED);
port?.on('message', (question: StudyQuestion) => port.postMessage(answer(question)));
