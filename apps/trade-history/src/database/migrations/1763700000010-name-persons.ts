/**
 * Who is behind a key, so that two identities of one person are known as one; and a version of a user's credentials,
 * so that what was given out before a change of them is void.
 */
import { MigrationInterface, QueryRunner } from 'typeorm';

export class NamePersons1763700000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users ADD COLUMN credential_version integer NOT NULL DEFAULT 0');
    await runner.query(
      `ALTER TABLE access_keys ADD COLUMN made_by text,
         ADD COLUMN persons text[] NOT NULL DEFAULT '{key:unknown}'`,
    );
    await runner.query(
      `UPDATE access_keys SET persons = ARRAY['user:' || user_id, 'key:unknown'] WHERE user_id IS NOT NULL`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE access_keys DROP COLUMN persons, DROP COLUMN made_by');
    await runner.query('ALTER TABLE users DROP COLUMN credential_version');
  }
}
