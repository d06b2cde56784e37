/** The environment that bots read. Anything not named here does not reach the code. */
import { CommaSeparated, IsPositiveDecimalOrOff, RedisServiceConfig } from '@elvis/platform';
import { Type } from 'class-transformer';
import { ArrayNotEmpty, IsIn, IsInt, IsOptional, IsString, Max, Min } from 'class-validator';

const BOTS_ROLES = ['supervisor', 'worker', 'research'] as const;
export type BotsRole = (typeof BOTS_ROLES)[number];

export class BotsConfig extends RedisServiceConfig {
  /** Bots of mode `paper` do not start in `live`. As execution has it. */
  @IsIn(['paper', 'testnet', 'live'])
  readonly TRADING_MODE: 'paper' | 'testnet' | 'live' = 'paper';

  /** What this process does: supervisor, worker, research, or several with commas between. */
  @CommaSeparated()
  @ArrayNotEmpty({ message: 'BOTS_ROLE must name at least one of supervisor, worker, research' })
  @IsIn(BOTS_ROLES, { each: true, message: 'BOTS_ROLE must be of supervisor, worker, research' })
  readonly BOTS_ROLE: readonly BotsRole[] = BOTS_ROLES;

  /** Bots that one worker process steps at once: most of a step is waiting for others. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(64)
  readonly BOTS_AT_ONCE: number = 8;

  /** How long a strategy's hook may take before it is warned of, milliseconds. */
  @Type(() => Number)
  @IsInt()
  @Min(10)
  @Max(60_000)
  readonly BOT_STEP_SOFT_LIMIT_MS: number = 1_000;

  /** How long it may take before its thread is ended and its step has no effect, milliseconds. */
  @Type(() => Number)
  @IsInt()
  @Min(20)
  @Max(20_000)
  readonly BOT_STEP_HARD_LIMIT_MS: number = 5_000;

  /** What a strategy may keep in its thread's heap, megabytes. */
  @Type(() => Number)
  @IsInt()
  @Min(16)
  @Max(4_096)
  readonly BOT_STEP_HEAP_MB: number = 128;

  /** Folder of compiled strategies of your own, each `<name>.strategy.js`, beside those that are shipped. */
  @IsOptional()
  @IsString()
  readonly STRATEGIES_DIR?: string;

  /** For how long after its cause a step may open something, milliseconds; later it may only reduce. */
  @Type(() => Number)
  @IsInt()
  @Min(100)
  @Max(600_000)
  readonly BOT_DECIDE_WITHIN_MS: number = 5_000;

  /** Steps in a row whose hook fails until the bot is FAULTED. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  readonly BOT_FAULTS_BEFORE_STOP: number = 3;

  /**
   * Capital of all bots together, of one market and quote asset, as a share of what the account has there; a start above it is
   * refused. `off`: no limit.
   */
  @IsPositiveDecimalOrOff()
  readonly BOTS_MAX_COMMITMENT: string = '1';

  /** How long one unit of a backtest may take before it is warned of, milliseconds. */
  @Type(() => Number)
  @IsInt()
  @Min(10)
  @Max(3_600_000)
  readonly RESEARCH_SOFT_LIMIT_MS: number = 150_000;

  /** How long it may take before its thread is ended, milliseconds; it is tried once more, then its backtest has FAILED. */
  @Type(() => Number)
  @IsInt()
  @Min(20)
  @Max(3_600_000)
  readonly RESEARCH_HARD_LIMIT_MS: number = 180_000;

  /** What a unit may keep in its thread's heap, megabytes; candles are not part of it. */
  @Type(() => Number)
  @IsInt()
  @Min(16)
  @Max(16_384)
  readonly RESEARCH_HEAP_MB: number = 512;

  /** Backtests that one research process runs at once, each on a thread of its own. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(16)
  readonly RESEARCH_AT_ONCE: number = 1;

  /** Orders in a row that are refused until the bot pauses itself; below RISK_MAX_CONSECUTIVE_REJECTS. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  readonly BOT_DENIALS_BEFORE_PAUSE: number = 5;
}
