/** By what the chain of an order is found: the trace of its request, and the id of one of its fills. */
import { MigrationInterface, QueryRunner } from 'typeorm';

export class FindChains1763700000081 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE decisions ADD COLUMN trace_id text');
    await runner.query('CREATE INDEX decisions_trace ON decisions (trace_id)');
    await runner.query('CREATE INDEX trades_id ON trades (id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX trades_id');
    await runner.query('ALTER TABLE decisions DROP COLUMN trace_id');
  }
}
