/**
 * One book of results. Each fill tells what it closed, by the account's average and by its owner's own lots; the
 * service works it out as it writes the fill, and for those that are here already after this migration. Fills that
 * Elvis did not make are taken in from the audit log, where they stood until now. The sums of days follow.
 */
import { MigrationInterface, QueryRunner } from 'typeorm';

export class KeepBooks1763700000011 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of UP) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of DOWN) await runner.query(statement);
  }
}

const AS_OWNER = 'SECURITY DEFINER SET search_path = public, pg_temp';
const OLD_KEY = 'bot_config_id, day, market, symbol';
const OLD_SUMS = ['trades', 'volume', 'realized', 'fees'];
const KEY = `${OLD_KEY}, origin, fee_asset`;
const SUMS = [...OLD_SUMS, 'own_realized', 'unconverted', 'unbooked'];
const KEY_NAME = 'trade_days_bot_config_id_day_market_symbol_key';

const oldSumsOf = (rows: string, sign = '1'): string => `
  SELECT bot_config_id, (created_at AT TIME ZONE 'UTC')::date AS day, market, symbol, sum(${sign}) AS trades,
    sum(${sign} * quote_quantity) AS volume, sum(${sign} * realized_pnl) AS realized,
    sum(${sign} * coalesce(fee_quote, 0)) AS fees
  FROM ${rows} GROUP BY 1, 2, 3, 4`;

/** A fill that is in no book yet counts as the exchange tells it. */
const sumsOf = (rows: string, sign = '1'): string => `
  SELECT bot_config_id, (created_at AT TIME ZONE 'UTC')::date AS day, market, symbol, origin, fee_asset,
    sum(${sign}) AS trades, sum(${sign} * quote_quantity) AS volume,
    sum(${sign} * coalesce(result, realized_pnl)) AS realized, sum(${sign} * coalesce(fee_quote, 0)) AS fees,
    sum(${sign} * coalesce(own_result, realized_pnl)) AS own_realized,
    sum(CASE WHEN fee_quote IS NULL THEN ${sign} * fee ELSE 0 END) AS unconverted,
    sum(CASE WHEN own_result IS NULL THEN ${sign} ELSE 0 END) AS unbooked
  FROM ${rows} GROUP BY 1, 2, 3, 4, 5, 6`;

const add = (key: string, columns: readonly string[], sums: string): string => `
  INSERT INTO trade_days AS kept (${key}, ${columns.join(', ')})
  SELECT ${key}, ${columns.join(', ')} FROM (${sums}) AS sums
  WHERE (${columns.join(', ')}) <> (${columns.map(() => '0').join(', ')}) ORDER BY ${key}
  ON CONFLICT (${key}) DO UPDATE SET ${columns.map((sum) => `${sum} = kept.${sum} + EXCLUDED.${sum}`).join(', ')}`;

const CHANGED = `(SELECT 1 AS sign, * FROM added UNION ALL SELECT -1, * FROM removed) AS changed`;

type SumsOf = (rows: string, sign?: string) => string;

const sumTradeDays = (key: string, columns: readonly string[], of: SumsOf, emptied = ''): string[] => [
  `CREATE OR REPLACE FUNCTION sum_trade_days() RETURNS trigger LANGUAGE plpgsql ${AS_OWNER} AS $$
    BEGIN
      IF TG_OP = 'INSERT' THEN ${add(key, columns, of('added'))};
      ELSIF TG_OP = 'UPDATE' THEN ${add(key, columns, of(CHANGED, 'sign'))};
      ELSIF TG_OP = 'DELETE' THEN ${add(key, columns, of('removed', '-1'))};
      ELSE DELETE FROM trade_days;${emptied}
      END IF;
      RETURN NULL;
    END $$`,
  `CREATE OR REPLACE FUNCTION rebuild_trade_days() RETURNS void LANGUAGE plpgsql ${AS_OWNER} AS $$
    BEGIN
      LOCK TABLE trades IN SHARE ROW EXCLUSIVE MODE;
      DELETE FROM trade_days;
      ${add(key, columns, of('trades'))};
    END $$`,
];

const addIncome = (rows: string, sign: string): string => `
  INSERT INTO income_days AS kept (market, day, type, symbol, asset, amount)
  SELECT market, (created_at AT TIME ZONE 'UTC')::date, type, symbol, asset, sum(${sign} amount) FROM ${rows}
  GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5
  ON CONFLICT (market, day, type, symbol, asset) DO UPDATE SET amount = kept.amount + EXCLUDED.amount`;

/** The fills of orders that Elvis did not make, as events told of them. */
const EXTERNAL = `SELECT body::jsonb -> 'data' -> 'fill' AS fill FROM audit_log
  WHERE type = 'elvis.event.account.external-fill'`;
const time = `to_timestamp((fill ->> 'tradedAtMs')::numeric / 1000)`;

const UP = [
  `ALTER TABLE trades ADD COLUMN origin text NOT NULL DEFAULT 'elvis', ADD COLUMN result numeric,
    ADD COLUMN closes boolean, ADD COLUMN own_result numeric, ADD COLUMN own_closes boolean`,
  `CREATE INDEX trades_unbooked ON trades (market, symbol, created_at, id) WHERE own_result IS NULL`,
  // What a symbol trades in what, as the exchange says.
  `CREATE TABLE instruments (
    market text NOT NULL,
    symbol text NOT NULL,
    base_asset text NOT NULL,
    quote_asset text NOT NULL,
    PRIMARY KEY (market, symbol)
  )`,
  // In quote: a fee in quote as it is, one in base at the fill's price, a third asset at its recorded price.
  `CREATE FUNCTION fee_in_quote(of_market text, of_symbol text, fee numeric, fee_asset text, price numeric,
      moment timestamptz) RETURNS numeric LANGUAGE sql STABLE AS $$
    SELECT CASE WHEN fee = 0 THEN 0 ELSE (
      SELECT CASE fee_asset WHEN quote_asset THEN fee WHEN base_asset THEN fee * price
        ELSE fee * price_at(fee_asset || quote_asset, moment) END
      FROM instruments WHERE market = of_market AND symbol = of_symbol) END $$`,
  // How far the books of a symbol are: everything up to this fill is in them.
  `CREATE TABLE books (
    market text NOT NULL,
    symbol text NOT NULL,
    created_at timestamptz NOT NULL,
    id text COLLATE "C" NOT NULL,
    state jsonb NOT NULL,
    since_mark integer NOT NULL,
    is_behind boolean NOT NULL,
    PRIMARY KEY (market, symbol)
  )`,
  // How they stood after some fills before that, so that one that comes late is not worked through from the first.
  `CREATE TABLE book_marks (
    market text NOT NULL,
    symbol text NOT NULL,
    created_at timestamptz NOT NULL,
    id text COLLATE "C" NOT NULL,
    state jsonb NOT NULL,
    PRIMARY KEY (market, symbol, created_at, id)
  )`,
  `ALTER TABLE trade_days DROP CONSTRAINT ${KEY_NAME},
    ADD COLUMN origin text NOT NULL DEFAULT 'elvis', ADD COLUMN fee_asset text NOT NULL DEFAULT '',
    ADD COLUMN own_realized numeric NOT NULL DEFAULT 0, ADD COLUMN unconverted numeric NOT NULL DEFAULT 0,
    ADD COLUMN unbooked bigint NOT NULL DEFAULT 0,
    ADD CONSTRAINT ${KEY_NAME} UNIQUE NULLS NOT DISTINCT (${KEY})`,
  ...sumTradeDays(KEY, SUMS, sumsOf, ' DELETE FROM books; DELETE FROM book_marks;'),
  // For the owner, after fills were taken out or changed by hand: the service then works the books out anew.
  `CREATE FUNCTION rebuild_books() RETURNS void LANGUAGE plpgsql ${AS_OWNER} AS $$
    BEGIN
      LOCK TABLE books, book_marks IN EXCLUSIVE MODE;
      DELETE FROM book_marks;
      DELETE FROM books;
      UPDATE trades SET own_result = NULL FROM (
        SELECT DISTINCT ON (market, symbol) created_at, id FROM trades ORDER BY market, symbol, created_at, id
      ) AS first WHERE trades.created_at = first.created_at AND trades.id = first.id;
    END $$`,
  `REVOKE EXECUTE ON FUNCTION rebuild_books() FROM PUBLIC`,
  `SELECT rebuild_trade_days()`,
  `SELECT make_month_partition('trades', month) FROM (
    SELECT DISTINCT date_trunc('month', ${time} AT TIME ZONE 'UTC')::date AS month FROM (${EXTERNAL}) AS told) AS months`,
  `INSERT INTO trades (id, created_at, trade_id, market, symbol, client_order_id, exchange_order_id, side, price,
      quantity, quote_quantity, fee, fee_asset, fee_quote, realized_pnl, is_maker, origin)
    SELECT (fill ->> 'market') || '-' || (fill ->> 'symbol') || '-' || lpad(fill ->> 'tradeId',
        greatest(14, length(fill ->> 'tradeId')), '0') || '-' || (fill ->> 'side'), ${time},
      fill ->> 'tradeId', fill ->> 'market', fill ->> 'symbol', coalesce(fill ->> 'clientOrderId', ''),
      coalesce(fill ->> 'exchangeOrderId', ''), fill ->> 'side', (fill ->> 'price')::numeric,
      (fill ->> 'quantity')::numeric, (fill ->> 'quoteQuantity')::numeric, (fill ->> 'fee')::numeric,
      fill ->> 'feeAsset', CASE WHEN (fill ->> 'fee')::numeric = 0 THEN 0 END, (fill ->> 'realizedPnl')::numeric,
      (fill ->> 'isMaker')::boolean,
      CASE WHEN fill ->> 'clientOrderId' ~ '^(autoclose-|adl_autoclose)' THEN 'liquidation' ELSE 'external' END
    FROM (${EXTERNAL}) AS told ON CONFLICT DO NOTHING`,
  // What the exchange booked, by day: years of bookings are not read one by one for a figure.
  `CREATE TABLE income_days (
    market text NOT NULL,
    day date NOT NULL,
    type text NOT NULL,
    symbol text NOT NULL,
    asset text NOT NULL,
    amount numeric NOT NULL,
    PRIMARY KEY (market, day, type, symbol, asset)
  )`,
  `CREATE FUNCTION sum_income_days() RETURNS trigger LANGUAGE plpgsql ${AS_OWNER} AS $$
    BEGIN
      IF TG_OP = 'INSERT' THEN ${addIncome('added', '')};
      ELSIF TG_OP = 'DELETE' THEN ${addIncome('removed', '-')};
      ELSE DELETE FROM income_days;
      END IF;
      RETURN NULL;
    END $$`,
  `REVOKE EXECUTE ON FUNCTION sum_income_days() FROM PUBLIC`,
  `CREATE TRIGGER income_added AFTER INSERT ON income REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION sum_income_days()`,
  `CREATE TRIGGER income_removed AFTER DELETE ON income REFERENCING OLD TABLE AS removed
    FOR EACH STATEMENT EXECUTE FUNCTION sum_income_days()`,
  `CREATE TRIGGER income_emptied AFTER TRUNCATE ON income FOR EACH STATEMENT EXECUTE FUNCTION sum_income_days()`,
  addIncome('income', ''),
];

const DOWN = [
  ...['added', 'removed', 'emptied'].map((name) => `DROP TRIGGER income_${name} ON income`),
  'DROP FUNCTION sum_income_days',
  'DROP TABLE income_days',
  `DELETE FROM trades WHERE origin <> 'elvis'`,
  'DELETE FROM trade_days',
  `ALTER TABLE trade_days DROP CONSTRAINT ${KEY_NAME}, DROP COLUMN origin, DROP COLUMN fee_asset,
    DROP COLUMN own_realized, DROP COLUMN unconverted, DROP COLUMN unbooked,
    ADD CONSTRAINT ${KEY_NAME} UNIQUE NULLS NOT DISTINCT (${OLD_KEY})`,
  ...sumTradeDays(OLD_KEY, OLD_SUMS, oldSumsOf),
  'DROP FUNCTION rebuild_books',
  'SELECT rebuild_trade_days()',
  'DROP TABLE book_marks',
  'DROP TABLE books',
  'DROP FUNCTION fee_in_quote',
  'DROP TABLE instruments',
  'DROP INDEX trades_unbooked',
  `ALTER TABLE trades DROP COLUMN origin, DROP COLUMN result, DROP COLUMN closes, DROP COLUMN own_result,
    DROP COLUMN own_closes`,
];
