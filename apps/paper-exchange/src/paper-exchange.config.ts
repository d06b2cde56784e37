/** What the paper exchange reads, from the environment and from its command line. Limits are Binance's unless changed. */
import { CommaSeparated, loadConfig, ProcessConfig } from '@elvis/platform';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  IsArray,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  IsUrl,
  Max,
  Min,
  MinLength,
} from 'class-validator';
import { parseArgs } from 'node:util';

const PAPER_MARKETS = ['recording', 'live', 'synthetic'] as const;

export class PaperExchangeConfig extends ProcessConfig {
  /** REST and WebSocket of every market are served here; 0 lets the system choose. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(65535)
  readonly PAPER_PORT: number = 0;

  /** Reports, marks and faults; no key is asked, so it listens on loopback only. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(65535)
  readonly PAPER_ADMIN_PORT: number = 0;

  /** The address that REST and WebSocket are served on. */
  @IsString()
  readonly PAPER_HOST: string = '127.0.0.1';

  /** Where prices come from: a recording, Binance's public streams, or a seeded random walk. */
  @IsIn(PAPER_MARKETS)
  readonly PAPER_MARKET: (typeof PAPER_MARKETS)[number] = 'recording';

  /** Where the live market is taken from: futures REST and streams of Binance, or of another exchange like it. */
  @IsUrl({ protocols: ['http', 'https'], require_protocol: true, require_tld: false })
  readonly PAPER_LIVE_REST_URL: string = 'https://fapi.binance.com';

  /** Its market streams. */
  @IsUrl({ protocols: ['ws', 'wss'], require_protocol: true, require_tld: false })
  readonly PAPER_LIVE_WS_URL: string = 'wss://fstream.binance.com';

  /** The recorded pace times this. */
  @Type(() => Number)
  @IsNumber()
  @Min(0.01)
  @Max(1000)
  readonly PAPER_SPEED: number = 1;

  /** Captures to replay instead of the shipped ones, comma-separated; `a+b` continues a with b. */
  @IsOptional()
  @CommaSeparated()
  @IsArray()
  @IsString({ each: true })
  readonly PAPER_RECORDINGS?: string[];

  @CommaSeparated()
  @IsArray()
  @ArrayMaxSize(500, { message: 'SYMBOLS must name no more than 500 symbols' })
  @IsString({ each: true })
  readonly SYMBOLS: string[] = ['BTCUSDT', 'ETHUSDT'];

  /** The account that Elvis trades. */
  @IsString()
  @MinLength(8)
  readonly BINANCE_API_KEY!: string;

  /** Its secret. Secret. */
  @IsString()
  @MinLength(8)
  readonly BINANCE_API_SECRET!: string;

  /** A second account, for other clients. */
  @IsString()
  @MinLength(8)
  readonly PAPER_OTHER_API_KEY!: string;

  /** Its secret. Secret. */
  @IsString()
  @MinLength(8)
  readonly PAPER_OTHER_API_SECRET!: string;

  /** What each account starts with: so many USDT on futures and on spot. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  readonly PAPER_BALANCE: number = 10_000;

  /** Order and weight limits of USD-M futures. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  readonly PAPER_ORDERS_1M: number = 1_200;

  /** The same in ten seconds. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  readonly PAPER_ORDERS_10S: number = 300;

  /** Request weight a minute, of futures. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  readonly PAPER_WEIGHT_1M: number = 2_400;

  /** Order and weight limits of spot. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  readonly PAPER_SPOT_ORDERS_10S: number = 100;

  /** The same in a day. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  readonly PAPER_SPOT_ORDERS_1D: number = 200_000;

  /** Request weight a minute, of spot. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  readonly PAPER_SPOT_WEIGHT_1M: number = 6_000;

  /** Shortens every limit window: 0.1 makes a minute of six seconds. */
  @Type(() => Number)
  @IsIn([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1])
  readonly PAPER_WINDOW_SCALE: number = 1;

  /** Open orders a symbol may have; 0 takes the number from exchangeInfo. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  readonly PAPER_MAX_OPEN_ORDERS: number = 0;

  /** How many refused requests of one window turn 429 into a ban. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  readonly PAPER_REFUSALS_BEFORE_BAN: number = 20;

  /** Whether futures answers 429 and 418 with Retry-After, as spot does; Binance documents it for spot alone. */
  @IsIn(['on', 'off'])
  readonly PAPER_RETRY_AFTER: 'on' | 'off' = 'off';

  /** The way of an order from the gateway to the engine. */
  @Type(() => Number)
  @IsInt()
  @Min(0)
  @Max(60_000)
  readonly PAPER_LATENCY_MS: number = 0;

  /** Chance (faults, the synthetic market) follows from it. */
  @Type(() => Number)
  @IsInt()
  readonly PAPER_SEED: number = 1;

  /** So many closed orders an account remembers, with their trades and bookings; the oldest are forgotten. */
  @Type(() => Number)
  @IsInt()
  @Min(100)
  readonly PAPER_CLOSED_ORDERS_KEPT: number = 50_000;

  /** Accounts, their orders and their balances are kept in this file across restarts. */
  @IsOptional()
  @IsString()
  readonly PAPER_SNAPSHOT?: string;
}

const OPTIONS = {
  port: 'PAPER_PORT',
  'admin-port': 'PAPER_ADMIN_PORT',
  market: 'PAPER_MARKET',
  speed: 'PAPER_SPEED',
  symbols: 'SYMBOLS',
  recording: 'PAPER_RECORDINGS',
  balance: 'PAPER_BALANCE',
  'orders-1m': 'PAPER_ORDERS_1M',
  'orders-10s': 'PAPER_ORDERS_10S',
  'weight-1m': 'PAPER_WEIGHT_1M',
  'spot-orders-10s': 'PAPER_SPOT_ORDERS_10S',
  'spot-orders-1d': 'PAPER_SPOT_ORDERS_1D',
  'spot-weight-1m': 'PAPER_SPOT_WEIGHT_1M',
  'window-scale': 'PAPER_WINDOW_SCALE',
  'max-open-orders': 'PAPER_MAX_OPEN_ORDERS',
  'retry-after': 'PAPER_RETRY_AFTER',
  latency: 'PAPER_LATENCY_MS',
  seed: 'PAPER_SEED',
  'closed-orders-kept': 'PAPER_CLOSED_ORDERS_KEPT',
  snapshot: 'PAPER_SNAPSHOT',
} as const;

/** The command line, as the environment it stands for: what is given there wins. @throws on an unknown option */
export function commandLine(args: readonly string[]): Record<string, string> {
  const { values } = parseArgs({
    args: [...args],
    options: Object.fromEntries(
      Object.keys(OPTIONS).map((name) => [name, { type: 'string', multiple: name === 'recording' } as const]),
    ),
  });
  return Object.fromEntries(
    Object.entries(OPTIONS).flatMap(([option, variable]) => {
      const value = values[option];
      return value === undefined ? [] : [[variable, Array.isArray(value) ? value.join(',') : String(value)]];
    }),
  );
}

/** Lays the command line over the environment, for `runService` to read. */
export function applyCommandLine(args: readonly string[]): void {
  Object.assign(process.env, commandLine(args));
}

export const readPaperConfig = (env: Record<string, string | undefined>): Readonly<PaperExchangeConfig> =>
  loadConfig(PaperExchangeConfig, env);
