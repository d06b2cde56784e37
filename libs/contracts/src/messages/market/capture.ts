/** A capture: what market-data hears of some symbols, sent on for some time as a recording that the paper exchange replays. */
import { MARKETS, Market, SYMBOL_PATTERN } from '@elvis/trading';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  Matches,
  Max,
  Min,
} from 'class-validator';
import { command } from '../contract';

export class StartCapture {
  /** Chosen by who asks, who listens on the subject of it before. */
  @Matches(/^[a-z0-9-]{8,36}$/) readonly captureId!: string;
  @IsIn(MARKETS) readonly market!: Market;
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  @ArrayUnique()
  @Matches(SYMBOL_PATTERN, { each: true })
  readonly symbols!: readonly string[];
  /** At most a day. */
  @IsInt() @Min(1_000) @Max(86_400_000) readonly durationMs!: number;
}

/** @throws MARKET_DATA_MISSING trades or order book of a symbol are not followed, or the book is not in sequence now */
export const startCapture = command<StartCapture, { readonly untilMs: number }>(
  'elvis.command.market-data.start-capture',
  StartCapture,
);

export const CAPTURE_SUBJECTS = 'elvis.capture.>';
export const captureSubject = (captureId: string): string => `elvis.capture.${captureId}`;

export interface CapturedLine {
  readonly symbol: string;
  /** The exchange's time: of a trade its own, of everything else the event's. */
  readonly atMs: number;
  /** As the exchange sent it; the first of a symbol is its order book, as a snapshot has it. */
  readonly text: string;
}

/** Plain messages: who misses one sees it by the number, and has no whole capture. */
export interface CapturePart {
  /** 0, 1, 2 ... */
  readonly part: number;
  readonly lines: readonly CapturedLine[];
  /** In the last part: why it ended before its time, or `null`. */
  readonly ended?: string | null;
}
