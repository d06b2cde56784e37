/** The environment that risk reads. Anything not named here does not reach the code. */
import {
  CommaSeparated,
  IsPositiveDecimalOrOff,
  OnlyTrue,
  Prefixed,
  RedisServiceConfig,
} from '@elvis/platform';
import { SYMBOL_PATTERN } from '@elvis/trading';
import { Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsBoolean,
  IsInt,
  IsString,
  Matches,
  Max,
  Min,
  MinLength,
  ValidateBy,
  ValidationArguments,
} from 'class-validator';
import { judgeLeverageAtStart, parseLeverage } from './domain/leverage-policy';
import { fullStopBoundMs } from './domain/stop-bound';

/** The leverage policy's own verdict at start, in its own words. */
const IsAllowedLeverage = (): PropertyDecorator => {
  const judged = (value: unknown, { object, property }: ValidationArguments) =>
    judgeLeverageAtStart(property, value, (object as RiskConfig).OVERRIDE_HIGH_LEVERAGE);
  return ValidateBy({
    name: 'isAllowedLeverage',
    validator: {
      validate: (value: unknown, args?: ValidationArguments) => !!args && judged(value, args).starts,
      defaultMessage: (args?: ValidationArguments) => {
        const verdict = args && judged(args.value, args);
        return verdict && !verdict.starts ? verdict.problem : '';
      },
    },
  });
};

const AreLeverageCaps = (): PropertyDecorator => {
  const wrong = (caps: unknown): string[] =>
    Object.entries((caps ?? {}) as Record<string, unknown>)
      .filter(([symbol, text]) => !SYMBOL_PATTERN.test(symbol) || parseLeverage(text) === undefined)
      .map(([symbol]) => `MAX_LEVERAGE_${symbol}`);
  return ValidateBy({
    name: 'areLeverageCaps',
    validator: {
      validate: (caps: unknown) => wrong(caps).length === 0,
      defaultMessage: (args?: ValidationArguments) =>
        `${wrong(args?.value).join(', ')} must name a symbol and be a whole number from 1 to 125`,
    },
  });
};

/** The longest a stop can take to be drained must fit into the time its caller waits. */
const LeavesTimeToDrain = (): PropertyDecorator =>
  ValidateBy({
    name: 'leavesTimeToDrain',
    validator: {
      validate: (value: unknown, args?: ValidationArguments) =>
        typeof value === 'number' &&
        value >= fullStopBoundMs((args?.object as RiskConfig).BINANCE_RECV_WINDOW_MS),
      defaultMessage: (args?: ValidationArguments) =>
        `KILL_SWITCH_ANSWER_TIMEOUT_MS must be at least ${fullStopBoundMs(
          (args?.object as RiskConfig).BINANCE_RECV_WINDOW_MS,
        )}: what a stop may take at BINANCE_RECV_WINDOW_MS`,
    },
  });

export class RiskConfig extends RedisServiceConfig {
  /** Signs every approval; only risk and execution hold it. */
  @IsString()
  @MinLength(32, { message: 'APPROVAL_KEY must be at least 32 characters' })
  readonly APPROVAL_KEY!: string;

  /** What may be traded. */
  @CommaSeparated()
  @ArrayNotEmpty({ message: 'SYMBOLS must name at least one symbol' })
  @Matches(SYMBOL_PATTERN, {
    each: true,
    message: 'SYMBOLS must be symbols such as BTCUSDT, with commas between',
  })
  readonly SYMBOLS: readonly string[] = ['BTCUSDT', 'ETHUSDT'];

  /** Lifts the refusal of leverage above 10; only the word `true` counts. */
  @OnlyTrue()
  @IsBoolean()
  readonly OVERRIDE_HIGH_LEVERAGE: boolean = false;

  /** The leverage of a symbol that nobody has set one for: a whole number from 1 to 125. */
  @IsAllowedLeverage()
  readonly DEFAULT_LEVERAGE: string = '3';

  /** `MAX_LEVERAGE_<SYMBOL>`: caps for single symbols. */
  @Prefixed('MAX_LEVERAGE_')
  @AreLeverageCaps()
  readonly MAX_LEVERAGE: Readonly<Record<string, string>> = {};

  /** No order may be worth more than this, in quote currency. */
  @IsPositiveDecimalOrOff()
  readonly RISK_MAX_ORDER_NOTIONAL: string = '20000';

  /** How far from the mark an order may be priced, as a fraction of it. */
  @IsPositiveDecimalOrOff()
  readonly RISK_PRICE_COLLAR: string = '0.05';

  /** How old mark and book may be, in milliseconds. */
  @IsPositiveDecimalOrOff()
  readonly RISK_MAX_PRICE_AGE_MS: string = '3000';

  /** For how long the exchange may take a request after its timestamp. */
  @Type(() => Number)
  @IsInt()
  @Min(100)
  @Max(5000)
  readonly BINANCE_RECV_WINDOW_MS: number = 1000;

  /** How long a stop may take to answer with what it has reached. */
  @Type(() => Number)
  @IsInt()
  @Max(60_000)
  @LeavesTimeToDrain()
  readonly KILL_SWITCH_ANSWER_TIMEOUT_MS: number = 5000;
}
