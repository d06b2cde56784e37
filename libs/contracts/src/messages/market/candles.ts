/** Candles: the sealed ones, which are a record, and the forming one, which is a picture for pages. */
import {
  CANDLE_INTERVALS,
  Candle,
  CandleFigure,
  CandleInterval,
  FormingMinute,
  MARKETS,
  Market,
  SEALED_BY,
  SYMBOL_PATTERN,
  SealedBy,
  SealedMinute,
} from '@elvis/trading';
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, Matches, Max, Min } from 'class-validator';
import { command, event, marketFeed, query } from '../contract';

const PLAIN = /^(0|[1-9]\d{0,29})(\.\d{1,36})?$/;

/** A minute that will not change, as `ELVIS_CANDLES` holds it; a later revision of it replaces this one and steps no bot. */
export class SealedCandle implements SealedMinute {
  @IsIn(MARKETS) readonly market!: Market;
  @Matches(SYMBOL_PATTERN) readonly symbol!: string;
  @IsIn(['1m']) readonly interval!: '1m';
  /** UTC; the minute's first millisecond. */
  @IsInt() @Min(0) readonly openTimeMs!: number;
  @Matches(PLAIN) readonly open!: string;
  @Matches(PLAIN) readonly high!: string;
  @Matches(PLAIN) readonly low!: string;
  @Matches(PLAIN) readonly close!: string;
  /** In the base asset. */
  @Matches(PLAIN) readonly volume!: string;
  /** In the quote asset. */
  @Matches(PLAIN) readonly quoteVolume!: string;
  /** Single trades; an aggregate trade may be several. */
  @IsInt() @Min(0) readonly trades!: number;
  /** Ids of the first and last aggregate trade; absent where the exchange's own candle was taken. */
  @IsOptional() @IsInt() @Min(0) readonly firstId?: number;
  @IsOptional() @IsInt() @Min(0) readonly lastId?: number;
  /** 1, and one more for each correction. */
  @IsInt() @Min(1) readonly revision!: number;
  /** What proved that it was over and whole. */
  @IsIn(SEALED_BY) readonly sealedBy!: SealedBy;
}

/** The minute that is going on. Nothing may be decided by it: it changes until it is sealed. */
export type FormingCandle = FormingMinute & {
  readonly market: Market;
  readonly symbol: string;
  /** The exchange's clock, as of this picture. */
  readonly eventTimeMs: number;
  readonly ageMs: number;
};

class FormingCandleUpdate implements FormingCandle {
  readonly market!: Market;
  readonly symbol!: string;
  readonly openTimeMs!: number;
  readonly open!: string;
  readonly high!: string;
  readonly low!: string;
  readonly close!: string;
  readonly volume!: string;
  readonly quoteVolume!: string;
  readonly trades!: number;
  readonly firstId?: number;
  readonly lastId?: number;
  readonly isWhole!: boolean;
  readonly eventTimeMs!: number;
  readonly ageMs!: number;
}

/** At most four a second and symbol while it changes. */
export const formingCandleFeed = marketFeed('elvis.market.candle', FormingCandleUpdate);

/** A minute was corrected after it had been sealed, because a trade of it came late. */
export class CandleRevised {
  readonly market!: Market;
  readonly symbol!: string;
  readonly openTimeMs!: number;
  /** The one that counts from now on; the ones before it are kept. */
  readonly revision!: number;
  readonly close!: string;
  readonly volume!: string;
  readonly trades!: number;
}

export const candleRevised = event('elvis.event.market.candle-revised', CandleRevised);

/** What the exchange has for a minute, asked by REST. */
export class GetExchangeCandles {
  @IsIn(MARKETS) readonly market!: Market;
  @Matches(SYMBOL_PATTERN) readonly symbol!: string;
  /** A whole minute. */
  @IsInt() @Min(0) readonly fromMs!: number;
  /** Exclusive, a whole minute; at most 1,000 minutes behind `fromMs`. */
  @IsInt() @Min(0) readonly toMs!: number;
}

/** A candle without the ids of its trades, which the exchange's own do not have. */
export type ExchangeCandle = Omit<Candle, 'firstId' | 'lastId'>;

/** Minutes that are over, oldest first; none for those in which the symbol was not listed. Costs 1 to 5 request weight. */
export const getExchangeCandles = query<GetExchangeCandles, { readonly candles: readonly ExchangeCandle[] }>(
  'elvis.query.execution.candles',
  GetExchangeCandles,
);
/** The longest span that one question may have. */
export const MOST_EXCHANGE_CANDLES = 1_000;

export class ListCandles {
  @IsIn(MARKETS) readonly market: Market = 'futures';
  @Matches(SYMBOL_PATTERN) readonly symbol!: string;
  @IsIn(CANDLE_INTERVALS) readonly interval: CandleInterval = '1m';
  /** First millisecond, inclusive: the interval that holds it is the first. The newest `limit` if absent. */
  @IsOptional() @Type(() => Number) @IsInt() @Min(0) readonly fromMs?: number;
  /** Last millisecond, exclusive. */
  @IsOptional() @Type(() => Number) @IsInt() @Min(0) readonly toMs?: number;
  @Type(() => Number) @IsInt() @Min(1) @Max(1500) readonly limit: number = 500;
}

export interface CandleView {
  readonly openTimeMs: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly quoteVolume: string;
  readonly trades: number;
  /** Whether all its minutes are there, and so it is final; otherwise it is made of those that are. */
  readonly isSealed: boolean;
  /** Of the minutes it is made of, the highest. */
  readonly revision: number;
}

export interface CandleList {
  /** Oldest first; an interval of which no minute is there is absent. */
  readonly items: readonly CandleView[];
  /** Minutes that are over and not there. */
  readonly missingMinutes: number;
}

/** Candles as they are stored, larger intervals summed from minutes. @throws MESSAGE_MALFORMED the span is too long */
export const listCandles = query<ListCandles, CandleList>('elvis.query.trade-history.candles', ListCandles);

export class CompareCandles {
  /** A day of UTC that is over. */
  @Matches(/^\d{4}-\d{2}-\d{2}$/, { message: 'day must be YYYY-MM-DD' }) readonly day!: string;
}

export interface CandleDifference {
  readonly openTimeMs: number;
  /** MISSING_HERE: the exchange has this minute and Elvis does not; MISSING_AT_EXCHANGE is the reverse. */
  readonly kind: 'MISSING_HERE' | 'MISSING_AT_EXCHANGE' | 'FIGURES_DIFFER';
  readonly figures: readonly CandleFigure[];
}

/** A day of one symbol's candles beside the exchange's own. */
export class CandleDayCompared {
  readonly market!: Market;
  readonly symbol!: string;
  /** UTC, YYYY-MM-DD. */
  readonly day!: string;
  /** Minutes that Elvis has of the day. */
  readonly candles!: number;
  /** Minutes that are the same in every figure. */
  readonly equal!: number;
  /** `equal` as a share of the minutes that either side has, a decimal; 1 when nothing differs. */
  readonly parity!: string;
  /** Minutes that the exchange has and Elvis had not; they were fetched from it after the comparison. */
  readonly missing!: number;
  /** Minutes that Elvis has and the exchange has otherwise, or not at all. */
  readonly differing!: number;
  /** Every one of both. */
  readonly differences!: readonly CandleDifference[];
  /** SHA-256 over `previousHash` and the day's candles, hexadecimal; `docs/candles.md` says of what exactly. */
  readonly hash!: string;
  /** `hash` of the day before it of this symbol; 64 zeros for the first. */
  readonly previousHash!: string;
  /** Whether the day had another hash when it was first compared: candles of it were changed, or came, since then. */
  readonly isChanged!: boolean;
}

export const candleDayCompared = event('elvis.event.candles.day-compared', CandleDayCompared);

/** Compares the day now and answers with what it found. @throws TradingFailure if the exchange cannot be asked */
export const compareCandles = command<CompareCandles, { readonly days: readonly CandleDayCompared[] }>(
  'elvis.command.trade-history.compare-candles',
  CompareCandles,
);
