/** Keys of the Binance front beside our own, and in each order what the program that sent it calls it. */
import { MigrationInterface, QueryRunner } from 'typeorm';

export class ServeTheFront1763700000050 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `ALTER TABLE access_keys ADD COLUMN kind text NOT NULL DEFAULT 'elvis',
    ADD COLUMN secret_sealed text, ADD COLUMN public_key text,
    ADD CONSTRAINT access_keys_kind CHECK (CASE kind
      WHEN 'elvis' THEN secret_sealed IS NULL AND public_key IS NULL
      WHEN 'binance' THEN (secret_sealed IS NULL) <> (public_key IS NULL)
      ELSE false END)`,
  'ALTER TABLE orders ADD COLUMN origin jsonb',
  'ALTER TABLE superseded_orders ADD COLUMN origin jsonb',
  'CREATE INDEX orders_by_exchange_id ON orders (exchange_order_id)',
];

const DOWN = [
  'DROP INDEX orders_by_exchange_id',
  'ALTER TABLE superseded_orders DROP COLUMN origin',
  'ALTER TABLE orders DROP COLUMN origin',
  `DELETE FROM access_keys WHERE kind <> 'elvis'`,
  `ALTER TABLE access_keys DROP CONSTRAINT access_keys_kind, DROP COLUMN kind, DROP COLUMN secret_sealed,
    DROP COLUMN public_key`,
];
