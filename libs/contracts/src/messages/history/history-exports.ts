/**
 * Exports of any size, in numbered chunks of at most 256 kB. The reader's next request is the credit for the next
 * chunk: nobody holds more than one in memory, and any replica can answer any of them.
 */
import { Type } from 'class-transformer';
import { IsIn, IsInt, IsOptional, IsString, MaxLength, Min } from 'class-validator';
import { query } from '../contract';
import { TradeFilter } from './history-queries';

export const EXPORT_CHUNK_BYTES = 256 * 1024;

export class ExportTrades extends TradeFilter {
  @IsIn(['csv', 'ndjson']) readonly format!: 'csv' | 'ndjson';
  /** 0 for the first, which carries the header line of CSV. */
  @Type(() => Number) @IsInt() @Min(0) readonly chunk: number = 0;
  /** `nextCursor` of the chunk before. */
  @IsOptional() @IsString() @MaxLength(200) readonly cursor?: string;
}

export interface ExportChunk {
  readonly chunk: number;
  readonly rows: number;
  readonly text: string;
  /** Null on the last one. */
  readonly nextCursor: string | null;
}

/** Newest first, as the list. Columns: those of a trade on REST, `createdAt` in ISO 8601. */
export const exportTrades = query<ExportTrades, ExportChunk>(
  'elvis.query.trade-history.export-trades',
  ExportTrades,
);
