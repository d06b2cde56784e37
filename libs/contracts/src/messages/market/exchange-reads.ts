/**
 * The exchange's own answers, word for word, for a front that speaks the exchange's language: execution asks once for the
 * whole fleet, whoever and how many want to know, and only what is on its list.
 */
import { MARKETS, Market } from '@elvis/trading';
import { IsIn, IsInt, IsObject, IsOptional, IsString, MaxLength, Min } from 'class-validator';
import { query } from '../contract';

export class ReadExchange {
  @IsIn(MARKETS) readonly market!: Market;
  /** Such as `/fapi/v1/klines`. */
  @IsString() @MaxLength(100) readonly path!: string;
  /** As the exchange takes them, without the signature's. */
  @IsObject() readonly parameters!: Readonly<Record<string, string>>;
  /** For which key of the Binance front: whoever makes Elvis ask pays for it out of its part of the budget. */
  @IsOptional() @IsString() @MaxLength(100) readonly keyId?: string;
  /** The answer must have been asked for after this exchange time: what it tells has changed then. */
  @IsOptional() @IsInt() @Min(0) readonly askedAfterMs?: number;
}

/** The body: as text, or as gzip in base64 where it is long. */
export interface ExchangeAnswer {
  readonly text?: string;
  readonly gzip?: string;
  /** Exchange time at which the exchange was asked, and until when the answer is good enough for everybody. */
  readonly askedAtMs: number;
  readonly goodUntilMs: number;
}

/**
 * @throws VENUE_REJECTED the exchange's refusal in its words
 * @throws MESSAGE_MALFORMED it is not among the calls that are read for others
 */
export const readExchange = query<ReadExchange, ExchangeAnswer>(
  'elvis.query.execution.exchange-read',
  ReadExchange,
);
