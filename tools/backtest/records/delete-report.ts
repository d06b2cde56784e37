/** `npm run backtest -- delete REPORT`: removes a report. Its trials stay in the ledger, and still count. */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { BacktestEvents } from './backtest-events';
import { TrialLedger } from './trial-ledger';
import { WordProblems } from '../words';

/** @throws WordProblems for a name that no report has */
export async function deleteReport(
  [name = '', ...more]: readonly string[],
  home: string,
  root: string,
): Promise<void> {
  const folder = join(home, name);
  if (!/^[\w-]+$/.test(name) || more.length > 0 || !existsSync(join(folder, 'report.json')))
    throw new WordProblems(`Name one report of ${home}; ${name || 'none'} is not there`);
  rmSync(folder, { recursive: true });
  const [trial] = new TrialLedger(home).trials().filter(({ report }) => report === name);
  const [backtestId] = trial?.id.split(' ') ?? [];
  // Trials of 2.0.0 name no run, and no system was told of it.
  if (backtestId !== undefined && /^[0-9a-f-]{36}$/.test(backtestId))
    await new BacktestEvents(home, root).deleted({ backtestId, deletedAtMs: Date.now() });
  console.log(`${name} is deleted. Its trials still count.`);
}
