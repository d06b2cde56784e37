/**
 * Takes settled orders older than `JOURNAL_RETENTION_DAYS` out of the journal on the NATS that `NATS_URL` names, once;
 * with `--daily` once a day. A CronJob in Kubernetes, a service in compose; `npm start` does the same by itself.
 */
import 'reflect-metadata';
import { loadConfig } from '@elvis/platform';
import { DailyPurge } from './daily-purge';
import { describePurge, purgeJournal } from './journal-purge';
import { PurgeConfig } from './purge.config';

async function main(natsUrl: string): Promise<void> {
  const { JOURNAL_RETENTION_DAYS: retentionDays } = loadConfig(PurgeConfig);
  if (process.argv.includes('--daily')) {
    const purge = new DailyPurge(natsUrl, retentionDays, { done: console.log, wrong: console.error });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void purge.stop());
    purge.start();
    return;
  }
  const report = await purgeJournal(natsUrl, { retentionDays });
  console.log(describePurge(report));
  if (report.unreadable > 0) process.exitCode = 1;
}

const { NATS_URL } = process.env;
if (!NATS_URL) {
  console.error(
    'NATS_URL is not set; set it to the address of NATS with the user "provision" and its password in it',
  );
  process.exit(78);
}
main(NATS_URL).catch((error: unknown) => {
  console.error(
    `Purging the journal failed, it may be purged in part; run it again: ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = 1;
});
