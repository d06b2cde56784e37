/** The environment that the gateway reads. Anything not named here does not reach the code. */
import { SYMBOL_PATTERN } from '@elvis/trading';
import { CommaSeparated, IsEncryptionKey, Prefixed, RedisServiceConfig } from '@elvis/platform';
import { Type } from 'class-transformer';
import { IsArray, IsIn, IsInt, IsOptional, IsString, IsUrl, Matches, Max, Min } from 'class-validator';
import { AreAlertKinds, KindsByChannel, SplitByComma } from './config/alert-kinds';
import { AreRateLimits } from './config/rate-limits';
import { IsStrongSecret } from './config/strong-secret';

export class GatewayConfig extends RedisServiceConfig {
  /** Where REST, the documentation and the stream are served; 0 lets the system choose. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(65535)
  readonly PORT: number = 3000;

  /** The address that it is served on; behind a proxy, the private one. */
  @IsString()
  readonly HOST: string = '127.0.0.1';

  /** The folder of the built page, from where the service is started. */
  @IsString()
  readonly DASHBOARD_FOLDER: string = 'dist/apps/dashboard/page';

  /** The key with full rights. Until it is set, every request that needs a key gets 503. Secret. */
  @IsOptional()
  @IsStrongSecret()
  readonly API_KEY?: string;

  /** Signs users' tokens. Until it is set, nobody can sign in. Secret. */
  @IsOptional()
  @IsStrongSecret()
  readonly JWT_SECRET?: string;

  /** Who may register: `invitation`, whom an administrator invites; `open`, everybody. */
  @IsIn(['invitation', 'open'], { message: 'REGISTRATION must be invitation or open' })
  readonly REGISTRATION: 'invitation' | 'open' = 'invitation';

  /** The mail server for reset tokens, `smtp://user:password@host:587` or `smtps://...`; none are mailed if empty. Secret. */
  @IsOptional()
  @IsUrl(
    { protocols: ['smtp', 'smtps'], require_protocol: true, require_tld: false },
    { message: 'SMTP_URL must be an smtp or smtps address' },
  )
  readonly SMTP_URL?: string;

  /** Whom such a mail comes from. */
  @Matches(/^([^<>\r\n"]{1,100} <[^\s<>@]+@[^\s<>@]+>|[^\s<>@]+@[^\s<>@]+)$/, {
    message: 'SMTP_FROM must be an e-mail address, or a name with one in angle brackets',
  })
  readonly SMTP_FROM: string = 'Elvis <elvis@localhost>';

  /** Seals users' exchange keys: 32 bytes, in hexadecimal or base64. Until it is set, none are taken. Secret. */
  @IsOptional()
  @IsEncryptionKey()
  readonly ENCRYPTION_KEY?: string;

  /** The key before, while the rotation command runs. Secret. */
  @IsOptional()
  @IsEncryptionKey()
  readonly ENCRYPTION_KEY_OLD?: string;

  @CommaSeparated()
  @IsArray()
  @Matches(SYMBOL_PATTERN, { each: true, message: 'SYMBOLS must be symbols like BTCUSDT, comma-separated' })
  readonly SYMBOLS: readonly string[] = ['BTCUSDT', 'ETHUSDT'];

  /** A larger body is answered with 413. */
  @Type(() => Number)
  @IsInt()
  @Min(1_024)
  @Max(10_485_760)
  readonly BODY_LIMIT_BYTES: number = 65_536;

  /** Addresses or CIDR ranges whose `X-Forwarded-For` is believed; nobody's if empty. */
  @CommaSeparated()
  @IsArray()
  @Matches(/^[0-9a-fA-F:.]+(\/\d{1,3})?$/, {
    each: true,
    message: 'TRUSTED_PROXIES must be IP addresses or CIDR ranges, comma-separated',
  })
  readonly TRUSTED_PROXIES: readonly string[] = [];

  /** Origins of web pages that may call the API from a browser; none if empty. */
  @CommaSeparated()
  @IsArray()
  @Matches(/^https?:\/\/[A-Za-z0-9.-]+(:\d{1,5})?$/, {
    each: true,
    message: 'CORS_ORIGINS must be origins like https://desk.example, comma-separated; * is refused',
  })
  readonly CORS_ORIGINS: readonly string[] = [];

  /** How long an emergency stop may take before it answers with the phase it has reached. */
  @Type(() => Number)
  @IsInt()
  @Min(100)
  @Max(60_000)
  readonly KILL_SWITCH_ANSWER_TIMEOUT_MS: number = 5_000;

  /** Above so many requests under way at once the others get 503; cancels and the kill switch have room of their own. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(10_000)
  readonly MAX_REQUESTS_IN_FLIGHT: number = 512;

  /** So many requests of one address, or of one access key or user, at once; what it asks above that gets 503 while others are served. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(10_000)
  readonly MAX_REQUESTS_PER_ADDRESS: number = 256;

  /** With so many connections of one address a new one ends its oldest that showed no key; proxies of TRUSTED_PROXIES are exempt. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(8_192)
  readonly MAX_CONNECTIONS_PER_ADDRESS: number = 512;

  /** Streams (WebSocket and server-sent events) that one key or user may have open. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(5_000)
  readonly MAX_STREAMS_PER_CALLER: number = 32;

  /** Streams that one address may have open. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(5_000)
  readonly MAX_STREAMS_PER_ADDRESS: number = 64;

  /** Halts, freezes, bans, orders unknown for too long, leverage drift, differences and dead letters are told here. Secret. */
  @IsOptional()
  @IsUrl(
    { protocols: ['http', 'https'], require_protocol: true, require_tld: false },
    { message: 'ALERT_WEBHOOK_URL must be an http or https address' },
  )
  readonly ALERT_WEBHOOK_URL?: string;

  /** The incoming webhook of a Slack channel that hears of the same. Secret. */
  @IsOptional()
  @IsUrl(
    { protocols: ['http', 'https'], require_protocol: true, require_tld: false },
    { message: 'ALERT_SLACK_URL must be an http or https address' },
  )
  readonly ALERT_SLACK_URL?: string;

  /** The webhook of a Discord channel that hears of the same. Secret. */
  @IsOptional()
  @IsUrl(
    { protocols: ['http', 'https'], require_protocol: true, require_tld: false },
    { message: 'ALERT_DISCORD_URL must be an http or https address' },
  )
  readonly ALERT_DISCORD_URL?: string;

  /** The token of a Telegram bot that tells ALERT_TELEGRAM_CHAT of the same. Secret. */
  @IsOptional()
  @Matches(/^\d+:[\w-]{20,}$/, { message: 'ALERT_TELEGRAM_TOKEN must be the token that BotFather gave' })
  readonly ALERT_TELEGRAM_TOKEN?: string;

  /** The chat that the bot tells: its number, or `@name` of a channel. */
  @IsOptional()
  @Matches(/^(-?\d+|@\w+)$/, { message: 'ALERT_TELEGRAM_CHAT must be a number or @name' })
  readonly ALERT_TELEGRAM_CHAT?: string;

  /** Where Telegram's bots are served. */
  @IsUrl(
    { protocols: ['http', 'https'], require_protocol: true, require_tld: false },
    { message: 'ALERT_TELEGRAM_URL must be an http or https address' },
  )
  readonly ALERT_TELEGRAM_URL: string = 'https://api.telegram.org';

  /** The address of mail that hears of the same, by SMTP_URL. */
  @IsOptional()
  @Matches(/^[^\s<>@,]+@[^\s<>@,]+$/, { message: 'ALERT_MAIL_TO must be one e-mail address' })
  readonly ALERT_MAIL_TO?: string;

  /** `ALERT_KINDS_<CHANNEL>`: what WEBHOOK, SLACK, DISCORD, TELEGRAM or MAIL is told of; every alert if unset. FILL, BOT_STOPPED and LIMIT_REACHED only where they are named. */
  @Prefixed('ALERT_KINDS_')
  @SplitByComma()
  @AreAlertKinds()
  readonly ALERT_KINDS: KindsByChannel = {};

  /** For how long nobody may know the outcome of an order before that is told. */
  @Type(() => Number)
  @IsInt()
  @Min(100)
  @Max(3_600_000)
  readonly ALERT_UNKNOWN_AGE_MS: number = 60_000;

  /** `RATE_LIMIT_<NAME>` = `<count>/<seconds>` or `off`, per client address; names are LOGIN LOGIN_EMAIL FORGOT ORDERS CANCELS HALT BOT_CONTROL SIGNALS DEFAULT. */
  @Prefixed('RATE_LIMIT_')
  @AreRateLimits()
  readonly RATE_LIMIT: Readonly<Record<string, string>> = {};
}
