import { CommaSeparated, SelfChecking, ServiceConfig } from '@elvis/platform';
import { SYMBOL_PATTERN, SYMBOL_RULE } from '@elvis/trading';
import { Type } from 'class-transformer';
import { IsBase64, IsInt, IsNotEmpty, IsOptional, IsString, Matches, Max, Min } from 'class-validator';

/** The shortest month has so many. */
const DAYS_OF_A_MONTH = 28;

export class TradeHistoryConfig extends ServiceConfig implements SelfChecking {
  /** PostgreSQL, which keeps the history. */
  @IsString()
  readonly DB_HOST: string = '127.0.0.1';

  /** Its port. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(65535)
  readonly DB_PORT: number = 5432;

  /** The role to sign in as: one that `migrate.js` gave its few rights, or the owner, which then migrates itself. */
  @IsString()
  @IsNotEmpty()
  readonly DB_USER: string = 'elvis';

  /** The role's password. Secret. */
  @IsString({ message: 'DB_PASSWORD is required: the password of the database user' })
  @IsNotEmpty()
  readonly DB_PASSWORD!: string;

  /** The database. */
  @IsString()
  @IsNotEmpty()
  readonly DB_NAME: string = 'elvis';

  /**
   * Folder of the audit log's checkpoints and, unless AUDIT_SIGNING_KEY is set, of the key that signs them, made at
   * the first start. Copy `audit-key.pub.pem` and the checkpoints somewhere else: they are what proves a change.
   */
  @IsOptional()
  @IsString()
  readonly AUDIT_FOLDER?: string;

  /** Ed25519 private key of the checkpoints: PKCS #8 DER in base64. */
  @IsOptional()
  @IsBase64({}, { message: 'AUDIT_SIGNING_KEY must be a PKCS #8 DER key in base64' })
  readonly AUDIT_SIGNING_KEY?: string;

  /** A checkpoint is signed after so many entries ... */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  readonly AUDIT_CHECKPOINT_ENTRIES: number = 1_000;

  /** ... or after so many seconds with any. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(86_400)
  readonly AUDIT_CHECKPOINT_SECONDS: number = 60;

  /** Whole months of trades that are kept beside the present one; 0 keeps everything. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(1_200)
  readonly TRADES_RETENTION_MONTHS: number = 0;

  /** The same for the audit log; the hash before the oldest entry that is kept is signed before the rest goes. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(1_200)
  readonly AUDIT_RETENTION_MONTHS: number = 0;

  /** The same for candles, those imported from files too; the hashes of their days stay. Not fewer days than CANDLE_HISTORY_DAYS. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(1_200)
  readonly CANDLES_RETENTION_MONTHS: number = 0;

  /** For how long nobody may know the outcome of an order before that is an alert. */
  @Type(() => Number)
  @IsInt()
  @Min(100)
  @Max(3_600_000)
  readonly ALERT_UNKNOWN_AGE_MS: number = 60_000;

  /** The symbols whose missing candles are fetched from the exchange when a request asks for them. */
  @CommaSeparated()
  @Matches(SYMBOL_PATTERN, {
    each: true,
    message: `SYMBOLS, a list with commas between: each ${SYMBOL_RULE}`,
  })
  readonly SYMBOLS: readonly string[] = ['BTCUSDT', 'ETHUSDT'];

  /** So many days back they are fetched; older ones come from files, see docs/candles.md. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(400)
  readonly CANDLE_HISTORY_DAYS: number = 30;

  problems(): string[] {
    const { CANDLES_RETENTION_MONTHS: months, CANDLE_HISTORY_DAYS: days } = this;
    return months > 0 && months * DAYS_OF_A_MONTH < days
      ? [
          `CANDLES_RETENTION_MONTHS=${months} deletes candles that CANDLE_HISTORY_DAYS=${days} would fetch again; set it to ${Math.ceil(days / DAYS_OF_A_MONTH)} or more, or to 0 to keep everything`,
        ]
      : [];
  }
}
