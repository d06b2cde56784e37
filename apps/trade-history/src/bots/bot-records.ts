/** What the journal's records come to in rows. A step is told by up to three records, which may come in different batches. */
import { BotChange, CommitRecord, DueStep, IntentsRecord, RunRecord, StateRecord } from '@elvis/contracts';

/** A record with the bot it is of and its place in the stream. */
export interface PlacedRecord {
  readonly botId: string;
  readonly sequence: number;
  readonly record: BotChange;
}

/** What these records know of one step; what they do not know is absent. */
export interface StepRow {
  readonly botId: string;
  readonly run: number;
  readonly step: number;
  readonly due?: DueStep;
  readonly intents?: IntentsRecord;
  readonly commit?: CommitRecord;
}

export interface RunEnd {
  readonly botId: string;
  readonly record: StateRecord;
}

export interface BotRows {
  readonly runs: readonly { readonly botId: string; readonly record: RunRecord }[];
  readonly states: readonly {
    readonly botId: string;
    readonly sequence: number;
    readonly record: StateRecord;
  }[];
  /** One for each step. */
  readonly steps: readonly StepRow[];
  readonly ends: readonly RunEnd[];
}

export function rowsOf(placed: readonly PlacedRecord[]): BotRows {
  const runs: { botId: string; record: RunRecord }[] = [];
  const states: { botId: string; sequence: number; record: StateRecord }[] = [];
  const ends: RunEnd[] = [];
  const steps = new Map<string, StepRow>();
  const addTo = (botId: string, run: number, step: number, part: Partial<StepRow>): void => {
    const key = `${botId} ${run} ${step}`;
    steps.set(key, { ...(steps.get(key) ?? { botId, run, step }), ...part });
  };
  for (const { botId, sequence, record } of placed) {
    const { run } = record;
    switch (record.type) {
      case 'RUN':
        runs.push({ botId, record });
        break;
      case 'STATE':
        states.push({ botId, sequence, record });
        if (record.state === 'STOPPED' && record.stop) ends.push({ botId, record });
        break;
      case 'STEP_DUE':
        addTo(botId, run, record.step, { due: record });
        break;
      case 'FACT':
        for (const due of record.steps) addTo(botId, run, due.step, { due });
        break;
      case 'INTENTS':
        addTo(botId, run, record.step, { due: record.due, intents: record });
        break;
      case 'COMMIT':
        addTo(botId, run, record.step, { due: record.due, commit: record });
        break;
    }
  }
  return { runs, states, steps: [...steps.values()], ends };
}
