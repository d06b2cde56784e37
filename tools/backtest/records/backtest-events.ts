/**
 * What this command tells the running system of its backtests. Each event is written down first and told when a system
 * runs here, at once or with a later backtest: no trial is left out because nothing ran. An event that is told twice has
 * the same id and is stored once.
 */
import {
  BacktestDeleted,
  BacktestFailed,
  BacktestFinished,
  BacktestStarted,
  EventContract,
  backtestDeleted,
  backtestFailed,
  backtestFinished,
  backtestStarted,
} from '@elvis/contracts';
import { EventLog, ServiceIdentity } from '@elvis/platform';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findRunningSystem, openNats } from '../../operator/running-system';

export const OPERATOR = 'operator';

const CONTRACTS: readonly EventContract<object>[] = [
  backtestStarted,
  backtestFinished,
  backtestFailed,
  backtestDeleted,
];

interface Told {
  readonly type: string;
  readonly id: string;
  readonly data: object;
}

export class BacktestEvents {
  private readonly file: string;
  /** How many lines of the file were told. */
  private readonly mark: string;

  constructor(
    private readonly folder: string,
    private readonly root: string,
  ) {
    this.file = join(folder, 'events.jsonl');
    this.mark = join(folder, 'events.told');
  }

  started = (data: BacktestStarted): Promise<void> => this.add(backtestStarted, data.backtestId, data);
  finished = (data: BacktestFinished): Promise<void> => this.add(backtestFinished, data.backtestId, data);
  failed = (data: BacktestFailed): Promise<void> =>
    this.add(backtestFailed, `${data.backtestId}:${data.failedAtMs}`, data);
  deleted = (data: BacktestDeleted): Promise<void> => this.add(backtestDeleted, data.backtestId, data);

  private async add<Data extends object>(
    { type }: EventContract<Data>,
    id: string,
    data: Data,
  ): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    const told: Told = { type, id: `${type.replace('elvis.event.', '')}:${id}`, data };
    // Begins with a line end of its own, so that one cut short by a kill spoils no other.
    appendFileSync(this.file, `\n${JSON.stringify(told)}\n`);
    await this.tell();
  }

  /** All that were not told yet, in their order; nothing where no system was started here. */
  private async tell(): Promise<void> {
    const { stack } = findRunningSystem(this.root);
    if (stack === undefined) return;
    const lines = readFileSync(this.file, 'utf8').split('\n');
    const from = existsSync(this.mark) ? Number(readFileSync(this.mark, 'utf8')) : 0;
    try {
      const connection = await openNats(stack.operatorNatsUrl);
      try {
        const log = new EventLog(connection, new ServiceIdentity(OPERATOR, 1));
        for (const { type, id, data } of lines.slice(from).flatMap(read))
          await log.publish(
            CONTRACTS.find((each) => each.type === type)!,
            data,
            { id, actor: OPERATOR },
          );
        // The last is what follows the last line end.
        writeFileSync(this.mark, `${lines.length - 1}`);
      } finally {
        await connection.close();
      }
    } catch (error) {
      console.error(
        `The running system was not told of this backtest (${(error as Error).message}). It will be with the next one; its trials count here meanwhile.`,
      );
    }
  }
}

function read(line: string): readonly Told[] {
  try {
    return line === '' ? [] : [JSON.parse(line) as Told];
  } catch {
    return [];
  }
}
