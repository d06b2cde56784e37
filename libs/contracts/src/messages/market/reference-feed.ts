/** A second venue's word on a symbol, on `elvis.market.reference.<SYMBOL>`: lossy, with its age, as all market updates. */
import { Type } from 'class-transformer';
import { IsInt, IsString, Min, ValidateIf, ValidateNested } from 'class-validator';
import { marketFeed } from '../contract';

/** What the exchange asked when it was compared with the reference, and what they usually are apart. */
export class ReferenceComparison {
  /** The middle of the exchange's own book. */
  @IsString() readonly mid!: string;
  /** How old that book was. */
  @IsInt() @Min(0) readonly midAgeMs!: number;
  /** Of exchange over reference less one, over the last 24 hours: a fraction. */
  @IsString() readonly median!: string;
  /** How many readings, ten seconds apart, the median is of: few mean that it is young. */
  @IsInt() @Min(1) readonly samples!: number;
}

/** What a venue that is only looked at says of a symbol. No order ever goes there. */
export class ReferenceUpdate {
  @IsString() readonly symbol!: string;
  @IsString() readonly venue!: string;
  /** The venue's own name of what it is about, `BTC-USD` say. */
  @IsString() readonly product!: string;
  @IsString() readonly bid!: string;
  @IsString() readonly ask!: string;
  /** Null until something has traded. */
  @ValidateIf((_, value) => value !== null) @IsString() readonly last!: string | null;
  /** The venue's number of the message that it stands on; it counts anew on every connection. */
  @IsInt() @Min(0) readonly sequence!: number;
  /** The venue's own time of it. */
  @IsInt() readonly atMs!: number;
  @IsInt() @Min(0) readonly ageMs!: number;
  /** A fraction, signed: exchange over reference less one, less the median of that. Null where it cannot be said. */
  @ValidateIf((_, value) => value !== null) @IsString() readonly divergence!: string | null;
  /** Why there is no divergence; null where there is one. */
  @ValidateIf((_, value) => value !== null) @IsString() readonly why!: string | null;
  /** Null where there is no divergence. */
  @ValidateIf((_, value) => value !== null)
  @ValidateNested()
  @Type(() => ReferenceComparison)
  readonly compared!: ReferenceComparison | null;
}

export const referenceFeed = marketFeed('elvis.market.reference', ReferenceUpdate);
