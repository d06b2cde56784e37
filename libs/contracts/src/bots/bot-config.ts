/** What a bot is to do, as a person writes it, and as it is kept: each change is a revision, and a run keeps the one it began with. */
import {
  CANDLE_INTERVALS,
  CandleInterval,
  MARKETS,
  Market,
  SYMBOL_PATTERN,
  SYMBOL_RULE,
  parsePositiveDecimal,
} from '@elvis/trading';
import { Type } from 'class-transformer';
import {
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateNested,
} from 'class-validator';
import { IsPositiveDecimal } from '../messages/decimal-validation';

export const OFF = 'off';

const IsDecimalOrOff = (): PropertyDecorator =>
  ValidateBy({
    name: 'isDecimalOrOff',
    validator: {
      validate: (value: unknown) => value === OFF || parsePositiveDecimal(value) !== undefined,
      defaultMessage: () =>
        '$property must be a positive decimal as a string, for example "0.02", or "off"; leave it out for the default',
    },
  });

/** Fractions of the entry price. What is left out is the strategy's own; `off` is none, also where the strategy has one. */
export class BotProtections {
  @IsOptional() @IsDecimalOrOff() readonly stopLoss?: string;
  @IsOptional() @IsDecimalOrOff() readonly takeProfit?: string;
  /** Follows the best price at this distance; the exchange takes 0.001 to 0.1 on futures. */
  @IsOptional() @IsDecimalOrOff() readonly trailingStop?: string;
  /** The position is closed after so long; 0 is never. */
  @IsOptional() @IsInt() @Min(0) @Max(31_536_000_000) readonly maxHoldMs?: number;
}

export class BotLossStreak {
  /** So many losing positions in a row... */
  @IsInt() @Min(2) @Max(100) readonly losses!: number;
  /** ...and no entry for so long. */
  @IsInt() @Min(1_000) @Max(31_536_000_000) readonly restMs!: number;
}

/** Each is off where it is left out. Amounts are in the quote asset; a day is a UTC day of the exchange's clock. */
export class BotLimits {
  /** Entries stop for the day when its fills, fees and funding have lost so much. */
  @IsOptional() @IsPositiveDecimal() readonly maxDailyLoss?: string;
  /** Entries stop for the day when it has won so much. */
  @IsOptional() @IsPositiveDecimal() readonly dailyTarget?: string;
  /** Entries of one day. */
  @IsOptional() @IsInt() @Min(1) @Max(100_000) readonly maxDailyTrades?: number;
  /** Of the run, below its highest net result, as an amount; what an open position would bring now is counted in. */
  @IsOptional() @IsPositiveDecimal() readonly maxDrawdown?: string;
  /** Notional of the position. */
  @IsOptional() @IsPositiveDecimal() readonly maxPosition?: string;
  @IsOptional() @IsInt() @Min(1) @Max(200) readonly maxOpenOrders?: number;
  @IsOptional() @IsInt() @Min(1) @Max(1_200) readonly maxOrdersPerMinute?: number;
  @IsOptional() @ValidateNested() @Type(() => BotLossStreak) readonly lossStreak?: BotLossStreak;
  /** No entry for so long after a stop was hit. */
  @IsOptional() @IsInt() @Min(1_000) @Max(31_536_000_000) readonly cooldownMs?: number;
  /** Steps in a row that came too late to enter; then the bot is PAUSED. */
  @IsOptional() @IsInt() @Min(1) @Max(1_000) readonly maxLateSteps?: number;
}

export const BOT_MODES = ['paper', 'live'] as const;
export type BotMode = (typeof BOT_MODES)[number];

/** Characters of the body in all, as JSON. */
export const BOT_CONFIG_LENGTH = 20_000;

/** What a person writes. */
export class BotConfigBody {
  @IsString() @Length(1, 100) readonly name!: string;
  /** By the name of its file in `strategies`. */
  @Matches(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/, {
    message: 'strategy must be the name of a strategy in kebab case, such as "ema-crossover"',
  })
  @Length(1, 60)
  readonly strategy!: string;
  @IsIn(MARKETS) readonly market: Market = 'futures';
  @Matches(SYMBOL_PATTERN, { message: `symbol ${SYMBOL_RULE}` }) readonly symbol!: string;
  @IsIn(CANDLE_INTERVALS) readonly interval: CandleInterval = '1m';
  /** Quote asset that the bot may work with; its own results are added to it. */
  @IsPositiveDecimal() readonly initialCapital!: string;
  /** By the names the strategy declares; what is left out has its default. */
  @IsOptional() @IsObject() readonly parameters?: Readonly<Record<string, unknown>>;
  @IsOptional() @ValidateNested() @Type(() => BotProtections) readonly protections?: BotProtections;
  @IsOptional() @ValidateNested() @Type(() => BotLimits) readonly limits?: BotLimits;
  /** Futures; the bot does not start while the symbol has another one. */
  @IsInt() @Min(1) @Max(125) readonly leverage: number = 1;
  /** Where it may run: `paper` only against a paper exchange. */
  @IsIn(BOT_MODES) readonly mode: BotMode = 'paper';
}

/** A configuration as it is kept. */
export interface BotConfigView extends BotConfigBody {
  readonly id: string;
  /** `user:<id>`, or `key:<name>` of a key without a user: who sees and steers it. */
  readonly owner: string;
  /** Unique; stands in the bot's order ids. Six characters of a-z and 0-9. */
  readonly shortCode: string;
  /** 1, and one more for each change. */
  readonly revision: number;
  /** SHA-256 of the strategy's code when this revision was written. */
  readonly codeHash: string;
  /** Whether signals from outside can reach it: a secret was made. */
  readonly hasSignalSecret: boolean;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly deletedAtMs: number | null;
}

/** One revision, as it was written. */
export interface BotConfigRevision {
  readonly revision: number;
  readonly body: BotConfigBody;
  readonly actor: string;
  readonly createdAtMs: number;
}
