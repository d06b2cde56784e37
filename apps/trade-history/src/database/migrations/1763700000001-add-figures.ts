/** What figures and statements need beside the fills: recorded prices, the exchange's own bookings, statements. */
import { MigrationInterface, QueryRunner } from 'typeorm';

export class AddFigures1763700000001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const UP = [
  `CREATE TABLE recorded_prices (
    symbol text NOT NULL,
    recorded_at timestamptz NOT NULL,
    price numeric NOT NULL,
    PRIMARY KEY (symbol, recorded_at)
  )`,
  // The price of a symbol when something happened; one older than ten minutes is none.
  `CREATE FUNCTION price_at(wanted text, moment timestamptz) RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT price FROM recorded_prices
    WHERE symbol = wanted AND recorded_at <= moment AND recorded_at > moment - interval '10 minutes'
    ORDER BY recorded_at DESC LIMIT 1 $$`,
  // The quote asset is the end of a symbol's name: of the assets Binance quotes in, the longest that fits.
  `CREATE FUNCTION quote_asset(symbol text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT substring(symbol FROM '(FDUSD|USDT|USDC|BUSD|TUSD|BIDR|DAI|USD|EUR|TRY|BRL|JPY|BTC|ETH|BNB)$') $$`,
  `CREATE INDEX trades_unconverted ON trades (created_at) WHERE fee_quote IS NULL`,
  `CREATE INDEX trades_spot ON trades (created_at, id) WHERE market = 'spot'`,
  `CREATE TABLE income (
    market text NOT NULL,
    type text NOT NULL,
    transaction_id text NOT NULL,
    symbol text NOT NULL DEFAULT '',
    asset text NOT NULL,
    amount numeric NOT NULL,
    trade_id text,
    info text,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (market, type, transaction_id, symbol, asset)
  )`,
  `CREATE INDEX income_created ON income (market, created_at)`,
  `CREATE TABLE statements (
    market text NOT NULL,
    day date NOT NULL,
    statement jsonb NOT NULL,
    is_reconciled boolean NOT NULL,
    prepared_at timestamptz NOT NULL,
    PRIMARY KEY (market, day)
  )`,
];

const DOWN = [
  'DROP TABLE statements',
  'DROP TABLE income',
  'DROP INDEX trades_spot',
  'DROP INDEX trades_unconverted',
  'DROP FUNCTION quote_asset',
  'DROP FUNCTION price_at',
  'DROP TABLE recorded_prices',
];
