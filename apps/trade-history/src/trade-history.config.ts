import { CommaSeparated, SelfChecking, ServiceConfig } from '@elvis/platform';
import { SYMBOL_PATTERN, SYMBOL_RULE } from '@elvis/trading';
import { Type } from 'class-transformer';
import {
  IsBase64,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsNumber,
  IsOptional,
  IsString,
  Matches,
  Max,
  MaxLength,
  Min,
} from 'class-validator';

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

  /** Days that a bot trades on paper before it may be cleared: two weeks hold each weekday twice. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(3_650)
  readonly GO_PAPER_DAYS: number = 14;

  /** Trades that it closes in them: fewer say little of its wins. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(1_000_000)
  readonly GO_PAPER_TRADES: number = 50;

  /** Basis points of the notional by which live fills may be worse than those on paper. */
  @Type(() => Number)
  @IsNumber()
  @Min(0.1)
  @Max(100)
  readonly GO_SHORTFALL_BPS: number = 2;

  /** Share of the capital that one bad year in twenty may cost. */
  @Type(() => Number)
  @IsNumber()
  @Min(0.001)
  @Max(1)
  readonly GO_ACCEPTED_LOSS: number = 0.2;

  /** Days after which a clearance ends; a limited one ends after 14. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(365)
  readonly GO_CLEARANCE_DAYS: number = 30;

  /** How often clearances are held against what happened since. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(3_600)
  readonly GO_REVIEW_SECONDS: number = 60;

  /** Why a strategy need not win half of its trades, as for one that follows trends; empty where it has to. */
  @IsString()
  @MaxLength(300)
  readonly GO_WIN_RATE_OFF_REASON: string = '';

  /** Whether a clearance takes two people. With `false` GO_ONE_PERSON_REASON says why one is enough. */
  @IsIn(['true', 'false'])
  readonly GO_TWO_PERSON: string = 'true';

  /** Why one person decides alone; every report prints it. */
  @IsString()
  @MaxLength(300)
  readonly GO_ONE_PERSON_REASON: string = '';

  problems(): string[] {
    const { CANDLES_RETENTION_MONTHS: months, CANDLE_HISTORY_DAYS: days } = this;
    const isAlone = this.GO_TWO_PERSON === 'false' && this.GO_ONE_PERSON_REASON.trim().length < 10;
    return [
      ...(isAlone
        ? [
            'GO_TWO_PERSON=false lets one person clear a bot alone; say why in GO_ONE_PERSON_REASON, in ten letters or more',
          ]
        : []),
      ...(months > 0 && months * DAYS_OF_A_MONTH < days
        ? [
            `CANDLES_RETENTION_MONTHS=${months} deletes candles that CANDLE_HISTORY_DAYS=${days} would fetch again; set it to ${Math.ceil(days / DAYS_OF_A_MONTH)} or more, or to 0 to keep everything`,
          ]
        : []),
    ];
  }
}
