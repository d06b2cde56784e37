/** What one minute, or a larger interval, of trading came to. Prices and volumes are decimal strings without trailing zeros. */

export const MINUTE_MS = 60_000;

export interface Candle {
  /** UTC, milliseconds; a multiple of the interval. */
  readonly openTimeMs: number;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  /** In the base asset. */
  readonly volume: string;
  /** In the quote asset: the sum of price x quantity. */
  readonly quoteVolume: string;
  /** Single trades, as the exchange counts them: an aggregate trade may be several. */
  readonly trades: number;
  /**
   * The ids of its first and last aggregate trade. A minute without trades has the id that comes next and the one that came
   * last, so each candle's `firstId` follows the `lastId` before it. Absent where the candle was read from the exchange.
   */
  readonly firstId?: number;
  readonly lastId?: number;
}

/**
 * What proved that a minute was over and nothing of it missing: a trade of a later minute, the exchange's clock, or the
 * exchange's own candle, asked for (`repair`) or read from a file it published (`import`).
 */
export const SEALED_BY = ['trade', 'clock', 'repair', 'import'] as const;
export type SealedBy = (typeof SEALED_BY)[number];

/** Final. Only a trade that came later gives a minute another revision, which replaces this one and steps no bot. */
export interface SealedMinute extends Candle {
  /** 1, and one more for each correction. */
  readonly revision: number;
  readonly sealedBy: SealedBy;
}

/** Several fills of one taker order at one price, as Binance streams them (`aggTrade`). */
export interface AggregateTrade {
  /** Without holes: one more than the symbol's last one. */
  readonly id: number;
  readonly price: string;
  readonly quantity: string;
  /** How many single trades it is made of. */
  readonly trades: number;
  /** The exchange's time of the trade, which decides the minute. */
  readonly timeMs: number;
}

export const minuteOf = (timeMs: number): number => timeMs - (timeMs % MINUTE_MS);

/** What is compared and hashed: everything but ids, revision and how it was sealed. */
export const CANDLE_FIGURES = [
  'open',
  'high',
  'low',
  'close',
  'volume',
  'quoteVolume',
  'trades',
] as const satisfies readonly (keyof Candle)[];
export type CandleFigure = (typeof CANDLE_FIGURES)[number];

/** The figures in which two candles of one minute differ. */
export const differingFigures = (left: Candle, right: Candle): readonly CandleFigure[] =>
  CANDLE_FIGURES.filter((figure) => left[figure] !== right[figure]);
