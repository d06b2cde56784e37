/** The thread of one study, seen from outside: with a heap of its own, asked one thing at a time and ended past its limit. */
import { AskedThread } from '../../runner/asked-thread';
import { OpenedStudy, RunUnit, StudyAnswer, StudyQuestion, StudyWork, WrittenReport } from './study-words';

export interface StudyLimits {
  readonly softMs: number;
  readonly hardMs: number;
  readonly heapMb: number;
  /** Told once of a question that takes longer than the soft limit. */
  readonly onSlow: () => void;
}

/** The study itself cannot be run: it would fail again. */
export class StudyProblem extends Error {
  override readonly name = 'StudyProblem';
}

/** The thread passed a limit or ended; another may do better. */
export class StudyLost extends Error {
  override readonly name = 'StudyLost';
}

export class StudyThread {
  private readonly thread: AskedThread<StudyQuestion, StudyAnswer>;

  constructor(
    workerData: StudyWork,
    private readonly limits: StudyLimits,
  ) {
    const { heapMb } = limits;
    this.thread = new AskedThread({
      folder: __dirname,
      program: 'study-thread-main.js',
      workerData,
      heapMb,
      heapFull: `it filled a heap of ${heapMb} MB (RESEARCH_HEAP_MB)`,
      lost: (reason) => new StudyLost(reason),
    });
  }

  /** @throws StudyProblem, StudyLost */
  async open(results: readonly Uint8Array[]): Promise<OpenedStudy> {
    const answer = await this.ask({ ask: 'open', results });
    return 'opened' in answer ? answer.opened : other();
  }

  /** @throws StudyProblem, StudyLost */
  async run(): Promise<RunUnit> {
    const answer = await this.ask({ ask: 'run' });
    return 'ran' in answer ? answer.ran : other();
  }

  /** @throws StudyProblem, StudyLost */
  async report(trials: readonly number[]): Promise<WrittenReport> {
    const answer = await this.ask({ ask: 'report', trials });
    return 'written' in answer ? answer.written : other();
  }

  /** Who waits for an answer is told why there is none. */
  end(reason: Error): Promise<void> {
    return this.thread.end(reason);
  }

  private async ask(question: StudyQuestion): Promise<StudyAnswer> {
    const { softMs, hardMs, onSlow } = this.limits;
    const late = `it took longer than ${hardMs} ms (RESEARCH_HARD_LIMIT_MS)`;
    const answer = await this.thread.ask(question, { hardMs, late, softMs, onSlow });
    if ('problem' in answer) throw new StudyProblem(answer.problem);
    return answer;
  }
}

const other = (): never => {
  throw new Error('The thread of a study answered another question');
};
