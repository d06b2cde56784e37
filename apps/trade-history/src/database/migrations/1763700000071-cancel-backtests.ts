/** A person may end a backtest. */
import { MigrationInterface, QueryRunner } from 'typeorm';

export class CancelBacktests1763700000071 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ANY);
    await runner.query(only(['RUNNING', 'FINISHED', 'FAILED', 'CANCELED']));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(ANY);
    await runner.query(`UPDATE backtests SET status = 'FAILED' WHERE status = 'CANCELED'`);
    await runner.query(only(['RUNNING', 'FINISHED', 'FAILED']));
  }
}

const ANY = 'ALTER TABLE backtests DROP CONSTRAINT backtests_status_check';

const only = (statuses: readonly string[]): string =>
  `ALTER TABLE backtests ADD CONSTRAINT backtests_status_check
    CHECK (status IN (${statuses.map((status) => `'${status}'`).join(', ')}))`;
