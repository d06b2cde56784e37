/**
 * `npm run audit:tail`: follows the audit log, one line an entry; `-- --json` gives the entries whole. With `-- --seq N` it
 * shows the entry of that number alone, whole.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { AskDatabase, readEntries, readNewest } from '../audit/audit-reader';
import { StoredEntry } from '../audit/verification';
import { openAudit } from './audit-database';
import { Verb } from '../../../../tools/operator/running-system';

const LOOK_MS = 500;
const SHOWN_AT_FIRST = 10;

export async function operate({ root, args }: Verb): Promise<number> {
  const { pool } = openAudit(root);
  const ask: AskDatabase = async (text, values) => (await pool.query(text, values)).rows as never;
  const show = (entry: StoredEntry): void =>
    console.log(
      args.includes('--json') ? JSON.stringify({ ...entry, hash: entry.hash.toString('hex') }) : line(entry),
    );
  const asked = args.indexOf('--seq');
  if (asked !== -1) return showOne(ask, Number(args[asked + 1])).finally(() => pool.end());
  let isOver = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => (isOver = true));
  try {
    let last = 0;
    for (const entry of await readNewest(ask, SHOWN_AT_FIRST)) {
      show(entry);
      last = entry.seq;
    }
    while (!isOver) {
      for await (const entry of readEntries(ask, last)) {
        show(entry);
        last = entry.seq;
      }
      await pause(LOOK_MS);
    }
    return 0;
  } catch (error) {
    console.error(
      `The audit log could not be read: ${error instanceof Error ? error.message : String(error)}`,
    );
    return 1;
  } finally {
    await pool.end();
  }
}

async function showOne(ask: AskDatabase, seq: number): Promise<number> {
  for await (const entry of readEntries(ask, seq - 1)) {
    if (entry.seq !== seq) break;
    console.log(JSON.stringify({ ...entry, hash: entry.hash.toString('hex') }));
    return 0;
  }
  console.error(
    `The audit log has no entry ${seq}: it is not stored yet, or older than the log is kept; check the number`,
  );
  return 1;
}

const line = ({ seq, recordedAt, type, actor, body }: StoredEntry): string => {
  const { data } = JSON.parse(body) as { data?: unknown };
  const text = JSON.stringify(data) ?? '';
  return `${seq}  ${recordedAt}  ${type}  ${actor}  ${text.length > 160 ? `${text.slice(0, 157)}...` : text}`;
};
