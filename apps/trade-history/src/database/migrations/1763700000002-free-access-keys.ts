/** An access key may stand for a program instead of a user. */
import { MigrationInterface, QueryRunner } from 'typeorm';

export class FreeAccessKeys1763700000002 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE access_keys ALTER COLUMN user_id DROP NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DELETE FROM access_keys WHERE user_id IS NULL');
    await runner.query('ALTER TABLE access_keys ALTER COLUMN user_id SET NOT NULL');
  }
}
