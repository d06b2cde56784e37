/** What a key of the Binance front may believe to have, and where and from where it may be used. */
import { MigrationInterface, QueryRunner } from 'typeorm';

export class BoundFrontKeys1763700000070 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE access_keys ADD COLUMN terms jsonb NOT NULL DEFAULT '{}'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE access_keys DROP COLUMN terms');
  }
}
