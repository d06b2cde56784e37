/** What the rate limiter reads from the environment; the bounds are part of the promise. */
import { RedisServiceConfig } from '@elvis/platform';
import { Type } from 'class-transformer';
import { IsInt, IsNumber, IsOptional, Max, Min, ValidateBy } from 'class-validator';

const IsAtLeast = (other: string): PropertyDecorator =>
  ValidateBy({
    name: 'isAtLeast',
    constraints: [other],
    validator: {
      validate: (value: unknown, context) =>
        typeof value === 'number' && value >= Number((context?.object as Record<string, unknown>)[other]),
      defaultMessage: () => `$property must not be below ${other}`,
    },
  });

export class LimiterConfig extends RedisServiceConfig {
  /** Takes the place of the request weight per minute that the exchange announces. */
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(20)
  @Max(1_000_000)
  readonly BINANCE_WEIGHT_LIMIT_PER_MIN?: number;

  /** Above this part of a limit there is a warning, and queries ahead of their pace line look again only after a pause. */
  @Type(() => Number)
  @IsNumber()
  @Min(0.1)
  @Max(1)
  readonly BINANCE_RATE_LIMIT_WARN_FRACTION: number = 0.8;

  /** How long queries ahead of their pace pause above that, at a time. */
  @Type(() => Number)
  @IsNumber()
  @Min(0.1)
  @Max(60)
  readonly BINANCE_RATE_LIMIT_PAUSE_SECONDS: number = 5;

  /** How often a read, a cancel or a setting is tried in all; 1 is never again. Orders are sent once, whatever this says. */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(20)
  readonly BINANCE_RETRY_ATTEMPTS: number = 5;

  /** The shortest wait before a repeat. */
  @Type(() => Number)
  @IsNumber()
  @Min(0.05)
  @Max(60)
  readonly BINANCE_RETRY_MIN_SECONDS: number = 1;

  /** The longest wait before a repeat. */
  @Type(() => Number)
  @IsNumber()
  @Min(0.05)
  @Max(600)
  @IsAtLeast('BINANCE_RETRY_MIN_SECONDS')
  readonly BINANCE_RETRY_MAX_SECONDS: number = 60;

  /** What each wait is scaled by. */
  @Type(() => Number)
  @IsNumber()
  @Min(0.1)
  @Max(10)
  readonly BINANCE_RETRY_MULTIPLIER: number = 1;

  /**
   * The most replicas of execution that will ever run at once: what one may spend while Redis is unavailable is a part
   * of this.
   */
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(64)
  readonly EXECUTION_MAX_REPLICAS: number = 8;
}
