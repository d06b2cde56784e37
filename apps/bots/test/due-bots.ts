/** Runs of bots with due steps, as the supervisor writes them, and what was taken of them. */
import { BotConfigOfRuns, CommitRecord } from '@elvis/contracts';
import { randomUUID } from 'node:crypto';
import { BotJournal } from '../src/journal/bot-journal';
import { runBegun, stepDue } from '../src/journal/changes';

/**
 * Of runs whose start was checked already: the steps alone are tried.
 *
 * @param steps due at once
 */
export async function makeDue(journal: BotJournal, config: BotConfigOfRuns, steps: number): Promise<void> {
  const atMs = Date.now();
  const times = { atMs, decideByMs: atMs };
  const run = { config, run: 1, runId: randomUUID(), hooks: [], codeHash: '', build: '', actor: 'spec' };
  const begun = runBegun({ ...run, ...times }, undefined);
  let entry = await journal.append({ ...begun, standing: { ...begun.standing, state: 'WARMING' } }, 0);
  for (let step = 2; step <= steps; step += 1)
    entry = await journal.append(
      stepDue(entry!.standing, { cause: 'start', causeId: `${step}`, dueAtMs: atMs, decideByMs: atMs }),
      entry!.sequence,
    );
}

/** The commits of a bot, in the order of the journal. */
export async function commitsOf(journal: BotJournal, botId: string): Promise<readonly CommitRecord[]> {
  const commits: CommitRecord[] = [];
  for (let entry = await journal.last(botId); entry; entry = await journal.at(entry.record.previous)) {
    if (entry.record.type === 'COMMIT') commits.unshift(entry.record);
    if (entry.record.previous === 0) break;
  }
  return commits;
}
