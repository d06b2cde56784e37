/**
 * Steps that sent nothing, by the hour: a count, and one hash by which whoever has the steps can prove that none was added
 * or taken away. The hour is that of the steps themselves, so nothing has to happen when it is over.
 */
import { BotIdle } from '@elvis/contracts';
import { createHash } from 'node:crypto';

const HOUR_MS = 3_600_000;

export interface IdleStep {
  readonly step: number;
  readonly inputsHash: string;
  readonly reasons: readonly string[];
}

export interface IdleAfter {
  readonly idle: BotIdle | null;
  /** Of an hour that is over. */
  readonly idled?: BotIdle;
}

/** @param step undefined for one that sent something */
export function idleAfter(before: BotIdle | null, atMs: number, step: IdleStep | undefined): IdleAfter {
  const hour = Math.floor(atMs / HOUR_MS);
  const isOver = before !== null && before.hour !== hour;
  const goesOn = isOver ? null : before;
  const idle = step ? withStep(goesOn, hour, step) : goesOn;
  return { idle, ...(isOver && { idled: before }) };
}

function withStep(before: BotIdle | null, hour: number, { step, inputsHash, reasons }: IdleStep): BotIdle {
  const text = [before?.hash ?? '', step, inputsHash, JSON.stringify(reasons)].join('\n');
  const hash = createHash('sha256').update(text).digest('hex');
  return { hour, fromStep: before?.fromStep ?? step, toStep: step, steps: (before?.steps ?? 0) + 1, hash };
}
