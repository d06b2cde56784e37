/** An access key may belong to one bot: its orders are that bot's, and it can name no other. */
import { MigrationInterface, QueryRunner } from 'typeorm';

export class BindKeys1763700000020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE access_keys ADD COLUMN bot_config_id uuid');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE access_keys DROP COLUMN bot_config_id');
  }
}
