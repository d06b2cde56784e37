/** What the thread of a study is begun with, asked and answers: plain data. Results travel packed, as they are kept. */
import { CandleColumns } from '@elvis/backtest';
import { BacktestFinished, BacktestPaper, ResearchRecord } from '@elvis/contracts';

export interface StudyWork {
  readonly job: ResearchRecord;
  /** Of the store; other data are found by their name. */
  readonly columns: CandleColumns | undefined;
  readonly strategiesFolder: string | undefined;
}

/** The units left are run in their order; each question is about what stands then. */
export type StudyQuestion =
  | { readonly ask: 'open'; readonly results: readonly Uint8Array[] }
  | { readonly ask: 'run' }
  | { readonly ask: 'report'; readonly trials: readonly number[] };

export interface OpenedStudy {
  readonly units: number;
  readonly dataHash: string;
  /** The unit that is run next; null: all were. */
  readonly next: string | null;
}

export interface RunUnit {
  readonly result: Uint8Array;
  readonly next: string | null;
}

export interface WrittenReport extends Pick<
  BacktestFinished,
  'trials' | 'metrics' | 'report' | 'reportHash' | 'evidence'
> {
  readonly papers: Readonly<Record<BacktestPaper, Uint8Array>>;
}

export type StudyAnswer =
  | { readonly opened: OpenedStudy }
  | { readonly ran: RunUnit }
  | { readonly written: WrittenReport }
  /** It would be the same another time. */
  | { readonly problem: string };
