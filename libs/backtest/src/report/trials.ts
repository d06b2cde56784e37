/** What of a finished study counts as a trial: the run itself, and each combination of a grid. */
import { trialSharpe } from './grid-table';
import { StudyOutcome } from '../study/outcome';
import { dailyReturns } from '../study/unit';

export interface StudyTrial {
  /** What the combination changed; nothing for the run itself, which is the first. */
  readonly cell: Readonly<Record<string, string>>;
  /** Of one day; null where the sample is too small for one: then nothing could be chosen by it. */
  readonly dailySharpe: number | null;
}

export const trialsOf = ({ run, cells }: StudyOutcome): readonly StudyTrial[] => [
  { cell: {}, dailySharpe: trialSharpe(dailyReturns(run)) },
  ...cells.flatMap(({ cell, summary }) =>
    summary === null ? [] : [{ cell, dailySharpe: trialSharpe(summary.dailyReturns) }],
  ),
];
