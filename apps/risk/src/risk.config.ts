/** The environment that risk reads. Anything not named here does not reach the code. */
import {
  CommaSeparated,
  IsPositiveDecimalOrOff,
  OnlyTrue,
  Prefixed,
  RedisServiceConfig,
} from '@elvis/platform';
import { fullStopBoundMs, checkLeverageAtStart, parseLeverage } from '@elvis/rules';
import { SYMBOL_PATTERN } from '@elvis/trading';
import { Type } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsBoolean,
  IsIn,
  IsInt,
  IsString,
  Matches,
  Max,
  Min,
  MinLength,
  ValidateBy,
  ValidationArguments,
} from 'class-validator';

/** The leverage policy's own verdict at start, in its own words. */
const IsAllowedLeverage = (): PropertyDecorator => {
  const judged = (value: unknown, { object, property }: ValidationArguments) =>
    checkLeverageAtStart(property, value, (object as RiskConfig).OVERRIDE_HIGH_LEVERAGE);
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

const matchesOrOff = (name: string, pattern: RegExp, what: string) => (): PropertyDecorator =>
  ValidateBy({
    name,
    validator: {
      validate: (value: unknown) => value === 'off' || (typeof value === 'string' && pattern.test(value)),
      defaultMessage: () => `$property must be ${what}, or the word off`,
    },
  });

const IsWholeNumberOrOff = matchesOrOff('isWholeNumberOrOff', /^[1-9]\d{0,8}$/, 'a whole number from 1');
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

  /** `live` trades nothing without a clearance of the installation, and no bot without its own. As execution has it. */
  @IsIn(['paper', 'testnet', 'live'])
  readonly TRADING_MODE: 'paper' | 'testnet' | 'live' = 'paper';

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

  /**
   * How far the exchange's price may stray from the reference venue's (`COINBASE_PRODUCTS`) before nothing opens, as a
   * fraction of it, counted from where the two were in the median of the last 24 hours. While it is a number an order that
   * opens needs a fresh reference (503).
   */
  @IsPositiveDecimalOrOff()
  readonly RISK_MAX_VENUE_DIVERGENCE: string = 'off';

  /** What a position may come to in one symbol if everything that rests is filled, in quote currency. */
  @IsPositiveDecimalOrOff()
  readonly RISK_MAX_POSITION_NOTIONAL: string = '25000';

  /** The same over all symbols. */
  @IsPositiveDecimalOrOff()
  readonly RISK_MAX_GROSS_NOTIONAL: string = '50000';

  /** Orders that rest, are under way or are unknown, over all symbols. */
  @IsWholeNumberOrOff()
  readonly RISK_MAX_OPEN_ORDERS: string = '200';

  /** Orders of one actor within any second. */
  @IsWholeNumberOrOff()
  readonly RISK_MAX_ORDERS_PER_SECOND: string = '50';

  /**
   * The same order of the same actor under another id is refused for this long; `off` also disables the halt of the one
   * that goes on.
   */
  @IsWholeNumberOrOff()
  readonly RISK_DUPLICATE_WINDOW_MS: string = '100';

  /** What the account may lose from the first value of a UTC day on, in quote currency. */
  @IsPositiveDecimalOrOff()
  readonly RISK_MAX_DAILY_LOSS: string = '500';

  /** How far the account may stand below its highest value, in quote currency. */
  @IsPositiveDecimalOrOff()
  readonly RISK_MAX_DRAWDOWN: string = '1000';

  /** Orders of one actor that the exchange may refuse one after another. */
  @IsWholeNumberOrOff()
  readonly RISK_MAX_CONSECUTIVE_REJECTS: string = '20';

  /** A symbol without a price for this long is stopped; everything, when it is all symbols. */
  @IsWholeNumberOrOff()
  readonly HALT_ON_STALE_MARKET_MS: string = '60000';

  /** An order whose outcome is unknown for this long stops its symbol. */
  @IsWholeNumberOrOff()
  readonly HALT_ON_UNKNOWN_AGE_MS: string = '120000';

  /** A ban by the exchange that lasts at least this many milliseconds stops everything. */
  @IsWholeNumberOrOff()
  readonly HALT_ON_BAN: string = '600000';

  /** Services of builds that do not understand each other, for this long, stop everything. */
  @IsWholeNumberOrOff()
  readonly HALT_ON_MIXED_BUILDS_MS: string = '900000';

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

  /** With `true` a clear waits until another identity confirms it, at most 10 minutes. */
  @OnlyTrue()
  @IsBoolean()
  readonly KILL_SWITCH_TWO_PERSON_CLEAR: boolean = false;
}
