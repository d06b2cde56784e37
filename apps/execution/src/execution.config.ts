/** The environment that execution reads. Anything not named here does not reach the code. */
import { HOST_NAME, TRADING_MODES, TradingMode, exchangeUrls, tradingHostProblems } from '@elvis/binance';
import { UNNAMED_BUILD } from '@elvis/contracts';
import { CommaSeparated, IsPositiveDecimalOrOff, SelfChecking } from '@elvis/platform';
import { Market, SYMBOL_PATTERN, SYMBOL_RULE } from '@elvis/trading';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, IsUrl, Matches, Max, Min, MinLength } from 'class-validator';
import { LimiterConfig } from './limiter.config';

const ORIGIN = { require_protocol: true, require_tld: false, require_valid_protocol: true };

export class ExecutionConfig extends LimiterConfig implements SelfChecking {
  /** The key under which risk signs approvals. */
  @IsString()
  @MinLength(32)
  readonly APPROVAL_KEY!: string;

  @IsString()
  @MinLength(1)
  readonly BINANCE_API_KEY!: string;

  @IsString()
  @MinLength(1)
  readonly BINANCE_API_SECRET!: string;

  /** Origin of the USD-M futures REST interface. */
  @IsUrl({ ...ORIGIN, protocols: ['http', 'https'] })
  readonly BINANCE_FUTURES_URL!: string;

  @IsUrl({ ...ORIGIN, protocols: ['ws', 'wss'] })
  readonly BINANCE_FUTURES_WS_URL!: string;

  /** Origin of the futures depth snapshots where the market streams are of another exchange than the orders. */
  @IsOptional()
  @IsUrl({ ...ORIGIN, protocols: ['http', 'https'] })
  readonly BINANCE_DEPTH_URL?: string;

  /** Origin of the spot REST interface. Spot is traded where this and its WebSocket API are named. */
  @IsOptional()
  @IsUrl({ ...ORIGIN, protocols: ['http', 'https'] })
  readonly BINANCE_SPOT_URL?: string;

  /** Origin of the spot WebSocket API, on which the account's events come: `wss://ws-api.binance.com:443`. */
  @IsOptional()
  @IsUrl({ ...ORIGIN, protocols: ['ws', 'wss'] })
  readonly BINANCE_SPOT_WS_URL?: string;

  /** For how long after its timestamp the exchange may accept a request, milliseconds. */
  @Type(() => Number)
  @IsInt()
  @Min(100)
  @Max(5_000)
  readonly BINANCE_RECV_WINDOW_MS: number = 1_000;

  @CommaSeparated()
  @Matches(SYMBOL_PATTERN, {
    each: true,
    message: `SYMBOLS, a list with commas between: each ${SYMBOL_RULE}`,
  })
  readonly SYMBOLS: string[] = ['BTCUSDT', 'ETHUSDT'];

  /** paper, testnet or live; key and host have to belong to it. */
  @IsIn(TRADING_MODES)
  readonly TRADING_MODE: TradingMode = 'paper';

  /** Hosts of an exchange beside the known ones of the mode and this machine: names with commas between, no ports. */
  @CommaSeparated()
  @Matches(HOST_NAME, {
    each: true,
    message: 'ALLOW_HOST must be host names, with commas between and no ports',
  })
  readonly ALLOW_HOST: readonly string[] = [];

  /** `yes` is the only word that lets `TRADING_MODE=live` start. */
  @IsString()
  readonly LIVE_TRADING_CONFIRMED: string = 'no';

  /** A position that differs by more than this, in USDT, stops its symbol; so does one that nobody can price. */
  @IsPositiveDecimalOrOff()
  readonly HALT_ON_RECONCILE_DIFF: string = '200';

  /** The markets that are traded. */
  markets(): readonly Market[] {
    return this.BINANCE_SPOT_URL !== undefined && this.BINANCE_SPOT_WS_URL !== undefined
      ? ['futures', 'spot']
      : ['futures'];
  }

  /** Where a market's REST interface is. */
  originOf(market: Market): string {
    return (market === 'spot' && this.BINANCE_SPOT_URL) || this.BINANCE_FUTURES_URL;
  }

  problems(): string[] {
    const isUnnamed = this.TRADING_MODE !== 'paper' && this.BUILD_ID === UNNAMED_BUILD;
    return [
      ...(isUnnamed
        ? [
            'BUILD_ID is unnamed, so two builds at one exchange could not be told apart; build the image with --build-arg BUILD_ID=<commit>',
          ]
        : []),
      ...tradingHostProblems({
        mode: this.TRADING_MODE,
        confirmed: this.LIVE_TRADING_CONFIRMED,
        urls: exchangeUrls(this),
        allowed: this.ALLOW_HOST,
      }),
    ];
  }
}
