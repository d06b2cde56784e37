/** The owner says for how long candles are kept, as for trades and the audit log. */
import { MigrationInterface, QueryRunner } from 'typeorm';

export class DropCandleMonths1763700000041 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const ONLY = (tables: readonly string[]): string =>
  `ALTER TABLE retention_limits ADD CONSTRAINT retention_limits_table_name_check
    CHECK (table_name IN (${tables.map((table) => `'${table}'`).join(', ')}))`;
const ANY = 'ALTER TABLE retention_limits DROP CONSTRAINT retention_limits_table_name_check';

const UP = [
  ANY,
  ONLY(['trades', 'audit_log', 'candles']),
  `INSERT INTO retention_limits VALUES ('candles', 0)`,
];

const DOWN = [
  `DELETE FROM retention_limits WHERE table_name = 'candles'`,
  ANY,
  ONLY(['trades', 'audit_log']),
];
